"""The labelled pictures, and which of them train, choose and report."""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from easybraille.recognition.detections import mask

from . import daylight, primer, scans, signs

# Folders under the data folder. A development split is taken from the first two and from part of NOT_BRAILLE.
TRAIN = ("angelina/books/train", "angelina/handwritten/train")
TRAIN_DENTS = "dsbi/train/verso"
TRAIN_SCANS = "dsbi/train/recto"
NOT_BRAILLE = "angelina/not_braille"
# Photographs that nobody has labelled, and the folders of what `pseudo` says of photographs.
UNLABELLED = ("unlabelled/golubina", "unlabelled/writing")
PSEUDO_FRONTS, PSEUDO_BACKS = "fronts", "backs"
VAL = ("angelina/books/val", "angelina/handwritten/val")

# Two cameras photographed one book; two series show one hand.
SAME_SOURCE = {"mdd-redmi1": "mdd", "mdd_cannon1": "mdd"}
PRIMER, SIGNS = "primer", "signs"
# Of the signs, all from one building, one in so many only measures.
MEASURED_SIGNS = 4
SOURCES = (
    "chudo_derevo", "mdd-redmi1", "mdd_cannon1", "ola", "skazki", "telefon", "ang_redmi", "kov", "uploaded",
    "Massage", "Math", "Ordinary", "Shaver", "misc",
)  # fmt: skip


@dataclass(frozen=True)
class Dents:
    """The cells of a page's other side, which its front shows as dents.

    Attributes:
        boxes, dots: as those of `LabelledPage`, numbered as the front's view shows them.
        known: whether these are all; if not, others may be anywhere on the page.
    """

    boxes: np.ndarray = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    dots: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    known: bool = False


@dataclass(frozen=True)
class LabelledPage:
    """A grey picture with its cells.

    Attributes:
        name: file name without suffix.
        source: the book, hand or camera series that it comes from.
        image: (height, width) uint8.
        boxes: (n, 4) float32, x1, y1, x2, y2 in pixels.
        dots: (n,) uint8 bit masks, bit 0 for dot 1; 0 for a piece of the page of which nothing is known.
        two_sided: whether dents of the other side may show.
        path: the file; None for a rendered page.
        dents: the cells of the other side.
        known: whether `boxes` are all cells of the front.
        light: where the light comes from, see `daylight`; None where only that it comes from above is known.
        flat: printed, without light and shade.
    """

    name: str
    source: str
    image: np.ndarray
    boxes: np.ndarray
    dots: np.ndarray
    two_sided: bool = True
    path: Path | None = None
    dents: Dents = field(default_factory=Dents)
    known: bool = True
    light: np.ndarray | None = None
    flat: bool = False

    @property
    def cell_width(self) -> float:
        """Median width of a cell in pixels; for a page without cells, a width that fits print of its size."""
        known = np.concatenate([self.boxes[self.dots > 0], self.dents.boxes[self.dents.dots > 0]])
        return float(np.median(known[:, 2] - known[:, 0])) if len(known) else 22.0

    @property
    def cells(self) -> int:
        """How many cells of either side are labelled."""
        return int((self.dots > 0).sum() + (self.dents.dots > 0).sum())


def permute(dots: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    """Bit masks with dot i moved to the place of dot order[i - 1]."""
    bits = (dots[:, None] >> np.arange(6)) & 1
    return (bits << (np.array(order) - 1)).sum(axis=1).astype(np.uint8)


MIRROR = (4, 5, 6, 1, 2, 3)
HALF_TURN = (6, 5, 4, 3, 2, 1)


def source_of(name: str) -> str:
    """The book, hand or series that a picture comes from, by the start of its name."""
    if name.startswith("20240618_"):
        return PRIMER
    prefix = next((s for s in SOURCES if name.startswith(s)), None)
    if prefix is None:
        return name.split("_", maxsplit=1)[0]
    return SAME_SOURCE.get(prefix, prefix)


def truth(path: Path, table: Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Boxes (n, 4) and dot masks (n,) of a picture's CSV, if not another one; empty where there is none."""
    table = table or path.with_suffix(".csv")
    rows = list(csv.DictReader(table.open())) if table.exists() else []
    boxes = np.array([[float(r[k]) for k in ("x1", "y1", "x2", "y2")] for r in rows], np.float32).reshape(-1, 4)
    return boxes, np.array([mask(r["dots"]) for r in rows], np.uint8)


def load(path: Path, table: Path | None = None) -> LabelledPage:
    """One picture of the data folder with its truth, from the CSV beside it or another one."""
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError(f"{path} is not a picture that OpenCV reads")
    boxes, dots = in_pieces(*truth(path, table))
    return LabelledPage(path.stem, source_of(path.stem), image, boxes, dots, "handwritten" not in str(path), path)


def in_pieces(boxes: np.ndarray, dots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bands of which nothing is known cut into pieces a cell wide: a box that is turned along stays upright."""
    known = dots > 0
    if known.all():
        return boxes, dots
    width = float(np.median(boxes[known, 2] - boxes[known, 0]))
    pieces = [
        (x, y1, x + width, y2) for x1, y1, x2, y2 in boxes[~known].tolist() for x in np.arange(x1, x2, width).tolist()
    ]
    return (
        np.concatenate([boxes[known], np.array(pieces, np.float32)]),
        np.concatenate([dots[known], np.zeros(len(pieces), np.uint8)]),
    )


def in_development(name: str, share: int = 8) -> bool:
    """Whether a training picture is set aside to choose with: one in `share`, fixed by its name's checksum."""
    name = name.removesuffix("_recto").removesuffix("_verso")
    return zlib.crc32(name.encode()) % share == 0


def pictures(folder: Path) -> list[Path]:
    """The pictures of a folder in a fixed order."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in {".jpg", ".jpeg", ".png"})


@dataclass(frozen=True)
class Split:
    """What a training run sees (`train`, `blank`), chooses by (`development`) and left out."""

    train: list[LabelledPage]
    blank: list[LabelledPage]
    development: list[LabelledPage]
    left_out: list[Path]


def split(data: Path, leave_out: frozenset[str] = frozenset(), pseudo: Path | None = None) -> Split:
    """Read the data folder.

    Args:
        data: the folder that holds angelina/ and dsbi/.
        leave_out: sources (see `source_of`) that must not be seen at all.
        pseudo: folder of what `training.pseudo` says of photographs.
    """
    train, development, left_out = [], [], []
    for folder in (*TRAIN, TRAIN_SCANS):
        for path in pictures(data / folder):
            if source_of(path.stem) in leave_out:
                left_out.append(path)
            else:
                page = load(path)
                page = scanned(page, data) if folder == TRAIN_SCANS else photographed(page, pseudo)
                (development if in_development(path.stem) else train).append(page)
    for path in pictures(data / TRAIN_DENTS):
        if not _recto(path).exists() and source_of(path.stem) not in leave_out and not in_development(path.stem):
            train.append(only_dents(load(path)))
    if PRIMER not in leave_out:
        train += [lit(load(path, table)) for path, table in primer.labels(data).items()]
    if SIGNS not in leave_out:
        train += [sign(path, table) for path, table in signs.labels(data).items() if not measured_sign(path)]
    if pseudo is not None:
        train += unlabelled(data, pseudo)
    for folder in VAL:
        left_out += [p for p in pictures(data / folder) if source_of(p.stem) in leave_out]
    blank = pictures(data / NOT_BRAILLE)
    kept_out = [p for p in blank if in_development(p.stem, 3)]
    empty = [replace(load(p), dents=Dents(known=True)) for p in blank if p not in kept_out]
    return Split(train, empty, development, left_out)


def lit(page: LabelledPage) -> LabelledPage:
    """The page with its light measured."""
    return replace(page, light=daylight.measured(page.image, page.boxes, page.dots))


def photographed(page: LabelledPage, pseudo: Path | None) -> LabelledPage:
    """A page of Angelina with what is known of its back: nothing is there, some cells, or nothing known."""
    table = pseudo / PSEUDO_BACKS / f"{page.name}.csv" if pseudo else None
    if not page.two_sided:
        dents = Dents(known=True)
    elif table is not None and table.exists():
        dents = Dents(*truth(page.path, table))
    else:
        dents = Dents()
    return lit(replace(page, dents=dents))


def measured_sign(path: Path) -> bool:
    """Whether a sign is never trained on."""
    return in_development(path.stem, MEASURED_SIGNS)


def sign(path: Path, table: Path) -> LabelledPage:
    """A door sign: dark dots, without light and shade, and nothing on the back."""
    return replace(load(path, table), source=SIGNS, two_sided=False, dents=Dents(known=True), flat=True)


def unlabelled(data: Path, pseudo: Path) -> list[LabelledPage]:
    """The photographs that nobody has labelled, with the cells of both sides that are certain.

    Which side is the front does not matter here: `fronts` are the marks that are bright above, and that is measured.
    """
    result = []
    for path in (p for folder in UNLABELLED if (data / folder).is_dir() for p in pictures(data / folder)):
        tables = [pseudo / side / f"{path.stem}.csv" for side in (PSEUDO_FRONTS, PSEUDO_BACKS)]
        if all(table.exists() for table in tables):
            page = lit(load(path, tables[0]))
            if page.cells and page.light is not None:
                result.append(replace(page, known=False, dents=Dents(*truth(path, tables[1]))))
    return result


def scanned(page: LabelledPage, data: Path) -> LabelledPage:
    """A scan of DSBI, given with the cells of its front, with those of its back from the other copy of it."""
    path = data / TRAIN_DENTS / page.path.name.replace("_recto", "_verso")
    if path == page.path or not path.exists():
        return lit(page)
    other = load(path)
    matrix = scans.onto(page.image, other.image)
    if matrix is None:
        return lit(page)
    return lit(replace(page, dents=Dents(scans.moved(other.boxes, matrix), other.dots, known=True)))


def only_dents(page: LabelledPage) -> LabelledPage:
    """A scan that is given with the cells of its back only."""
    light = daylight.measured(page.image, page.boxes, page.dots)
    dents = Dents(page.boxes, page.dots, known=True)
    nothing = Dents()
    # What is measured on dents as if they were raised is the opposite of the light.
    return replace(
        page, boxes=nothing.boxes, dots=nothing.dots, dents=dents, known=False, light=None if light is None else -light
    )


def _recto(path: Path) -> Path:
    return path.parents[1] / Path(TRAIN_SCANS).name / path.name.replace("_verso", "_recto")
