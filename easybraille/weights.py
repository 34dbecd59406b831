"""Which weights: `MODEL_PATH`, or the ones that ship, as verified local files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import ModelError
from .settings import Settings

SHIPPED = Path(__file__).resolve().parent.parent / "models" / "manifest.json"


class File(BaseModel):
    """One file of weights, beside the manifest."""

    name: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)


class Input(BaseModel):
    """What the network wants to see: one grey channel in 0..1, sides multiples of `multiple`.

    `cell_width` is the width of a cell's box in pixels that it reads best, `cell_widths` the range it reads.
    """

    channels: int = 1
    multiple: int = Field(32, gt=0)
    padding: int = Field(114, ge=0, le=255)
    cell_width: float = Field(22.0, gt=0)
    cell_widths: tuple[float, float] = (14.0, 34.0)


class Thresholds(BaseModel):
    """Chosen on the development split: a cell, a dot, and the overlap of which only one cell stays."""

    confidence: float = Field(0.5, gt=0, lt=1)
    dot: float = Field(0.5, gt=0, lt=1)
    overlap: float = Field(0.3, gt=0, lt=1)


class Classes(BaseModel):
    """How the network's classes name cells: scheme "dots" has six, several true at once."""

    scheme: str
    names: list[str]


class Manifest(BaseModel):
    """What a set of weights is: manifest.json."""

    model_config = ConfigDict(extra="allow")

    name: str
    version: str
    files: dict[str, File]
    input: Input
    classes: Classes
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Weights:
    """Verified local files.

    Attributes:
        onnx, torch: the files there are.
        manifest: what they are.
        origin: where they come from, for the log.
    """

    onnx: Path | None
    torch: Path | None
    manifest: Manifest
    origin: str


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(path: Path) -> Manifest:
    """A manifest.json, checked.

    Raises:
        ModelError: it is missing or says what it can't say.
    """
    try:
        return Manifest.model_validate(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise ModelError(f"There is no manifest at {path}.") from None
    except (ValueError, ValidationError) as error:
        raise ModelError(f"{path} is not a manifest of weights: {error}") from None


def local(manifest_path: Path, origin: str) -> Weights:
    """The files beside a manifest, each with the checksum that it names.

    Raises:
        ModelError: a file is missing or has another checksum.
    """
    manifest = read_manifest(manifest_path)
    found: dict[str, Path] = {}
    for kind, file in manifest.files.items():
        path = manifest_path.parent / file.name
        if not path.exists():
            continue
        if sha256(path) != file.sha256:
            raise ModelError(f"{path} is not the file that its manifest describes: its sha256 differs.")
        found[kind] = path
    if not found:
        raise ModelError(f"None of the files that {manifest_path} names lies beside it.")
    return Weights(found.get("onnx"), found.get("torch"), manifest, origin)


def resolve(settings: Settings) -> Weights:
    """The weights that the settings ask for: `MODEL_PATH`, else the ones that ship.

    `MODEL_PATH` names a manifest.json, or an .onnx or .pt file with a manifest.json beside it.

    Raises:
        ModelError: they are missing, damaged or have no ONNX file.
    """
    if settings.model_path is None:
        weights = local(SHIPPED, "the weights that ship")
    else:
        path = settings.model_path
        if not path.exists():
            raise ModelError(f"MODEL_PATH is {path}, and there is no such file.")
        weights = local(path if path.suffix == ".json" else path.parent / "manifest.json", f"MODEL_PATH {path}")
    if weights.onnx is None:
        raise ModelError(f"{weights.origin} has no ONNX file.")
    return weights
