"""Measure the sets that stand for the pictures that are really sent: `python -m training.measuring --data DATA`.

For each set the median, the mean, the worst page and the number of pages lost (under 0.7), so that a mean hides
nothing. A found cell is right if its centre lies within 0.45 of the width and 0.3 of the height of a labelled one that
is not yet taken and has the same dots. "passes" is the network's work, in pixels, over that of one pass at the size of
a page. These sets are never trained on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from easybraille.imaging.files import pictures as open_pictures
from easybraille.model_store import SHIPPED
from easybraille.recognition.detections import mirror
from easybraille.recognition.detectors import Detector
from easybraille.recognition.layout import BLANK, arrange_lines
from easybraille.recognition.page_detection import detect_back, detect_front
from easybraille.recognition.passes import page_scale

from .evaluate import load_detector
from .pages import VAL, pictures, truth
from .turns import Counting

# A page with less than this is lost: its text is unreadable.
LOST = 0.7
ACROSS, DOWN = 0.45, 0.3


@dataclass(frozen=True)
class PageScore:
    """What was measured on one page.

    Attributes:
        name: of the picture.
        score: F1 by nearness of centres, or 1 less the cell error rate where there are no boxes.
        labelled, found: cells.
        rotation: that the page was read at, clockwise degrees; all of these pages are upright.
        passes: of the network.
    """

    name: str
    score: float
    labelled: int
    found: int
    rotation: int
    passes: float


def near_f1(boxes: np.ndarray, dots: np.ndarray, true_boxes: np.ndarray, true_dots: np.ndarray) -> float:
    """F1 by nearness of centres; arguments as of `score.score`."""
    if not len(boxes) or not len(true_boxes):
        return float(len(boxes) == len(true_boxes))
    centre, true = ((b[:, :2] + b[:, 2:]) / 2 for b in (boxes, true_boxes))
    apart = np.abs(centre[:, None] - true[None]) / (true_boxes[:, 2:] - true_boxes[:, :2])
    near = (apart[..., 0] < ACROSS) & (apart[..., 1] < DOWN) & (dots[:, None] == true_dots)
    found, labelled = np.nonzero(near)
    taken_found: set[int] = set()
    taken_labelled: set[int] = set()
    for i in np.argsort(apart.sum(axis=2)[near], kind="stable").tolist():
        if found[i] not in taken_found and labelled[i] not in taken_labelled:
            taken_found.add(int(found[i]))
            taken_labelled.add(int(labelled[i]))
    return 2 * len(taken_found) / (len(boxes) + len(true_boxes))


def cell_error_rate(boxes: np.ndarray, dots: np.ndarray, true_boxes: np.ndarray, true_dots: np.ndarray) -> float:
    """Edit distance between the cells of two pages in reading order, over the number of true ones."""
    wanted, got = (
        [int(masks[i]) for row in arrange_lines(places) for i in row if i != BLANK]
        for places, masks in ((true_boxes, true_dots), (boxes, dots))
    )
    return edits(wanted, got) / max(1, len(wanted))


def edits(wanted: list[int], got: list[int]) -> int:
    """The least number of insertions, deletions and changes between two sequences (Levenshtein 1966)."""
    before = np.arange(len(got) + 1)
    for row, one in enumerate(wanted, 1):
        change = before[:-1] + (np.array(got, int) != one)
        best = np.concatenate([[row], np.minimum(change, before[1:] + 1)])
        # An insertion follows the best cell to the left: a running minimum of what each costs without the steps to it.
        before = np.minimum.accumulate(best - np.arange(len(best))) + np.arange(len(best))
    return int(before[-1])


def sets(data: Path) -> dict[str, list[Path]]:
    """The pictures of each set."""
    scans, interpoint = pictures(data / "dsbi/test_dev"), pictures(data / "interpoint")
    return {
        "strangers' photos (uploaded_dev)": pictures(data / "angelina/uploaded_dev"),
        "DSBI test_dev, fronts": [p for p in scans if p.stem.endswith("recto")],
        "DSBI test_dev, backs": [p for p in scans if p.stem.endswith("verso")],
        "interpoint, light from the side": [p for p in interpoint if p.stem.endswith("side_light")],
        "interpoint, other light (1 - cell error rate)": [p for p in interpoint if p.stem.endswith("other_light")],
        "val": [p for folder in VAL for p in pictures(data / folder)],
    }


def measure(detector: Detector, paths: Iterable[Path]) -> Iterator[PageScore]:
    """Read each picture of a set and compare it with its truth."""
    for path in paths:
        picture = next(open_pictures(path.read_bytes()))
        counting = Counting(detector)
        side = detect_front(counting, picture.gray)
        cells = side.cells
        if path.stem.endswith("verso"):
            side = detect_back(counting, picture.gray, side)
            cells = mirror(side.cells, picture.gray.shape[1])
        other = path.stem.endswith("other_light")
        true = truth(path.with_name(path.name.replace("other_light", "side_light")))
        boxes = side.boxes * np.float32(picture.scale)
        score = 1 - cell_error_rate(boxes, cells.dots, *true) if other else near_f1(boxes, cells.dots, *true)
        one_pass = picture.gray.size * page_scale(picture.gray) ** 2
        yield PageScore(path.stem, score, len(true[0]), len(boxes), side.rotation, counting.pixels / one_pass)


def row(name: str, pages: list[PageScore]) -> str:
    """A set's row of a Markdown table."""
    scores = np.array([page.score for page in pages])
    passes = float(np.mean([page.passes for page in pages]))
    turned = sum(page.rotation != 0 for page in pages)
    figures = f"{np.median(scores):.4f} | {scores.mean():.4f} | {scores.min():.4f} | {(scores < LOST).sum()}"
    return f"| {name} | {len(pages)} | {figures} | {turned} | {passes:.2f} |"


HEADER = "| set | pages | median | mean | worst | lost | wrong way up | passes a page |\n" + "|---" * 8 + "|"


def table(detector: Detector, data: Path) -> str:
    """A Markdown table of all sets."""
    rows = [row(name, list(measure(detector, paths))) for name, paths in sets(data).items()]
    return "\n".join([HEADER, *rows])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.measuring", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/, dsbi/ and interpoint/")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    parser.add_argument("--worst", type=int, default=0, help="how many of the worst pages of each set to name")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures of each page there too")
    args = parser.parse_args()
    detector, measured = load_detector(args.weights), {}
    print(HEADER)
    for name, paths in sets(args.data).items():
        pages = list(measure(detector, tqdm(paths, desc=name, leave=False, file=sys.stderr)))
        measured[name] = [asdict(page) for page in pages]
        print(row(name, pages), flush=True)
        for page in sorted(pages, key=lambda page: page.score)[: args.worst]:
            print(f"    {page.score:.4f} {page.name}: {page.labelled} labelled, {page.found} found")
    if args.json:
        args.json.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
