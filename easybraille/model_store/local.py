"""Loads weights from this machine and checks each file against the manifest that describes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ..errors import ModelError
from ..recognition.model import Manifest, describe_lone, read_manifest, sha256

ENGINES = {".onnx": "onnx", ".pt": "torch"}
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """Verified local files.

    Attributes:
        onnx, torch: the files of the requested engines; None where there is none.
        manifest: their description.
        origin: their source, for the log.
    """

    onnx: Path | None
    torch: Path | None
    manifest: Manifest
    origin: str


def load(path: Path, engines: Collection[str], origin: str, manifest: Manifest | None = None) -> Weights:
    """The weights at a path.

    Args:
        path: a manifest.json, or one .onnx or .pt file, described by a manifest.json in its folder if that names it.
        engines: engines that can be served, "onnx" or "torch"; files of others are ignored.
        origin: their source, for the log and for messages.
        manifest: of a single file, where it is known already.

    Raises:
        ModelError: they are missing or damaged, or no engine can run them.
    """
    if path.suffix == ".json":
        manifest = read_manifest(path)
        return _checked(path.parent, manifest, engines, origin)
    engine = ENGINES.get(path.suffix)
    if engine is None:
        raise ModelError(f"{origin} is neither an .onnx nor a .pt file nor a manifest.json.")
    manifest = manifest or _beside(path) or describe_lone(path, engine, sha256(path))
    alone = manifest.model_copy(
        update={"files": {engine: manifest.files[engine].model_copy(update={"name": path.name})}}
    )
    return _checked(path.parent, alone, engines, origin)


def _beside(path: Path) -> Manifest | None:
    """The manifest in a file's folder, if there is one and it names the file."""
    beside = path.parent / MANIFEST
    if not beside.exists():
        return None
    manifest = read_manifest(beside)
    file = manifest.files.get(ENGINES[path.suffix])
    return manifest if file is not None and file.name == path.name else None


def _checked(folder: Path, manifest: Manifest, engines: Collection[str], origin: str) -> Weights:
    found: dict[str, Path] = {}
    for engine, file in manifest.files.items():
        path = folder / file.name
        if engine not in engines or not path.exists():
            continue
        if sha256(path) != file.sha256:
            raise ModelError(f"{origin}: {file.name} is not the file that its manifest describes: its sha256 differs.")
        found[engine] = path
    if not found:
        has = " and ".join(manifest.files) or "no"
        raise ModelError(f"{origin} has {has} weights; what runs here needs {' or '.join(engines)}.")
    return Weights(found.get("onnx"), found.get("torch"), manifest, origin)
