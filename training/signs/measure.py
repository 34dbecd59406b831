"""How well the signs that no run trains on are read: `python -m training.signs.measure --data DATA`.

Each sign is read by the reader, and its cells are compared with those of its print. The edit distance is counted in
cells. A sign that is read wrong counts as doubtful where a cell has alternatives or is marked as doubtful, or the page
has advice. Signs that `align` could not locate are included.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from easybraille.document import Document
from easybraille.reader import Reader
from easybraille.recognition.detections import mask

from ..evaluate import SHIPPED, load_detector
from ..measuring import edits
from ..pages import measured_sign
from . import HERE, PICTURES, TEXTS, readings


@dataclass(frozen=True)
class Sign:
    """The reading of one sign.

    Attributes:
        name: of the picture.
        wrong, length: edit distance from the nearest of what the print may ask for, and the length of that, in cells.
        doubtful: whether the answer marks anything as uncertain.
        text: as it was read.
    """

    name: str
    wrong: int
    length: int
    doubtful: bool
    text: str


def measured(data: Path) -> list[Path]:
    """The pictures of the signs that no run trains on: one in four, and those without a table of cells."""
    paths = [data / PICTURES / f"{name}.jpg" for name in TEXTS]
    return [path for path in paths if measured_sign(path) or not (HERE / f"{path.stem}.csv").exists()]


def compared(name: str, document: Document) -> Sign:
    """Compare the cells of a document with those of a sign."""
    cells = [cell for page in document.pages for line in page.lines for cell in line.cells if cell.dots]
    got = [mask(cell.dots) for cell in cells]
    wanted = min(([m for m in one if m] for one in readings(TEXTS[name])), key=lambda one: edits(one, got))
    doubtful = any(page.advice for page in document.pages) or any(cell.doubtful or cell.alternatives for cell in cells)
    return Sign(name, edits(wanted, got), len(wanted), doubtful, document.text.strip())


def measure(reader: Reader, data: Path) -> Iterator[Sign]:
    """Read the signs that no run trains on."""
    for path in tqdm(measured(data), unit="sign", leave=False, file=sys.stderr):
        yield compared(path.stem, reader.read(path.read_bytes(), language="ru"))


def summary(signs: Sequence[Sign]) -> str:
    """Summarise the readings of all signs in a sentence."""
    wrong, length = sum(one.wrong for one in signs), sum(one.length for one in signs)
    exact, silent = sum(not one.wrong for one in signs), sum(one.wrong > 0 and not one.doubtful for one in signs)
    return (
        f"{len(signs)} signs: {1 - wrong / length:.1%} of {length} cells right, {exact} exact, "
        f"{silent} wrong and not marked as doubtful"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.signs.measure", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds unlabelled/plates")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    args = parser.parse_args()
    signs = []
    for one in measure(Reader(load_detector(args.weights)), args.data):
        signs.append(one)
        said = "right" if not one.wrong else "wrong, marked as doubtful" if one.doubtful else "WRONG, NOT MARKED"
        tqdm.write(f"{one.name}  {TEXTS[one.name]:28s} {one.text!r:28} {one.wrong} of {one.length} cells  {said}")
    print(summary(signs))


if __name__ == "__main__":
    main()
