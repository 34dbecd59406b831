"""`python -m gpu_service.eb.bundle`: writes the bundles for Elastic Beanstalk, dist/eb-docker.zip and eb-python.zip."""

from __future__ import annotations

import argparse
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
OUTPUT = ROOT / "dist"
CODE = ("easybraille", "gpu_service")
MODELS = ("models/best.pt", "models/best.onnx", "models/manifest.json")
IMAGE_SOURCES = ("Dockerfile.ec2", ".dockerignore", "requirements/serve.txt", "requirements/gpu.txt", *MODELS)
BUILD = re.compile(r"^    build: .*$", re.M)
# The same for the same content, so that two bundles can be compared.
DATE = (2026, 1, 1, 0, 0, 0)

Files = dict[str, Path | bytes]


def docker(image: str | None = None) -> Files:
    """The bundle for the Docker platform, by the name of each file in it.

    Args:
        image: one in a registry, REGISTRY/NAME:TAG; when None the bundle contains what it takes to build it.
    """
    files = dict(_below(HERE / "docker"))
    if image is None:
        return files | _code() | {name: ROOT / name for name in IMAGE_SOURCES}
    compose = (HERE / "docker" / "docker-compose.yml").read_text("utf-8")
    return files | {"docker-compose.yml": BUILD.sub(f"    image: {image}", compose).encode()}


def python() -> Files:
    """The bundle for the Python platform: no GPU, ONNX Runtime."""
    files = dict(_below(HERE / "python")) | _code()
    return files | {"requirements.txt": ROOT / "requirements/serve.txt"} | {name: ROOT / name for name in MODELS[1:]}


def write(files: Files, path: Path) -> None:
    """Write a ZIP file; scripts stay executable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = (stat.S_IFREG | (0o755 if name.endswith(".sh") else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, content if isinstance(content, bytes) else content.read_bytes())


def _code() -> Files:
    own = f"{HERE.relative_to(ROOT)}/"
    return {
        f"{package}/{name}": path
        for package in CODE
        for name, path in _below(ROOT / package)
        if not f"{package}/{name}".startswith(own)
    }


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix(), path


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m gpu_service.eb.bundle", description=__doc__)
    parser.add_argument("--image", help="of a registry, REGISTRY/NAME:TAG; by default each instance builds its own")
    args = parser.parse_args()
    for name, files in (("eb-docker.zip", docker(args.image)), ("eb-python.zip", python())):
        write(files, OUTPUT / name)
        print(OUTPUT.relative_to(ROOT) / name)


if __name__ == "__main__":
    main()
