"""manifest.json: describes a set of weights, the input that its network takes and how to interpret its output."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..errors import ModelError

# A version that can be published is the name of a folder.
VERSION = r"^\w[\w.+-]*$"
ALIAS = "latest.json"


class File(BaseModel):
    """One file of weights beside the manifest; its name is a plain one, so that none points out of the folder."""

    name: str = Field(pattern=r"^\w[\w.-]*$")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)


class Input(BaseModel):
    """The network's input: grey in 0..1, the same in each channel, sides multiples of `multiple`.

    `cell_width` is the width of a cell's box in pixels that it reads best, `cell_widths` the range it reads.
    """

    channels: Literal[1, 3] = 1
    multiple: int = Field(32, gt=0)
    padding: int = Field(114, ge=0, le=255)
    cell_width: float = Field(22.0, gt=0)
    cell_widths: tuple[float, float] = (15.0, 32.0)


class Thresholds(BaseModel):
    """Decision thresholds, chosen on the development split.

    A cell needs `confidence` anywhere, `candidate` on a place of the lattice. A dot of a cell is raised from `dot` on.
    Of two cells that overlap by more than `overlap` (intersection over union) one stays.
    """

    confidence: float = Field(0.75, gt=0, lt=1)
    candidate: float = Field(0.4, gt=0, lt=1)
    dot: float = Field(0.5, gt=0, lt=1)
    overlap: float = Field(0.3, gt=0, lt=1)


class Classes(BaseModel):
    """The meaning of the network's classes, in its order, so that it need not be guessed from their names.

    Attributes:
        scheme: "dots": six classes, one a dot, several true at once; "patterns": one class a whole cell, of which one
            is true.
        names: as the checkpoint has them.
        dots: raised dots of each class, "125"; "" for a blank, which is no cell. With the scheme "dots" it may be
            left out: dot 1 to dot 6.
    """

    scheme: Literal["dots", "patterns"]
    names: list[str]
    dots: list[Annotated[str, Field(pattern="^1?2?3?4?5?6?$")]] = []

    @model_validator(mode="after")
    def _one_for_each_class(self) -> Self:
        if self.scheme == "dots":
            self.dots = self.dots or list("123456")
            if sorted(self.dots) != list("123456"):
                raise ValueError("with the scheme dots there is one class for each of the six dots")
        if len(self.dots) != len(self.names):
            raise ValueError(f"{len(self.names)} classes have names and {len(self.dots)} have dots")
        return self


Flank = Literal["up", "down", "left", "right"]


class Proof(BaseModel):
    """The parity of both engines on the same pictures: of `cells` by PyTorch, `differing` differ in ONNX Runtime."""

    pictures: int
    cells: int
    differing: int


class Manifest(BaseModel):
    """A set of weights; `files` by engine, "onnx" and "torch".

    `precision` is that of the ONNX file; `proof` is the parity that the export measured. `flanks` are the network's
    detection layers in their order, by the flank of its dots that is bright on a cell: with light from above raised
    dots are bright on the upper flank and dents on the lower. Weights that know raised dots only have the one.
    """

    model_config = ConfigDict(extra="allow")

    name: str
    version: str
    files: dict[str, File]
    input: Input
    classes: Classes
    thresholds: Thresholds
    flanks: list[Flank] = Field(["up"], min_length=1)
    precision: Literal["fp32", "fp16", "int8"] = "fp32"
    proof: Proof | None = None

    @field_validator("flanks")
    @classmethod
    def _each_once(cls, flanks: list[Flank]) -> list[Flank]:
        if len(set(flanks)) < len(flanks):
            raise ValueError("no two layers are of the same flank")
        return flanks


class Alias(BaseModel):
    """latest.json: the published version that is in use.

    Attributes:
        version: the folder, beside latest.json, that holds it.
        sha256: of the manifest.json in it.
        before: versions that it named earlier, the latest first.
    """

    version: str = Field(pattern=VERSION)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    before: list[str] = []


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def parse_manifest(text: str | bytes, where: str) -> Manifest:
    """A manifest's text, checked.

    Raises:
        ModelError: it is invalid; the message names `where`.
    """
    try:
        return Manifest.model_validate(json.loads(text))
    except (ValueError, ValidationError) as error:
        raise ModelError(f"{where} is not a manifest of weights: {error}") from None


def parse_alias(text: str | bytes, where: str) -> Alias:
    """latest.json's text, checked.

    Raises:
        ModelError: it is invalid; the message names `where`.
    """
    try:
        return Alias.model_validate_json(text)
    except ValidationError as error:
        raise ModelError(f"{where} does not name a version: {error}") from None


def read_manifest(path: Path) -> Manifest:
    """A manifest.json, checked.

    Raises:
        ModelError: it is missing or invalid.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"There is no manifest at {path}.") from None
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror}.") from None
    return parse_manifest(text, str(path))


def describe_lone(path: Path, engine: str, digest: str) -> Manifest:
    """Make the manifest of a file that has none: named after it, with this project's class scheme and defaults."""
    return Manifest(
        name=path.stem,
        version=digest[:12],
        files={engine: File(name=path.name, sha256=digest, bytes=path.stat().st_size)},
        input=Input(),
        classes=Classes(scheme="dots", names=[f"dot{i}" for i in range(1, 7)]),
        thresholds=Thresholds(),
    )
