"""How well the signs that no run trains on are read: `python -m training.signs.measure --data DATA`.

Each sign is read as the product reads it, and its cells are compared with those that its print asks for. A wrong sign
is in doubt where any of its cells has alternatives or a reason to doubt it, or the page has advice. Signs whose dots
`align` did not find are measured as well.
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
    """What was read of one sign.

    Attributes:
        name: of the picture.
        wrong, length: edit distance from the nearest of what the print may ask for, and the length of that, in cells.
        doubted: whether the answer says that something may be wrong.
        text: as it was read.
    """

    name: str
    wrong: int
    length: int
    doubted: bool
    text: str


def measured(data: Path) -> list[Path]:
    """The pictures of the signs that no run trains on: one in four, and those without a table of cells."""
    paths = [data / PICTURES / f"{name}.jpg" for name in TEXTS]
    return [path for path in paths if measured_sign(path) or not (HERE / f"{path.stem}.csv").exists()]


def compared(name: str, document: Document) -> Sign:
    """The cells of a document beside those of the sign."""
    cells = [cell for page in document.pages for line in page.lines for cell in line.cells if cell.dots]
    got = [mask(cell.dots) for cell in cells]
    wanted = min(([m for m in one if m] for one in readings(TEXTS[name])), key=lambda one: edits(one, got))
    doubted = any(page.advice for page in document.pages) or any(cell.doubtful or cell.alternatives for cell in cells)
    return Sign(name, edits(wanted, got), len(wanted), doubted, document.text.strip())


def measure(reader: Reader, data: Path) -> Iterator[Sign]:
    """Read the signs that no run trains on."""
    for path in tqdm(measured(data), unit="sign", leave=False, file=sys.stderr):
        yield compared(path.stem, reader.read(path.read_bytes(), language="ru"))


def summary(signs: Sequence[Sign]) -> str:
    """What was measured of all signs, as a sentence."""
    wrong, length = sum(one.wrong for one in signs), sum(one.length for one in signs)
    exact, silent = sum(not one.wrong for one in signs), sum(one.wrong > 0 and not one.doubted for one in signs)
    return (
        f"{len(signs)} signs: {1 - wrong / length:.1%} of {length} cells right, {exact} exact, "
        f"{silent} wrong without a doubt"
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
        said = "right" if not one.wrong else "wrong, in doubt" if one.doubted else "WRONG WITHOUT A DOUBT"
        tqdm.write(f"{one.name}  {TEXTS[one.name]:28s} {one.text!r:28} {one.wrong} of {one.length} cells  {said}")
    print(summary(signs))


if __name__ == "__main__":
    main()
