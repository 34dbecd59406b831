"""A training run from nothing, interrupted and resumed, and the checkpoint that ships."""

from __future__ import annotations

import csv
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.recognition.detections import digits
from easybraille.recognition.detectors.checkpoint import load_network
from training.synthetic import random_page

from ..conftest import ROOT

FOLDERS = ("angelina/books/train", "angelina/handwritten/train", "dsbi/train/recto", "dsbi/train/verso")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder of a few rendered pages."""
    root = tmp_path_factory.mktemp("data")
    for folder in (*FOLDERS, "angelina/books/val", "angelina/handwritten/val", "angelina/not_braille"):
        (root / folder).mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(10):
        page = random_page(rng)
        stem = root / FOLDERS[0] / f"skazki_{number}"
        cv2.imwrite(f"{stem}.png", page.image)
        with stem.with_suffix(".csv").open("w") as stream:
            rows = csv.writer(stream)
            rows.writerow(["x1", "y1", "x2", "y2", "dots", "row", "col"])
            rows.writerows([*box, digits(int(dots)), "", ""] for box, dots in zip(page.boxes.tolist(), page.dots))
    cv2.imwrite(str(root / "angelina/not_braille/misc_1.png"), rng.integers(0, 255, (200, 200), np.uint8))
    return root


def train(data, output, **options):
    command = [sys.executable, "-m", "training.train", "--data", str(data), "--output", str(output)]
    settings = {"steps": 4, "batch": 2, "size": 96, "checks": 4, "workers": 0} | options
    command += [word for key, value in settings.items() for word in (f"--{key}", str(value))]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def weights(path):
    return torch.load(path, weights_only=True)["model"]


def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(data, tmp_path):
    whole = train(data, tmp_path / "whole")
    cut = train(data, tmp_path / "cut")
    log = tmp_path / "cut" / "log.csv"
    while cut.poll() is None and not (log.exists() and len(log.read_text().splitlines()) >= 3):
        pass
    cut.kill()
    cut.wait()
    assert train(data, tmp_path / "cut").wait(300) == 0
    assert whole.wait(300) == 0, whole.stdout.read().decode()
    first, second = weights(tmp_path / "whole" / "last.pt"), weights(tmp_path / "cut" / "last.pt")
    assert all(torch.allclose(first[name], second[name], atol=1e-6) for name in first)
    assert (tmp_path / "whole" / "curves.png").stat().st_size > 1000


def test_a_run_of_other_length_is_not_continued(data, tmp_path):
    assert train(data, tmp_path, steps=1, checks=1).wait(300) == 0
    again = train(data, tmp_path, steps=2, checks=1)
    assert again.wait(300) != 0
    assert "choose another --output" in again.stdout.read().decode()


def test_a_run_may_begin_with_the_weights_of_another(data, tmp_path):
    assert train(data, tmp_path / "first", steps=2, checks=1).wait(300) == 0
    best = tmp_path / "first" / "best.pt"
    still = {"from": best, "rate": 1e-12, "steps": 1, "checks": 1, "seed": 5}
    assert train(data, tmp_path / "second", **still).wait(300) == 0
    wanted, got = load_network(best).state_dict(), weights(tmp_path / "second" / "last.pt")
    kernels = [name for name in wanted if name.endswith("conv.weight")]
    assert kernels and all(torch.allclose(wanted[name], got[name], atol=1e-4) for name in kernels)


def test_stock_ultralytics_loads_the_shipped_checkpoint_without_pickled_code():
    script = (
        "from ultralytics import YOLO; m = YOLO('models/best.pt');"
        "print(sorted(m.names.values()), m.model.yaml['channels'], m.task)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"ULTRALYTICS_SAFE_LOAD": "1", "YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "False"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "['dot1', 'dot2', 'dot3', 'dot4', 'dot5', 'dot6'] 1 detect" in done.stdout


def test_the_shipped_files_are_the_ones_that_the_manifest_describes():
    from easybraille.model_store import resolve
    from easybraille.settings import from_environment

    weights = resolve(from_environment({}), ("onnx", "torch"))
    assert weights.onnx is not None and weights.torch is not None
    assert max(file.bytes for file in weights.manifest.files.values()) < 5_000_000
    assert weights.manifest.classes.scheme == "dots"
