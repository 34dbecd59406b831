"""From a checkpoint to a folder that both deployments load: nothing is placed there before it is proved."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from easybraille.errors import ModelError
from easybraille.recognition.detectors.checkpoint import channels, flanks, head_of, load_network
from easybraille.recognition.detectors.onnx import OnnxDetector
from easybraille.recognition.model import Classes, File, Flank, Input, Manifest, Proof, Thresholds, sha256
from training.pages import pictures as pictures_of

from .compare import Tolerance, compare, good_enough, recommend
from .convert import write_onnx
from .measure import Candidate, Measured, measure
from .naming import cannot_read, of_names
from .report import Report
from .smaller import to_fp16, to_int8

if TYPE_CHECKING:
    from ultralytics.nn.tasks import DetectionModel

Precision = Literal["fp32", "fp16", "int8"]
# Fewer cells than these prove nothing.
FEWEST_CELLS = 20


@dataclass(frozen=True)
class Order:
    """What is asked for.

    Attributes:
        checkpoint: the best.pt.
        output: folder for best.pt, best.onnx and manifest.json.
        name, version, thresholds, cell_width: for the manifest.
        notes: more to say in it: training, scores.
        classes: a YAML file that says what the class names stand for.
        pictures: those that the engines are compared on; none, no proof.
        calibration: those that set the scales of 8-bit integers.
        smaller: also measure fewer bits.
        precision: of the ONNX file.
        tolerance: what still counts as the same.
        reports: folder for the report.
    """

    checkpoint: Path
    output: Path
    name: str
    version: str
    thresholds: Thresholds
    cell_width: float = 22.0
    notes: dict[str, Any] = field(default_factory=dict)
    classes: Path | None = None
    pictures: list[Path] = field(default_factory=list)
    calibration: list[Path] = field(default_factory=list)
    smaller: bool = False
    precision: Precision = "fp32"
    tolerance: Tolerance = field(default_factory=Tolerance)
    reports: Path = Path("runs/export")


def build(order: Order) -> Manifest:
    """Inspect, convert, compare, and only then place the files.

    Raises:
        ModelError: the checkpoint is refused, its classes are not understood, or the engines differ; the message is
            for the operator, and nothing was placed.
    """
    network = load_network(order.checkpoint)
    classes, how = of_names(_names(network, order.checkpoint), order.classes)
    print(f"{order.checkpoint.name}: {len(classes.names)} classes, read as {how}")
    if lost := cannot_read(classes):
        print(f"No class stands for {', '.join(lost)}: these will be missing or misread.")
    # The temporary folder lies in the same file system, so that the files move at once.
    order.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=order.output) as folder:
        made = Path(folder)
        shutil.copyfile(order.checkpoint, made / "best.pt")
        write_onnx(network, made / "fp32.onnx")
        wanted = Input(
            channels=channels(network),
            multiple=max(32, int(network.stride.max())),
            cell_width=order.cell_width,
            cell_widths=tuple(round(order.cell_width * side / 22, 1) for side in (15, 32)),
        )
        manifest = _manifest(order, made, wanted, classes, flanks(network))
        proof = _prove(order, made, manifest) if order.pictures else None
        (made / f"{order.precision}.onnx").replace(made / "best.onnx")
        manifest = manifest.model_copy(update={"files": _files(made), "proof": proof})
        (made / "manifest.json").write_text(manifest.model_dump_json(indent=2, exclude_none=True) + "\n", "utf-8")
        for name in ("best.pt", "best.onnx", "manifest.json"):
            (made / name).replace(order.output / name)
    return manifest


def _names(network: DetectionModel, checkpoint: Path) -> list[str]:
    listed: Any = network.names or []
    count: int = head_of(network).nc
    names: dict[int, str] = dict(enumerate(listed)) if isinstance(listed, list) else listed
    if set(names) != set(range(count)):
        raise ModelError(f"{checkpoint.name} has {count} classes and {len(names)} names.")
    return [str(names[i]) for i in range(count)]


def _files(folder: Path) -> dict[str, File]:
    return {
        engine: File(name=path.name, sha256=sha256(path), bytes=path.stat().st_size)
        for engine, path in (("onnx", folder / "best.onnx"), ("torch", folder / "best.pt"))
        if path.exists()
    }


def _manifest(order: Order, folder: Path, wanted: Input, classes: Classes, layers: list[Flank]) -> Manifest:
    return Manifest(
        name=order.name,
        version=order.version,
        files=_files(folder),
        input=wanted,
        classes=classes,
        thresholds=order.thresholds,
        flanks=layers,
        precision=order.precision,
        **order.notes,
    )


def _prove(order: Order, folder: Path, manifest: Manifest) -> Proof:
    """Compare what was asked for; the report is printed and written.

    Raises:
        ModelError: what is to be exported does not find the same cells.
    """
    full = folder / "fp32.onnx"
    precisions = ["fp32", "fp16", "int8"] if order.smaller else list(dict.fromkeys(["fp32", order.precision]))
    if "fp16" in precisions:
        to_fp16(full, folder / "fp16.onnx")
    if "int8" in precisions:
        if both := {path.resolve() for path in order.calibration} & {path.resolve() for path in order.pictures}:
            raise ModelError(
                f"8-bit integers would be calibrated on {len(both)} of the pictures that they are measured on, which "
                "flatters them. Give --calibration other pictures."
            )
        to_int8(full, folder / "int8.onnx", OnnxDetector(full, manifest), order.calibration)
    candidates = [Candidate("torch fp32", folder / "best.pt", manifest)]
    candidates += [Candidate(f"onnx {name}", folder / f"{name}.onnx", manifest) for name in precisions]
    reference, *others = measure(candidates, order.pictures)
    report = _report(order, precisions, reference, others)
    print(report, end="")
    order.reports.mkdir(parents=True, exist_ok=True)
    (order.reports / "report.txt").write_text(str(report), "utf-8")
    (order.reports / "report.json").write_text(json.dumps(report.as_json(), indent=2) + "\n", "utf-8")
    comparison = report.comparison
    if comparison.cells < FEWEST_CELLS:
        raise ModelError(
            f"{comparison.cells} cells were found in {len(order.pictures)} pictures: that proves nothing. Give "
            "pictures of pages like those that it was trained on, or lower thresholds (--confidence, --candidate)."
        )
    if not report.passed:
        raise ModelError(f"The engines differ beyond the tolerance; {order.reports / 'report.txt'} says where.")
    return Proof(pictures=len(order.pictures), cells=comparison.cells, differing=comparison.different)


def _report(order: Order, precisions: list[str], reference: Measured, others: list[Measured]) -> Report:
    full, rows, fewer = others[0], [], {}
    for precision, one in zip(precisions, others):
        comparison = compare(reference.cells, one.cells, order.tolerance)
        if precision == "fp32":
            good = comparison.differing <= order.tolerance.cells
        else:
            good = good_enough(full, one, comparison, order.tolerance)
            fewer[precision] = (one, good)
        rows.append((one, comparison, good))
    return Report(
        order.version,
        order.pictures,
        reference,
        rows,
        order.tolerance,
        f"onnx {order.precision}",
        recommend(full, fewer),
    )


def chosen(folders: Iterable[Path], most: int | None = None) -> list[Path]:
    """The pictures of folders and of those below them, or so many of them at even distances.

    Raises:
        ModelError: there are none.
    """
    found: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise ModelError(f"{folder} is no folder.")
        for each in (folder, *sorted(path for path in folder.rglob("*") if path.is_dir())):
            found += pictures_of(each)
    if not found:
        raise ModelError(f"{' '.join(map(str, folders))}: there are no pictures (.jpg, .jpeg, .png).")
    most = min(most or len(found), len(found))
    return [found[i * len(found) // most] for i in range(most)]
