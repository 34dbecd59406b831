"""Adds the SHA-256 of each file of each pinned release to requirements: `python -m deploy.hashes requirements/run.txt`.

pip then installs nothing else under these names and versions, whatever an index or a proxy on the way offers. The
hashes are those that PyPI lists; files for versions of Python that are not supported are left out. `make lock` runs it.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from pathlib import Path

INDEX = "https://pypi.org/simple/"
_JSON = "application/vnd.pypi.simple.v1+json"
_PIN = re.compile(r"^([a-z0-9._-]+)==([^\s;\\]+)", re.IGNORECASE)
# Python and ABI tags of a wheel that Python 3.11 or newer takes (PEP 425).
_TAKEN = re.compile(r"-(?:py2\.)?py3-|-cp3(?:1[1-9])-|-cp3\d+-abi3-")


def with_hashes(text: str) -> str:
    """Requirements with the hashes of their releases, without those that they had."""
    lines = []
    for line in text.splitlines():
        if line.lstrip().startswith("--hash="):
            continue
        pin = _PIN.match(line)
        if pin is None:
            lines.append(line)
            continue
        hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in hashes_of(pin[1], pin[2]))
        lines.append(line.removesuffix("\\").rstrip() + hashes)
    return "\n".join(lines) + "\n"


def hashes_of(name: str, version: str) -> list[str]:
    """The SHA-256 of the files of a release, in order. Raises LookupError where there is none."""
    address = INDEX + re.sub(r"[-_.]+", "-", name).lower() + "/"
    request = urllib.request.Request(address, headers={"Accept": _JSON})  # noqa: S310  it is https
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        files = json.load(answer)["files"]
    found = {file["hashes"]["sha256"] for file in files if _belongs(file["filename"], version)}
    if not found:
        raise LookupError(f"{address} has no file of {name} {version}")
    return sorted(found)


def _belongs(filename: str, version: str) -> bool:
    """Whether a file is of a version, and of use to a supported Python."""
    if filename.endswith(".whl"):
        return filename.split("-")[1] == version and _TAKEN.search(filename) is not None
    return re.sub(r"\.(?:tar\.gz|zip)$", "", filename).rpartition("-")[2] == version


def main() -> None:
    """The command line."""
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(with_hashes(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
