"""Both engines find the same cells, alone and in company, and nothing that comes with a checkpoint runs."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from easybraille.model_store import SHIPPED
from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors.onnx import OnnxDetector
from easybraille.recognition.detectors.torch import TorchDetector, group_by_size
from easybraille.recognition.model import read_manifest
from tests.made_page import rendered

MANIFEST = read_manifest(SHIPPED)
TEXTS = ("Querida Lucía:\nAyer llegó el otoño.", "El tren sale\na las 9:30.\nUn abrazo.", "¿Sabes qué dijo la niña?")


@pytest.fixture(scope="module")
def pages() -> list[np.ndarray]:
    return [rendered(text, seed=seed).image for seed, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def onnx() -> OnnxDetector:
    return OnnxDetector(SHIPPED.parent / "best.onnx", MANIFEST)


@pytest.fixture(scope="module")
def torch() -> TorchDetector:
    return TorchDetector(SHIPPED.parent / "best.pt", MANIFEST)


def same(one: Detections, other: Detections) -> None:
    """The same cells, in whatever order."""
    assert len(one) == len(other) > 10
    apart = np.abs(one.boxes[:, None] - other.boxes).max(axis=2)
    pair = apart.argmin(axis=1)
    assert apart.min(axis=1).max() <= 0.5
    assert (one.dots == other.dots[pair]).all()
    assert np.abs(one.confidence - other.confidence[pair]).max() <= 0.01


def test_pytorch_and_onnx_runtime_find_the_same_cells(onnx, torch, pages):
    for page in pages:
        same(onnx.detect([page])[0], torch.detect([page])[0])


def test_pages_of_different_sizes_that_go_through_together_come_out_as_if_alone(torch, pages):
    # The last one is cut at a row of cells: its far side is where padding could be seen.
    pages = [*pages, pages[0][: pages[0].shape[0] // 2 // 32 * 32], pages[0]]
    for alone, together in zip((torch.detect([page])[0] for page in pages), torch.detect(pages)):
        same(alone, together)


def test_half_precision_places_boxes_as_full_precision_does(torch, pages):
    half = TorchDetector(SHIPPED.parent / "best.pt", MANIFEST, half=True)
    # As far from the origin as a page reaches, where half precision alone would know every second pixel only.
    far = np.full((640, 2400), 200, np.uint8)
    page = pages[1][:640, :640]
    far[: page.shape[0], -page.shape[1] :] = page
    same(torch.detect([far])[0], half.detect([far])[0])


def test_pages_that_run_together_are_of_nearly_one_size():
    groups = list(group_by_size([(1376, 1024), (1376, 992), (320, 320), (1024, 1376), (1344, 1024), (320, 352)]))
    assert sorted(map(sorted, groups)) == [[0, 1, 4], [2, 5], [3]]


def test_ultralytics_neither_installs_nor_calls_home():
    code = (
        "from easybraille.recognition.detectors.torch import TorchDetector\n"
        "from easybraille.model_store import SHIPPED\nfrom easybraille.recognition.model import read_manifest\n"
        "TorchDetector(SHIPPED.parent / 'best.pt', read_manifest(SHIPPED))\n"
        "from ultralytics.utils import AUTOINSTALL, ONLINE\n"
        "print(AUTOINSTALL, ONLINE)"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("YOLO_", "ULTRALYTICS_"))}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert ended.stdout.split() == ["False", "False"]
