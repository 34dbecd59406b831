"""Measure weights the way the product reads: `python -m training.evaluate --data DATA`.

Prints for each set cell precision, recall and F1 (IoU at least 0.5 and equal dots), the F1 of the boxes alone, the
cells found on pictures without Braille, the patterns that are confused most and the worst pages.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from easybraille.imaging.files import pictures as open_pictures
from easybraille.model_store import SHIPPED, resolve
from easybraille.recognition import passes
from easybraille.recognition.detections import Detections, digits, mirror
from easybraille.recognition.detectors import Detector
from easybraille.recognition.detectors.onnx import OnnxDetector
from easybraille.recognition.model import read_manifest
from easybraille.recognition.page_detection import detect_back, detect_front
from easybraille.settings import from_environment

from .pages import NOT_BRAILLE, TRAIN_DENTS, VAL, in_development, pictures, source_of, split, truth
from .score import Score, score


@dataclass
class Result:
    """What was measured on one set of pictures."""

    name: str
    total: Score = field(default_factory=Score)
    pages: list[tuple[float, Path, Score]] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        """One row of the table."""
        t, count = self.total, max(1, len(self.pages))
        cells = f"{t.labelled:7d} {t.found:7d}"
        ms = 1000 * self.seconds / count
        if t.labelled == 0:
            clean = sum(s.found == 0 for _, _, s in self.pages)
            rest = f"{t.found / count:.2f} cells a picture, none at all on {clean}"
        else:
            rest = f"{t.precision:.4f}    {t.recall:.4f} {t.f1:.4f} {t.boxes_f1:.4f}"
        return f"{self.name:28s} {len(self.pages):5d} {cells} {ms:6.0f}  {rest}"


THRESHOLDS = ("confidence", "candidate", "dot")
HEADER = f"{'set':28s} pages labelled  found  ms/page precision recall F1     boxes F1"


def read(detector: Detector, path: Path) -> Detections:
    """The cells that a picture is labelled with, as it shows them: its front's, or of a scan of dents its back's."""
    picture = next(open_pictures(path.read_bytes()))
    found = detect_front(detector, picture.gray)
    cells = found.cells
    if path.parent.name == Path(TRAIN_DENTS).name:
        found = detect_back(detector, picture.gray, found)
        cells = mirror(found.cells, picture.gray.shape[1])
    return Detections(found.boxes * np.float32(picture.scale), cells.dots, cells.scores, cells.confidence)


def measure(name: str, detector: Detector, paths: Iterable[Path]) -> Result:
    """Read every picture of a set and compare with its truth."""
    result = Result(name)
    for path in tqdm(list(paths), desc=name, unit="page", leave=False, file=sys.stderr, dynamic_ncols=True):
        before = time.perf_counter()
        cells = read(detector, path)
        result.seconds += time.perf_counter() - before
        page = score(cells.boxes, cells.dots, *truth(path))
        result.total.add(page)
        result.pages.append((page.f1, path, page))
    return result


def sets(data: Path, leave_out: frozenset[str], development: bool) -> dict[str, list[Path]]:
    """The sets to report on: val and the blank pictures that no run trains on, or the sources that a run left out."""
    blank = [p for p in pictures(data / NOT_BRAILLE) if in_development(p.stem, 3)]
    if development:
        chosen = split(data, leave_out)
        named: dict[str, list[Path]] = {}
        for page in chosen.development:
            named.setdefault(f"development: {page.path.parent.parent.name}", []).append(page.path)
        return named | {"not_braille": blank}
    if leave_out:
        left_out = split(data, leave_out).left_out
        dents = pictures(data / TRAIN_DENTS)
        named = {f"left out: {source}": [p for p in left_out if source_of(p.stem) == source] for source in leave_out}
        named |= {
            f"left out: {source}, backs": [p for p in dents if source_of(p.stem) == source] for source in leave_out
        }
        return {name: named[name] for name in sorted(named) if named[name]} | {"not_braille": blank}
    return {folder: pictures(data / folder) for folder in VAL} | {"not_braille": blank}


def together(name: str, results: Iterable[Result]) -> Result:
    """Several sets as one."""
    whole = Result(name)
    for result in results:
        whole.total.add(result.total)
        whole.pages += result.pages
        whole.seconds += result.seconds
    return whole


def draw(path: Path, cells: Detections, folder: Path) -> None:
    """Save a picture with what is right in green, missed in blue and wrong in red."""
    image = cv2.imread(str(path))
    true_boxes, true_dots = truth(path)
    single = [
        score(cells.boxes[i : i + 1], cells.dots[i : i + 1], true_boxes, true_dots).right for i in range(len(cells))
    ]
    for box, dots in zip(true_boxes, true_dots):
        if not score(cells.boxes, cells.dots, box[None], dots[None]).right:
            _box(image, box, (255, 80, 0), digits(int(dots)), below=True)
    for box, dots, right in zip(cells.boxes, cells.dots, single):
        _box(image, box, (0, 160, 0) if right else (0, 0, 255), "" if right else digits(int(dots)))
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / f"{path.stem}.png"), image)


def _box(image: np.ndarray, box: np.ndarray, colour: tuple[int, int, int], label: str, below: bool = False) -> None:
    x1, y1, x2, y2 = (int(v) for v in box)
    cv2.rectangle(image, (x1, y1), (x2, y2), colour, 1)
    cv2.putText(image, label, (x1, y2 + 9 if below else y1 - 1), cv2.FONT_HERSHEY_SIMPLEX, 0.35, colour, 1)


def load_detector(weights: Path) -> OnnxDetector:
    """Weights from a manifest, or a checkpoint of a training run, exported first."""
    if weights.suffix == ".json":
        found = resolve(from_environment({"MODEL_PATH": str(weights)}))
        return OnnxDetector(found.onnx, found.manifest)
    from easybraille.recognition.detectors.checkpoint import flanks, load_network
    from export.convert import to_onnx

    manifest = read_manifest(SHIPPED)
    manifest.flanks = flanks(load_network(weights))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "best.onnx"
        to_onnx(weights, target)
        return OnnxDetector(target, manifest)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    parser.add_argument("--left-out", default="", help="sources, by comma, that the run did not see: report on these")
    parser.add_argument("--development", action="store_true", help="report on the development split instead")
    for name in THRESHOLDS:
        parser.add_argument(f"--{name}", type=float, help="another threshold than the manifest's")
    parser.add_argument("--once", action="store_true", help="look at each page once, however much of it is in doubt")
    parser.add_argument("--worst", type=int, default=3, help="how many of the worst pages to name")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="save marked pictures of the worst pages there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    args = parser.parse_args()
    detector = load_detector(args.weights)
    for name in THRESHOLDS:
        if (value := getattr(args, name)) is not None:
            setattr(detector.manifest.thresholds, name, value)
    if args.once:
        passes.FUSION_ROUNDS = ()
    leave_out = frozenset(filter(None, args.left_out.split(",")))
    results = [measure(name, detector, paths) for name, paths in sets(args.data, leave_out, args.development).items()]
    labelled = [r for r in results if r.total.labelled]
    if len(labelled) > 1:
        results.append(together("together", labelled))
    print(HEADER)
    for result in results:
        print(result.line())
    whole = together("", labelled)
    print("\nmost confused (labelled as, found as, times):")
    for (wanted, got), times in Counter(whole.total.confused).most_common(8):
        print(f"  {digits(wanted):>6} {digits(got):>6} {times:4d}")
    print("\nworst pages:")
    for f1, path, page in sorted(whole.pages, key=lambda item: item[0])[: args.worst]:
        print(f"  {f1:.4f}  {path.stem}: {page.labelled} labelled, {page.found} found, {page.right} right")
        if args.save:
            draw(path, read(detector, path), args.save)
    if args.json:
        figures = {
            r.name: {"pages": len(r.pages), "precision": round(r.total.precision, 4),
                     "recall": round(r.total.recall, 4), "f1": round(r.total.f1, 4),
                     "found": r.total.found, "labelled": r.total.labelled}
            for r in results
        }  # fmt: skip
        args.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
