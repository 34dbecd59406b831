"""The benchmark page, docs/accuracy.md and its plots, by one command.

    python -m training.accuracy --data DATA [--folds RUNS] [--output docs]

RUNS holds a training run for each of FOLDS, in folders of their names: without it the page says that they were not
measured.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from easybraille.model_store import SHIPPED
from easybraille.reader import Reader
from easybraille.recognition.calibration import SHARPNESS
from easybraille.recognition.detectors import Detector

from . import measuring, reliability, sweep, turns
from .evaluate import Result, load_detector, measure, sets, together
from .primer import MEASURED, TEXTS, error_rate
from .primer import PICTURES as PRIMER
from .signs import measure as signs

PICTURES = "accuracy"
# Sources that a run leaves out; between them all but the book that most of the pages are from.
FOLDS = {
    "A": "mdd,Massage,ang_redmi",
    "B": "chudo_derevo,telefon,Math",
    "C": "ola,kov,uploaded,Ordinary,Shaver",
}
PUBLISHED = {
    "angelina val": "0.9981, RetinaNet on a GPU (Ovodov 2021)",
    "dsbi": "0.9978, Gaussian diffusion; 0.9976, RetinaNet (trained on DSBI's own train pages)",
}
FOLDED = """Three runs, shorter than that of the weights that ship, each without the sources of its fold: books, hands
and cameras that it never saw. Mean F1 of the three: **{mean:.4f}**.

"""
NOT_FOLDED = (
    "Not measured in this run: it takes a training run for each fold (`--folds RUNS`, see [training.md](training.md))."
)
PAGE = Path(__file__).with_name("accuracy_page.md")


def row(result: Result, published: str = "") -> str:
    """A set's row of the first table."""
    total, pages = result.total, len(result.pages)
    ms = 1000 * result.seconds / pages
    figures = f"{total.precision:.4f} | {total.recall:.4f} | **{total.f1:.4f}** | {ms:.0f}"
    return f"| {result.name} | {pages} | {total.labelled} | {figures} | {published} |"


def val(detector: Detector, data: Path) -> tuple[str, str]:
    """The rows of the val sets, and the sentence on pictures without Braille."""
    results = [measure(name, detector, paths) for name, paths in sets(data, frozenset(), False).items()]
    labelled = [r for r in results if r.total.labelled]
    rows = [row(r) for r in labelled] + [row(together("together", labelled), PUBLISHED["angelina val"])]
    return "\n".join(rows), blank_sentence(results[-1])


def blank_sentence(blank: Result) -> str:
    """How many pictures without Braille stay without cells."""
    clean = sum(not page.found for _, _, page in blank.pages)
    return f"{clean} of {len(blank.pages)} pictures of print that were left out of training give no cell at all."


def folds(data: Path, runs: Path | None) -> str:
    """The section on sources that a run has not seen."""
    if runs is None:
        return NOT_FOLDED
    header = "| left out | pages | cells | precision | recall | F1 | ms a page | published |\n" + "|---" * 8 + "|"
    parts, means, fronts, backs = [], [], [], []
    for name, sources in FOLDS.items():
        detector = load_detector(runs / name / "best.pt")
        named = sets(data, frozenset(sources.split(",")), False)
        results = [measure(set_name.removeprefix("left out: "), detector, paths) for set_name, paths in named.items()]
        labelled = [r for r in results if r.total.labelled]
        front = [r for r in labelled if not r.name.endswith("backs")]
        whole = together(f"fold {name}, fronts", front)
        means.append(whole.total.f1)
        fronts += [r for r in front if f"{r.name}, backs" in {other.name for other in labelled}]
        backs += [r for r in labelled if r not in front]
        parts += [row(r) for r in labelled] + [row(whole)]
    books = [
        row(together("DSBI, fronts", fronts), PUBLISHED["dsbi"]),
        row(together("DSBI, backs by `--sides both`", backs)),
    ]
    mean = sum(means) / len(means)
    return FOLDED.format(mean=mean) + "\n".join([header, *parts, *books])


def primer(detector: Detector, data: Path) -> tuple[int, int, str]:
    """Errors and characters of the primer's pages that are not trained on, and a row for each."""
    reader, rows, errors, length = Reader(detector), [], 0, 0
    for name in MEASURED:
        document = reader.read((data / PRIMER / f"{name}.jpg").read_bytes())
        wrong, of = error_rate(document.text, TEXTS[name])
        errors, length = errors + wrong, length + of
        rows.append(f"| {name} | {wrong / of:.1%} |")
    return errors, length, "\n".join(rows)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.accuracy", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    parser.add_argument("--folds", type=Path, help=f"folder with the runs {', '.join(FOLDS)}")
    parser.add_argument("--output", type=Path, default=Path("docs"), help="folder for accuracy.md and its plots")
    args = parser.parse_args()
    drawn = args.output / PICTURES
    drawn.mkdir(parents=True, exist_ok=True)
    detector = load_detector(SHIPPED)
    rows, blank = val(detector, args.data)
    errors, length, pages = primer(detector, args.data)
    swept = sweep.measure(detector)
    sweep.plot(swept, drawn / "sweep.png")
    wanted, figures = reliability.measure(detector, args.data)
    reliability.plot(figures, drawn / "reliability.png")
    manifest = detector.manifest
    page = PAGE.read_text("utf-8").format(
        weights=f"{manifest.name} {manifest.version}",
        megabytes=(SHIPPED.parent / manifest.files["onnx"].name).stat().st_size / 1e6,
        val=rows,
        blank=blank,
        measuring=measuring.table(detector, args.data),
        folds=folds(args.data, args.folds),
        signs=signs.summary(list(signs.measure(Reader(detector), args.data))),
        turns="\n".join(
            f"| {one.degrees}° | {one.recognised} of {one.pages} | {one.f1:.4f} | {one.passes:.2f} |"
            for one in turns.measure(detector, args.data)
        ),
        errors=errors,
        length=length,
        rate=errors / length,
        primer=pages,
        sweeps="\n".join(
            f"| {sweep.SWEEPS[name].title} | "
            + ", ".join(f"{level:g}: {value:.3f}" for level, value in zip(sweep.SWEEPS[name].levels, values))
            + " |"
            for name, values in swept.items()
        ),
        bins="\n".join(f"| {count} | {confidence:.4f} | {share:.4f} |" for count, confidence, share in figures),
        used=SHARPNESS,
        wanted=wanted,
    )
    (args.output / "accuracy.md").write_text(page, "utf-8")


if __name__ == "__main__":
    main()
