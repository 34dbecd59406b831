"""How the time grows with cells, pixels and pages: `python -m bench.grow`.

Cells: each serial stage after the network, for a lattice of made-up cells. Pixels: one page as a JPEG of several sizes,
bytes to document. Pages: a PDF of so many pages, read as the service reads it, on one core and on all of them. Stages
and sizes take turns, since a machine gets slower and faster.
"""

from __future__ import annotations

import argparse
import io
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from bench import figures
from easybraille import languages
from easybraille.imaging.files import Frame
from easybraille.languages.decoding import decode
from easybraille.model_store import SHIPPED
from easybraille.reader import Reader, RecognisedSide, page_of
from easybraille.recognition.calibration import CellReadings, pattern_probabilities, presence_probabilities
from easybraille.recognition.detections import Detections, mask
from easybraille.recognition.detectors.postprocess import suppress
from easybraille.recognition.lattice import settle
from easybraille.recognition.layout import arrange_lines
from easybraille.recognition.model import read_manifest
from easybraille.recognition.multiscale import fuse
from easybraille.recognition.page_detection import DetectedSide
from easybraille.settings import from_environment
from easybraille.slots import Slots
from easybraille.startup import make_reader

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "carta.jpg"
WHAT = ("cells", "pixels", "pages")
CELLS, SIDES = (120, 400, 1200, 4000), (1376, 2000, 4032, 8000)
WORDS = "en un lugar de la mancha de cuyo nombre no quiero acordarme no ha mucho tiempo que vivía un hidalgo "
# Places of the network that show one cell, before suppression; looks that are fused.
PLACES, LOOKS = 6, 3


def lattice(count: int, seed: int = 0) -> Detections:
    """Made-up cells of a page of Spanish, one in twenty uncertain."""
    rng = np.random.default_rng(seed)
    columns = round(count**0.5)
    dots = [mask(cell) for line in languages.get("es").write(WORDS * (1 + count // 50)) for cell in line]
    placed = [(i % columns, i // columns, cell) for i, cell in enumerate(dots) if cell][:count]
    across, down, masks = np.array(placed).T
    corner = np.stack([34.0 * across, 55.0 * down], axis=1)
    boxes = np.concatenate([corner, np.add(corner, (22.0, 36.0))], axis=1) + rng.normal(0, 0.6, (count, 4))
    raised = (masks[:, None] >> np.arange(6)) & 1
    scores = np.where(raised, 0.998, 0.001)
    confidence = np.where(rng.random(count) < 0.95, 0.999, 0.9)
    return Detections(
        *(a.astype(np.float32) if a is not masks else a.astype(np.uint8) for a in (boxes, masks, scores, confidence))
    )


def stages(count: int) -> dict[str, Callable[[], object]]:
    """The serial stages, each on what the one before gives for `count` cells."""
    thresholds = read_manifest(SHIPPED).thresholds
    cells, rng = lattice(count), np.random.default_rng(1)
    places = np.repeat(cells.boxes, PLACES, axis=0)
    places = rng.permutation(places + rng.normal(0, 1.5, places.shape).astype(np.float32))
    looks = [Detections(cells.boxes + np.float32(0.3 * i), *_rest(cells)) for i in range(LOOKS)]
    settled = settle(cells, thresholds.confidence)
    lines = arrange_lines(settled.boxes)
    readings = CellReadings(
        settled.dots,
        pattern_probabilities(settled.scores, thresholds.dot),
        presence_probabilities(settled.confidence, thresholds.confidence),
        np.zeros(len(settled), bool),
    )
    side = RecognisedSide(
        "", Frame(1000, 1400, 1, 1.0), "front", DetectedSide(settled, settled.boxes, lines), readings, []
    )
    return {
        "suppression": lambda: suppress(places, thresholds.overlap),
        "fusion of three looks": lambda: fuse(looks, thresholds),
        "lattice": lambda: settle(cells, thresholds.confidence),
        "layout": lambda: arrange_lines(settled.boxes),
        "words": lambda: decode(readings, lines, "es"),
        "text": lambda: page_of(side, 1, "es", "page"),
    }


def _rest(cells: Detections) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return cells.dots, cells.scores, cells.confidence


def growth(counts: Sequence[int], rounds: int) -> dict[str, dict[int, float]]:
    """Least processor seconds of each stage by the number of cells: other work can only make it more."""
    made = {count: stages(count) for count in counts}
    least = {name: dict.fromkeys(counts, float("inf")) for name in made[counts[0]]}
    for _ in range(rounds):
        for count, some in made.items():
            for name, stage in some.items():
                begin = time.process_time()
                stage()
                least[name][count] = min(least[name][count], time.process_time() - begin)
    return least


def jpeg(side: int) -> bytes:
    """The example page with a longer side of so many pixels."""
    with Image.open(EXAMPLE) as image:
        scale, file = side / max(image.size), io.BytesIO()
        size = (round(image.width * scale), round(image.height * scale))
        image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
        return file.getvalue()


def pdf(pages: int) -> bytes:
    """The example page as a PDF of so many pages."""
    with Image.open(EXAMPLE) as image:
        first, file = image.convert("RGB"), io.BytesIO()
        first.save(file, "PDF", resolution=150, save_all=True, append_images=[first] * (pages - 1))
        return file.getvalue()


def in_service(reader: Reader, slots: int) -> Callable[[bytes], object]:
    """Return a function that reads a file as a service with this many slots does."""
    shared = Slots(slots)

    def read(data: bytes) -> object:
        with shared.held():
            return reader.read(data)

    return read


def _table(
    what: str, columns: Sequence[int], rows: Mapping[str, Mapping[int, float]], compared: tuple[int, int]
) -> str:
    few, many = compared
    head = f"| {what} | " + " | ".join(f"{column:,}" for column in columns) + f" | {many:,} : {few:,} |"
    lines = [head, "|---" * (len(columns) + 2) + "|"]
    for name, row in rows.items():
        times = " | ".join(f"{1000 * row[column]:.1f} ms" for column in columns)
        lines.append(f"| {name} | {times} | {row[many] / row[few]:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.grow", description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", help=f"of {', '.join(WHAT)}; all of them without one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", default="1,10,40", help="of the PDF files")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    if unknown := set(args.what) - set(WHAT):
        parser.error(f"{', '.join(sorted(unknown))}: there is {', '.join(WHAT)}")
    args.what = args.what or WHAT
    cores = len(os.sched_getaffinity(0))
    print(f"at the beginning: {figures.machine()}\n")
    found: dict[str, dict[str, dict[int, float]]] = {}
    if "cells" in args.what:
        found["cells"] = growth(CELLS, args.rounds)
        print(_table("processor time, cells", CELLS, found["cells"], (400, 4000)))
    settings = from_environment({})
    if "pixels" in args.what:
        reader = make_reader(settings.model_copy(update={"threads": cores}))
        files = {side: jpeg(side) for side in SIDES}
        contestants = {str(side): (lambda _, data=data: reader.read(data)) for side, data in files.items()}
        taken = figures.in_turns(contestants, [b""] * args.rounds, 1)
        found["pixels"] = {"a page": {side: figures.Spread.of(taken[str(side)]).median for side in SIDES}}
        print(_table("longer side, pixels", SIDES, found["pixels"], (1376, 4032)))
    if "pages" in args.what:
        one = make_reader(settings.model_copy(update={"threads": 1}))
        every = make_reader(settings.model_copy(update={"threads": cores}))
        ways = {
            "one core": in_service(one, 1),
            f"one slot, {cores} threads a run": in_service(every, 1),
            f"{cores} slots, {cores} threads a run": in_service(every, cores),
            f"{cores} slots, one thread a run": in_service(one, cores),
        }
        found["pages"] = {name: {} for name in ways}
        counts = [int(number) for number in args.pages.split(",")]
        for pages in counts:
            for name, times in figures.in_turns(ways, [pdf(pages)], args.rounds).items():
                found["pages"][name][pages] = times[0]
        print(_table("pages of a PDF", counts, found["pages"], (counts[0], counts[-1])))
        rate = {name: counts[-1] / row[counts[-1]] for name, row in found["pages"].items()}
        for name, pages in rate.items():
            print(f"{name}: {pages:.2f} pages/s, {pages / rate['one core']:.2f} times one core")
    print(f"\nat the end: {figures.machine()}")
    figures.save(args.json, found)
    if "cells" in found:
        figures.plot(args.plot, found["cells"], "cells", "seconds of a processor")


if __name__ == "__main__":
    main()
