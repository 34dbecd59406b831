"""The whole export: what is placed, what is proved, and that nothing is placed which is not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.model_store import SHIPPED, resolve
from easybraille.recognition.detections import Detections, digits
from easybraille.recognition.detectors.onnx import OnnxDetector
from easybraille.recognition.detectors.torch import TorchDetector
from easybraille.recognition.model import read_manifest
from easybraille.settings import from_environment
from export.__main__ import main
from export.compare import Comparison, Tolerance, compare, good_enough, recommend
from export.measure import Measured
from training.evaluate import read
from training.score import Score

from ..conftest import EXAMPLES, ROOT
from .conftest import Make

SCHEMES = {
    "dots": [f"dot{i}" for i in range(1, 7)],
    "dots in another order": [f"dot{i}" for i in (3, 2, 1, 6, 5, 4)],
    "digits": [digits(mask) for mask in range(1, 64)],
    "numbers": [str(mask) for mask in range(1, 64)],
    "unicode": [chr(0x2800 + mask) for mask in range(1, 64)],
    "letters": list("abcdefghijklmnopqrstuvwxyz"),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An example page; its truth is what the shipped weights see."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copy(EXAMPLES / "carta.jpg", folder)
    cells = read(OnnxDetector(SHIPPED.with_name("best.onnx"), read_manifest(SHIPPED)), folder / "carta.jpg")
    rows = [",".join(map(str, [*box, digits(int(dots)), "", ""])) for box, dots in zip(cells.boxes, cells.dots)]
    (folder / "carta.csv").write_text("\n".join(["x1,y1,x2,y2,dots,row,col", *rows]))
    return folder


def export(checkpoint: Path, output: Path, *options: str) -> int:
    """The exit status; the report goes beside the output."""
    report = ["--report", str(output.parent / "report")]
    return main([str(checkpoint), "--version", "2.0.0", "--output", str(output), *report, *options])


@pytest.fixture(scope="module")
def exported(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped checkpoint, exported with proof in all precisions."""
    output = tmp_path_factory.mktemp("export") / "models"
    calibration = tmp_path_factory.mktemp("calibration")
    shutil.copy(EXAMPLES / "receta.jpg", calibration)
    options = ["--pictures", str(pages), "--smaller", "--calibration", str(calibration)]
    options += ["--precision", "int8", "--f1-loss", "0.02"]
    assert export(SHIPPED.with_name("best.pt"), output, *options) == 0
    return output


def test_what_is_exported_is_what_a_service_loads(exported: Path) -> None:
    assert sorted(path.name for path in exported.iterdir()) == ["best.onnx", "best.pt", "manifest.json"]
    weights = resolve(from_environment({"MODEL_PATH": str(exported / "manifest.json")}), ("onnx", "torch"))
    assert weights.onnx is not None and weights.torch is not None
    assert weights.manifest.precision == "int8"


def test_the_proof_is_of_the_precision_that_is_exported(exported: Path) -> None:
    report = json.loads((exported.parent / "report" / "report.json").read_text())
    full, _, integers = [one["against_torch"] for one in report["engines"][1:]]
    proof = read_manifest(exported / "manifest.json").proof
    differing = integers["cells"] - integers["same"] + integers["added"]
    assert (proof.pictures, proof.cells, proof.differing) == (1, integers["cells"], differing)
    assert full["same"] == full["cells"] and proof.differing > 0


def test_the_report_shows_every_engine_with_its_figures_and_recommends(exported: Path) -> None:
    report = json.loads((exported.parent / "report" / "report.json").read_text())
    engines = {one["name"]: one for one in report["engines"]}
    assert list(engines) == ["torch fp32", "onnx fp32", "onnx fp16", "onnx int8"]
    for one in engines.values():
        assert one["f1"] > 0.95 and one["milliseconds_a_page"] > 0 and one["peak_bytes"] > 50e6
    assert engines["onnx int8"]["bytes"] < engines["onnx fp16"]["bytes"] < engines["onnx fp32"]["bytes"]
    assert report["passed"] and report["recommended"]["reason"]
    shown = (exported.parent / "report" / "report.txt").read_text()
    assert all(name in shown for name in engines) and "recommended:" in shown


def test_8_bit_integers_are_really_computed_with(exported: Path) -> None:
    import onnx

    nodes = onnx.load(exported / "best.onnx").graph.node
    produced = {node.output[0]: node.op_type for node in nodes}
    convolutions = [produced.get(node.input[0]) for node in nodes if node.op_type == "Conv"]
    assert convolutions.count("DequantizeLinear") == len(convolutions) - 2  # the last one of boxes and of scores


def test_the_same_checkpoint_gives_the_same_bytes(tmp_path: Path) -> None:
    checkpoint, here, there = SHIPPED.with_name("best.pt"), tmp_path / "here", tmp_path / "there"
    assert export(checkpoint, here) == 0
    command = [sys.executable, "-m", "export", str(checkpoint), "--version", "2.0.0", "--output", str(there)]
    assert subprocess.run(command, cwd=ROOT, timeout=300).returncode == 0
    for name in ("manifest.json", "best.onnx"):
        assert (here / name).read_bytes() == (there / name).read_bytes()


def test_engines_that_differ_beyond_the_tolerance_place_nothing(
    pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--pictures", str(pages), "--box-tolerance", "0", "--confidence-tolerance", "0"]
    output = tmp_path / "models"
    output.mkdir()
    shutil.copy(SHIPPED, output)
    assert export(SHIPPED.with_name("best.pt"), output, *options) == 1
    printed = capsys.readouterr()
    assert (
        "FAILS" in printed.out
        and "most of them on carta.jpg (" in printed.out
        and "differ beyond the tolerance" in printed.err
    )
    assert [path.name for path in output.iterdir()] == ["manifest.json"]
    assert (output / "manifest.json").read_bytes() == SHIPPED.read_bytes()
    assert json.loads((tmp_path / "report" / "report.json").read_text())["passed"] is False


def test_pictures_without_cells_prove_nothing(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    cv2.imwrite(str(tmp_path / "empty" / "white.png"), np.full((200, 200), 255, np.uint8))
    assert export(make(SCHEMES["dots"]), tmp_path / "models", "--pictures", str(tmp_path / "empty")) == 1
    assert "that proves nothing" in capsys.readouterr().err
    assert not list((tmp_path / "models").iterdir())


def test_a_picture_or_a_truth_that_can_not_be_read_is_named(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint, folder = make(SCHEMES["dots"]), tmp_path / "pages"
    folder.mkdir()
    (folder / "a.jpg").write_text("none")
    assert export(checkpoint, tmp_path / "models", "--pictures", str(folder)) == 1
    assert f"{folder}/a.jpg: This is not a picture" in capsys.readouterr().err
    (folder / "a.csv").write_text("x,y\n1,2\n")
    assert export(checkpoint, tmp_path / "models", "--pictures", str(folder)) == 1
    assert f"{folder}/a.csv is not the truth of a picture" in capsys.readouterr().err


def test_8_bit_integers_are_not_measured_on_the_pages_that_set_their_scales(
    make: Make, pages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--pictures", str(pages), "--smaller", "--calibration", str(pages)]
    assert export(make(SCHEMES["dots"]), tmp_path / "models", *options) == 1
    assert "calibrated on 1 of the pictures that they are measured on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--version", "../x"], "can't be a folder's name"),
        (["--confidence", "2"], "'2' is not a number above 0 and below 1"),
        (["--confidence", "0.3"], "--candidate must not be above --confidence"),
        (["--cell-width", "wide"], "'wide' is not a number above 0"),
        (["--most", "0"], "'0' is not a whole number above 0"),
        (["--notes", "nowhere.json"], "nowhere.json can't be read as JSON"),
        (["--notes", str(SHIPPED)], "without what the export says itself: name, version"),
        (["--precision", "fp16"], "give --pictures"),
        (["--smaller", "--pictures", "."], "need --calibration"),
    ],
)
def test_an_option_that_can_not_be_is_explained(
    options: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        export(SHIPPED.with_name("best.pt"), tmp_path / "models", *options)
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_a_checkpoint_that_is_not_known_is_said_to_be_untuned_and_goes_to_a_folder_of_its_own(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([str(make(SCHEMES["dots"])), "--version", "9.0.0", "--dot", "0.45"]) == 0
    assert "The thresholds confidence, candidate are untuned" in capsys.readouterr().out
    manifest = json.loads((tmp_path / "runs" / "weights" / "9.0.0" / "manifest.json").read_text("utf-8"))
    assert manifest["untuned"] == ["confidence", "candidate"] and manifest["thresholds"]["dot"] == 0.45


def test_the_shipped_checkpoint_keeps_the_thresholds_that_were_chosen_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(SHIPPED.with_name("best.pt"), tmp_path / "models") == 0
    assert "untuned" not in capsys.readouterr().out
    made = json.loads((tmp_path / "models" / "manifest.json").read_text("utf-8"))
    assert made["thresholds"] == json.loads(SHIPPED.read_text("utf-8"))["thresholds"]


def test_the_help_names_all_commands_and_where_to_read_more(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"python -m export {command} s3://" in shown for command in ("publish", "list", "rollback"))
    assert "docs/export.md" in shown


@pytest.mark.parametrize(("scheme", "channels"), [*((scheme, 1) for scheme in SCHEMES), ("digits", 3)])
def test_both_engines_find_the_same_cells_whatever_the_classes_are(
    make: Make, tmp_path: Path, pages: Path, scheme: str, channels: int
) -> None:
    """Networks that were never trained find nonsense, but both the same."""
    from easybraille.recognition.model import Thresholds
    from export.build import Order, build

    checkpoint = make(SCHEMES[scheme], channels, lively=True)
    low = Thresholds(confidence=0.6, candidate=0.6)
    manifest = build(Order(checkpoint, tmp_path, "tiny", "1", low))
    assert manifest.classes.names == SCHEMES[scheme]
    assert manifest.input.channels == channels
    image = cv2.imread(str(pages / "carta.jpg"), cv2.IMREAD_GRAYSCALE)[:300, :400]
    described = read_manifest(tmp_path / "manifest.json")
    found = [
        detector.detect([image])
        for detector in (
            TorchDetector(tmp_path / "best.pt", described),
            OnnxDetector(tmp_path / "best.onnx", described),
        )
    ]
    assert len(found[0][0]) > 10
    assert compare(*found, Tolerance()).differing == 0
    if manifest.classes.scheme == "patterns":
        assert {digits(int(mask)) for mask in found[0][0].dots} <= set(manifest.classes.dots)


def test_a_letter_model_is_told_on_the_screen_what_it_cannot_read(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(make(SCHEMES["letters"]), tmp_path / "models") == 0
    printed = capsys.readouterr().out
    assert "No class stands for ñ, á" in printed and "capital letters, numbers" in printed
    assert "can't be published" in printed


def test_a_question_about_classes_ends_the_export_and_a_file_answers_it(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = make([f"{mask:06b}" for mask in range(1, 64)])
    assert export(checkpoint, tmp_path / "models") == 1
    assert "naming: bits-last" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()
    (tmp_path / "classes.yaml").write_text("naming: bits-last")
    assert export(checkpoint, tmp_path / "models", "--classes", str(tmp_path / "classes.yaml")) == 0
    assert read_manifest(tmp_path / "models" / "manifest.json").classes.dots[:3] == ["1", "2", "12"]


def cells(*boxes: float, dots: int = 1, confidence: float = 0.9) -> Detections:
    n = len(boxes)
    corners = np.array([[x, 0, x + 20, 30] for x in boxes], np.float32).reshape(-1, 4)
    return Detections(
        corners, np.full(n, dots, np.uint8), np.full((n, 6), confidence, np.float32), np.full(n, confidence, np.float32)
    )


def test_each_way_to_differ_is_counted_by_itself() -> None:
    tolerance = Tolerance(box=1, confidence=0.02)
    first = [cells(0, 40, 80)]
    assert compare(first, [cells(0.5, 40, 80)], tolerance).same == 3
    assert compare(first, [cells(2, 40, 80)], tolerance).moved == 1
    assert compare(first, [cells(0, 40, 80, dots=2)], tolerance).dots == 3
    assert compare(first, [cells(0, 40, 80, confidence=0.8)], tolerance).doubted == 3
    found = compare(first, [cells(0, 40, 120, 160)], tolerance)
    assert (found.same, found.missing, found.added) == (2, 1, 2)
    assert found.differing == pytest.approx(1.0)
    assert compare(first * 2, [cells(0, 40, 80), cells(0, 40, 120, 160)], tolerance).pages == [0, 3]


def measured(name: str, milliseconds: float, right: int) -> Measured:
    """A reading of 100 labelled cells."""
    return Measured(name, 1, seconds=[milliseconds / 1000], score=Score(100, 100, right))


def test_fewer_bits_are_recommended_where_they_read_as_well_and_are_faster() -> None:
    full, quick, slow = measured("fp32", 200, 99), measured("int8", 100, 99), measured("fp16", 190, 99)
    assert recommend(full, {"int8": (quick, True), "fp16": (slow, True)})[0] == "int8"
    assert recommend(full, {"int8": (quick, False), "fp16": (slow, True)}) == (
        "fp32",
        "fewer bits gain too little time here",
    )
    assert recommend(full, {"int8": (quick, False)}) == ("fp32", "fewer bits cost too many cells")
    assert "--smaller" in recommend(full, {})[1]


def test_fewer_bits_may_cost_so_much_f1_or_without_labels_so_many_cells() -> None:
    tolerance = Tolerance(f1=0.015)
    full, same, worse = measured("fp32", 1, 99), measured("int8", 1, 98), measured("int8", 1, 97)
    other = Comparison(cells=100, same=90, dots=10)
    assert good_enough(full, same, other, tolerance) and not good_enough(full, worse, other, tolerance)
    full.score = None
    assert not good_enough(full, same, other, tolerance)
    assert good_enough(full, same, Comparison(cells=100, same=90, dots=1, moved=9), tolerance)
