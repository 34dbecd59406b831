"""Label the backs of two-sided photographs: `python -m training.backs --data DATA --output runs/backs`.

Angelina labels the front of a page only. Turned by 180 degrees its dents, lit from the other side, look like dots,
which weights that know one side read. Only cells of which these are all but certain, and which stand on a lattice with
their neighbours, become labels; of the rest of the back nothing is said. One CSV a picture, in the form of the data
folder: dots numbered as the front's view shows them. It goes on where it was interrupted.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from tqdm import tqdm

from easybraille.imaging.transforms import resized, turned
from easybraille.recognition.detections import Detections, digits, upside_down
from easybraille.recognition.detectors import Detector
from easybraille.recognition.lattice import settle

from .pages import TRAIN, in_development, load, pictures

# A cell becomes a label when its most certain dot is at least this sure, and no dot is between these two.
CERTAIN, LEAST, MOST = 0.97, 0.15, 0.85
# Fewer cells are more likely specks than a page's back.
FEWEST = 20


def certain_backs(detector: Detector, image: np.ndarray, cell_width: float) -> Detections:
    """The cells of the other side of a photographed page that are certain, in its pixels and as its front's view shows.

    Args:
        detector: weights that read dots lit from above.
        image: (rows, columns) uint8, upright, lit from above.
        cell_width: of the front, pixels.
    """
    picture = resized(turned(image, 2), detector.manifest.input.cell_width / cell_width)
    cells = settle(detector.detect([picture])[0], detector.manifest.thresholds.confidence)
    clear = ((cells.scores < LEAST) | (cells.scores > MOST)).all(axis=1)
    cells = upside_down(cells.only(clear & (cells.confidence >= CERTAIN)), picture.shape)
    scale = np.array([image.shape[1] / picture.shape[1], image.shape[0] / picture.shape[0]] * 2, np.float32)
    cells = Detections(cells.boxes * scale, cells.dots, cells.scores, cells.confidence)
    return cells if len(cells) >= FEWEST else cells.only(np.zeros(len(cells), bool))


def write(cells: Detections, path: Path) -> None:
    """Write cells as a table of the data folder."""
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

    parser = argparse.ArgumentParser(prog="python -m training.backs", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    parser.add_argument("--output", type=Path, required=True, help="folder for the tables")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    detector = load_detector(args.weights)
    paths = [p for p in pictures(args.data / TRAIN[0]) if not in_development(p.stem)]
    for path in tqdm(paths, unit="page", dynamic_ncols=True, mininterval=5):
        table = args.output / f"{path.stem}.csv"
        if not table.exists():
            page = load(path)
            write(certain_backs(detector, page.image, page.cell_width), table)


if __name__ == "__main__":
    main()
