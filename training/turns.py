"""Pages turned each way: is it found out, and what does it cost? `python -m training.turns --data DATA`.

Reads the val pages as they are and turned by 90, 180 and 270 degrees. "passes" is the network's work, in pixels, over
that of the one pass that reads an upright page: what it costs whatever else the machine does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from easybraille.imaging.transforms import rotate, rotate_boxes
from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors import Detector
from easybraille.recognition.page_detection import detect_front
from easybraille.recognition.passes import PAGE_SIDE

from .pages import VAL, load, pictures
from .score import Score, score


@dataclass(frozen=True)
class Turned:
    """What was measured on pages turned one way.

    Attributes:
        degrees: counterclockwise.
        pages: how many; recognised: of how many the turn was found.
        f1: of their cells.
        passes: the network's work over one pass a page.
    """

    degrees: int
    pages: int
    recognised: int
    f1: float
    passes: float


class Counting:
    """A detector that counts the pixels it is shown."""

    def __init__(self, detector: Detector):
        self._detector = detector
        self.engine, self.manifest = detector.engine, detector.manifest
        self.pixels = 0

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        """See `Detector.detect`."""
        self.pixels += sum(image.size for image in images)
        return self._detector.detect(images, candidate)


def measure(detector: Detector, data: Path) -> list[Turned]:
    """The val pages turned by 0, 90, 180 and 270 degrees."""
    pages = [load(path) for folder in VAL for path in pictures(data / folder)]
    one_pass = sum(page.image.size * min(1.0, PAGE_SIDE / max(page.image.shape)) ** 2 for page in pages)
    result = []
    for quarters in range(4):
        counting, total, recognised = Counting(detector), Score(), 0
        for page in tqdm(pages, desc=f"turned by {90 * quarters}", unit="page", leave=False, file=sys.stderr):
            found = detect_front(counting, rotate(page.image, quarters))
            recognised += found.quarters == -quarters % 4
            boxes = rotate_boxes(page.boxes, quarters, page.image.shape).astype(np.float32)
            total.add(score(found.boxes, found.cells.dots, boxes, page.dots))
        result.append(Turned(90 * quarters, len(pages), recognised, total.f1, counting.pixels / one_pass))
    return result


def main() -> None:
    """The command line."""
    from .evaluate import SHIPPED, load_detector

    parser = argparse.ArgumentParser(prog="python -m training.turns", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    args = parser.parse_args()
    for one in measure(load_detector(args.weights), args.data):
        print(f"turned by {one.degrees:3d}: {one.recognised} of {one.pages}, F1 {one.f1:.4f}, {one.passes:.2f} passes")


if __name__ == "__main__":
    main()
