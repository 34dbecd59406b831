"""Measure weights by one plain pass: `python -m training.plain --data DATA [--weights runs/default/best.pt]`.

What the network itself sees, without the reader's search for the direction, fusion and language: a picture as it is
given, looked at in a page's size and once more in the size that its cells want, and settled on the lattice. Weights of
four layers show both sides in one look; of others the back is read in the picture turned by 180 degrees. The reader
decides which of the two sides of the sheet is the front; here light from above is taken for granted ("above"), and
beside that stands what the better of all sides would give ("best").

For each set: the mean F1 of its pages, the worst page and how many pages are lost (below 0.7). The measuring sets are
compared by centres, the others by boxes; see the data folder's README.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from easybraille.imaging.transforms import resize, rotate
from easybraille.recognition.detections import Detections, rotate_half_turn
from easybraille.recognition.detectors.network import Network
from easybraille.recognition.lattice import settle
from easybraille.recognition.layout import arrange_lines
from easybraille.recognition.page_detection import PAGE_SIDE

from . import signs
from .evaluate import SHIPPED, load_detector
from .pages import NOT_BRAILLE, VAL, in_development, load, measured_sign, pictures, split, truth
from .primer import error_rate
from .score import Score, centred, score

UPLOADED, TEST, INTERPOINT = "angelina/uploaded_dev", "dsbi/test_dev", "interpoint"
# Longer sides that a picture is looked at in where a page's shows next to nothing.
OTHER_SIDES = (688, 2400)
FEW = 12
LOST = 0.7
Compare = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], Score]


def sides(detector: Network, gray: np.ndarray) -> dict[str, Detections]:
    """The cells of a picture by the flank of their dots that is bright, in its pixels.

    Args:
        gray: (rows, columns) uint8, upright.
    """
    if len(detector.manifest.flanks) > 1:
        return looked_at(detector, gray)
    below = looked_at(detector, rotate(gray, 2))["up"]
    return looked_at(detector, gray) | {"down": rotate_half_turn(below, gray.shape)}


def looked_at(detector: Network, gray: np.ndarray) -> dict[str, Detections]:
    """What the layers of the network show of a picture, settled on the lattice."""
    certain = detector.manifest.thresholds.confidence
    longest = max(gray.shape)
    scale = min(1.0, PAGE_SIDE / longest)
    found = at_scale(detector, gray, scale)
    for side in OTHER_SIDES if most(found, certain) < FEW else ():
        other = min(side / longest, max(1.0, PAGE_SIDE / longest))
        again = at_scale(detector, gray, other)
        if most(again, certain) > max(3, 2 * most(found, certain)):
            found, scale = again, other
    boxes = np.concatenate([cells.boxes[cells.confidence >= certain] for cells in found.values()])
    if len(boxes) >= 3:
        wanted = detector.manifest.input.cell_width / float(np.median(boxes[:, 2] - boxes[:, 0]))
        if not 0.8 < wanted / scale < 1.25:
            again = at_scale(detector, gray, wanted)
            found = again if most(again, certain) > 0.8 * most(found, certain) else found
    return {flank: settle(cells, certain) for flank, cells in found.items()}


def at_scale(detector: Network, gray: np.ndarray, scale: float) -> dict[str, Detections]:
    """What the layers show of a picture resized by `scale`, in its own pixels."""
    image = resize(gray, scale)
    back = np.array([gray.shape[1] / image.shape[1], gray.shape[0] / image.shape[0]] * 2, np.float32)
    (found,) = detector.detect_flanks([image])
    return {
        flank: Detections(cells.boxes * back, cells.dots, cells.scores, cells.confidence)
        for flank, cells in found.items()
    }


def most(found: dict[str, Detections], certain: float) -> int:
    """How many certain cells the layer shows that shows the most."""
    return max(int((cells.confidence >= certain).sum()) for cells in found.values())


@dataclass
class Page:
    """What was measured on one page: F1 of the side that light from above makes the front, and of the best side."""

    name: str
    above: float
    best: float
    flank: str
    labelled: int
    found: int


def measured(
    detector: Network, image: np.ndarray, boxes: np.ndarray, dots: np.ndarray, name: str, flank: str, compare: Compare
) -> Page:
    """A page's cells compared with one side's truth."""
    by_flank = {side: compare(cells.boxes, cells.dots, boxes, dots) for side, cells in sides(detector, image).items()}
    best = max(by_flank, key=lambda side: by_flank[side].f1)
    result = by_flank[flank]
    return Page(name, result.f1, by_flank[best].f1, best, result.labelled, result.found)


def sets(data: Path) -> dict[str, tuple[list[tuple], str, Compare]]:
    """The pages of each set, each (name, image, boxes, dots), the flank that shows their labels, and how to compare."""

    def given(paths: list[Path]) -> list[tuple]:
        return [(p.stem, cv2.imread(str(p), cv2.IMREAD_GRAYSCALE), *truth(p)) for p in paths]

    def either(paths: list[Path], end: str) -> list[tuple]:
        return given([p for p in paths if p.stem.endswith(end)])

    result = {folder: (given(pictures(data / folder)), "up", score) for folder in VAL}
    development = split(data).development
    result["development, fronts"] = ([(p.name, p.image, p.boxes, p.dots) for p in development], "up", score)
    backs = [p for p in development if p.two_sided and p.dents.known]
    result["development, backs"] = ([(p.name, p.image, p.dents.boxes, p.dents.dots) for p in backs], "down", score)
    for end, flank in (("_recto", "up"), ("_verso", "down")):
        result[f"{TEST}{end}"] = (either(pictures(data / TEST), end), flank, score)
    result[UPLOADED] = (given(pictures(data / UPLOADED)), "up", centred)
    result[INTERPOINT] = (either(pictures(data / INTERPOINT), "_side_light"), "up", centred)
    held_out = [(p, t) for p, t in signs.labels(data).items() if measured_sign(p)]
    result["signs"] = (
        [(p.stem, cv2.imread(str(p), cv2.IMREAD_GRAYSCALE), *truth(p, t)) for p, t in held_out], "up", centred,
    )  # fmt: skip
    return result


def in_order(boxes: np.ndarray, dots: np.ndarray) -> str:
    """A page's cells in reading order, one letter a cell, without blanks."""
    return "".join(chr(0x2800 + int(dots[i])) for line in arrange_lines(boxes) for i in line if i >= 0)


def other_light(detector: Network, data: Path) -> dict[str, dict[str, float]]:
    """Cell error rates of the interpoint pages, in both lights, for each flank."""
    result = {}
    for path in pictures(data / INTERPOINT):
        table = data / INTERPOINT / f"{path.stem.split('_')[0]}_side_light.csv"
        wanted = in_order(*truth(path, table))
        found = sides(detector, cv2.imread(str(path), cv2.IMREAD_GRAYSCALE))
        rates = {}
        for flank, cells in found.items():
            wrong, length = error_rate(in_order(cells.boxes, cells.dots), wanted)
            rates[flank] = round(wrong / length, 3)
        result[path.stem] = rates
    return result


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.plain", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    for name in ("confidence", "candidate", "dot"):
        parser.add_argument(f"--{name}", type=float, help="another threshold than the manifest's")
    parser.add_argument("--only", default="", help="sets whose name begins so")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures of every page there")
    args = parser.parse_args()
    detector = load_detector(args.weights)
    for name in ("confidence", "candidate", "dot"):
        if (value := getattr(args, name)) is not None:
            setattr(detector.manifest.thresholds, name, value)
    print(f"{'set':28s} pages   above  worst lost |   best  worst lost | the worst page")
    every = {}
    for name, (given, flank, compare) in sets(args.data).items():
        if not name.startswith(args.only):
            continue
        pages = [
            measured(detector, image, boxes, dots, stem, flank, compare)
            for stem, image, boxes, dots in tqdm(given, desc=name, leave=False, file=sys.stderr)
        ]
        every[name] = [vars(page) for page in pages]
        line = f"{name:28s} {len(pages):5d}"
        for kind in ("above", "best"):
            values = np.array([getattr(page, kind) for page in pages])
            line += f"  {values.mean():.4f} {values.min():.3f} {(values < LOST).sum():4d} |"
        worst = min(pages, key=lambda page: page.best)
        print(f"{line} {worst.name[:30]} {worst.flank} {worst.found}/{worst.labelled}", flush=True)
    if "not_braille".startswith(args.only):
        blank = [p for p in pictures(args.data / NOT_BRAILLE) if in_development(p.stem, 3)]
        counts = [{f: len(c) for f, c in sides(detector, load(p).image).items()} for p in blank]
        print(f"{'not_braille':28s} {len(blank):5d}  " + str({f: sum(c[f] for c in counts) for f in counts[0]}))
    if "interpoint".startswith(args.only):
        every["other light"] = other_light(detector, args.data)
        for name, rates in every["other light"].items():
            print(f"  cell error rate of {name}: {rates}")
    if args.json:
        args.json.write_text(json.dumps(every, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
