"""The labelled pictures, and which of them train, choose and report."""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from easybraille.recognition.detections import mask

from . import primer

# Folders under the data folder. A development split is taken from the first two and from part of NOT_BRAILLE.
TRAIN = ("angelina/books/train", "angelina/handwritten/train")
TRAIN_DENTS = "dsbi/train/verso"
TRAIN_SCANS = "dsbi/train/recto"
NOT_BRAILLE = "angelina/not_braille"
VAL = ("angelina/books/val", "angelina/handwritten/val")

# Two cameras photographed one book; two series show one hand.
SAME_SOURCE = {"mdd-redmi1": "mdd", "mdd_cannon1": "mdd"}
PRIMER = "primer"
SOURCES = (
    "chudo_derevo", "mdd-redmi1", "mdd_cannon1", "ola", "skazki", "telefon", "ang_redmi", "kov", "uploaded",
    "Massage", "Math", "Ordinary", "Shaver", "misc",
)  # fmt: skip


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
    """

    name: str
    source: str
    image: np.ndarray
    boxes: np.ndarray
    dots: np.ndarray
    two_sided: bool = True
    path: Path | None = None

    @property
    def cell_width(self) -> float:
        """Median width of a cell in pixels; for a page without cells, a width that fits print of its size."""
        known = self.boxes[self.dots > 0]
        return float(np.median(known[:, 2] - known[:, 0])) if len(known) else 22.0


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


def half_turn(page: LabelledPage) -> LabelledPage:
    """The page upside down. The dents of a scan, lit from the other side, look like dots: a second front."""
    height, width = page.image.shape
    boxes = np.array([width, height, width, height], np.float32) - page.boxes[:, [2, 3, 0, 1]]
    image = np.ascontiguousarray(page.image[::-1, ::-1])
    return LabelledPage(page.name, page.source, image, boxes, permute(page.dots, HALF_TURN), page.two_sided, page.path)


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


def split(data: Path, leave_out: frozenset[str] = frozenset()) -> Split:
    """Read the data folder.

    Args:
        data: the folder that holds angelina/ and dsbi/.
        leave_out: sources (see `source_of`) that must not be seen at all.
    """
    train, development, left_out = [], [], []
    for folder in (*TRAIN, TRAIN_SCANS, TRAIN_DENTS):
        for path in pictures(data / folder):
            dents = folder == TRAIN_DENTS
            if source_of(path.stem) in leave_out:
                if not dents:
                    left_out.append(path)
            elif in_development(path.stem):
                if not dents:
                    development.append(load(path))
            else:
                train.append(half_turn(load(path)) if dents else load(path))
    if PRIMER not in leave_out:
        train += [load(path, table) for path, table in primer.labels(data).items()]
    for folder in VAL:
        left_out += [p for p in pictures(data / folder) if source_of(p.stem) in leave_out]
    blank = pictures(data / NOT_BRAILLE)
    kept_out = [p for p in blank if in_development(p.stem, 3)]
    return Split(train, [load(p) for p in blank if p not in kept_out], development, left_out)
