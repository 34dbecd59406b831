"""Labels unlabelled photographs: `python -m training.pseudo --data DATA --output runs/pseudo`.

Angelina labels the front of a page only; turned by 180 degrees its dents, lit from the other side, look like dots,
which weights that know light from above read. Of the photographs without any labels both sides are read that way. Only
cells of which the weights are all but certain, and which stand on a lattice with their neighbours, become labels; of
the rest of the side nothing is said. One CSV a picture, in `fronts` and `backs` of the output, in the form of the data
folder: dots numbered as the front's view shows them. It goes on where it was interrupted.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from tqdm import tqdm

from easybraille.imaging.transforms import resize, rotate
from easybraille.recognition.detections import Detections, digits, rotate_half_turn
from easybraille.recognition.detectors import Detector
from easybraille.recognition.lattice import settle
from easybraille.recognition.page_detection import PAGE_SIDE

from .pages import PSEUDO_BACKS, PSEUDO_FRONTS, TRAIN, UNLABELLED, in_development, load, pictures

# A cell becomes a label when its most certain dot is at least this sure, and no dot is between these two.
CERTAIN, LEAST, MOST = 0.97, 0.15, 0.85
# Fewer cells are more likely specks than a side of a page.
FEWEST = 20


def certain_cells(detector: Detector, image: np.ndarray, cell_width: float, over: bool) -> Detections:
    """The cells of a side of a photographed page that are certain, in its pixels and as the upright picture shows them.

    Args:
        detector: weights that read dots lit from above.
        image: (rows, columns) uint8, upright, lit from above.
        cell_width: pixels.
        over: look at the picture turned by 180 degrees, for dents.
    """
    picture = resize(rotate(image, 2 if over else 0), detector.manifest.input.cell_width / cell_width)
    cells = settle(detector.detect([picture])[0], detector.manifest.thresholds.confidence)
    clear = ((cells.scores < LEAST) | (cells.scores > MOST)).all(axis=1)
    cells = cells.only(clear & (cells.confidence >= CERTAIN))
    if over:
        cells = rotate_half_turn(cells, picture.shape)
    scale = np.array([image.shape[1] / picture.shape[1], image.shape[0] / picture.shape[0]] * 2, np.float32)
    cells = Detections(cells.boxes * scale, cells.dots, cells.scores, cells.confidence)
    return cells if len(cells) >= FEWEST else cells.only(np.zeros(len(cells), bool))


def width_of_cells(detector: Detector, image: np.ndarray) -> float | None:
    """The width of a page's cells in pixels, taken that the page fills the picture; None where there are few."""
    scale = min(1.0, PAGE_SIDE / max(image.shape))
    cells = detector.detect([resize(image, scale)])[0]
    boxes = cells.boxes[cells.confidence >= CERTAIN]
    return float(np.median(boxes[:, 2] - boxes[:, 0])) / scale if len(boxes) >= FEWEST else None


def write(cells: Detections, path: Path) -> None:
    """Write cells as a table of the data folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("w") as stream:
        rows = csv.writer(stream)
        rows.writerow(["x1", "y1", "x2", "y2", "dots", "row", "col"])
        for box, dots in zip(np.round(cells.boxes.astype(float), 1).tolist(), cells.dots.tolist()):
            rows.writerow([*box, digits(dots), "", ""])
    temporary.replace(path)


def main() -> None:
    """The command line."""
    from .evaluate import SHIPPED, load_detector

    parser = argparse.ArgumentParser(prog="python -m training.pseudo", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/, dsbi/ and unlabelled/")
    parser.add_argument("--output", type=Path, required=True, help="folder for the tables")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    args = parser.parse_args()
    detector = load_detector(args.weights)
    labelled = [p for p in pictures(args.data / TRAIN[0]) if not in_development(p.stem)]
    others = [p for folder in UNLABELLED if (args.data / folder).is_dir() for p in pictures(args.data / folder)]
    for path in tqdm([*labelled, *others], unit="page", dynamic_ncols=True, mininterval=5):
        back = args.output / PSEUDO_BACKS / f"{path.stem}.csv"
        if back.exists():
            continue
        page = load(path)
        width = width_of_cells(detector, page.image) if path in others else page.cell_width
        if width is None:
            continue
        if path in others:
            front = args.output / PSEUDO_FRONTS / f"{path.stem}.csv"
            write(certain_cells(detector, page.image, width, over=False), front)
        write(certain_cells(detector, page.image, width, over=True), back)


if __name__ == "__main__":
    main()
