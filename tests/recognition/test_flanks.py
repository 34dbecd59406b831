"""Weights with one detection layer for each flank that light may fall on: both sides of a sheet from one run."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.model_store import SHIPPED
from easybraille.recognition.detectors.checkpoint import flanks, load_network
from easybraille.recognition.detectors.onnx import OnnxDetector
from easybraille.recognition.detectors.postprocess import flank_output
from easybraille.recognition.detectors.torch import TorchDetector
from easybraille.recognition.model import Manifest, Thresholds, read_manifest
from export.build import Order
from export.build import build as export
from export.convert import to_onnx
from training.begin import begin
from training.train import build, save_checkpoint

EVERY = ["up", "down", "left", "right"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Four layers that each begin as the shipped one: a checkpoint, its ONNX file and its manifest."""
    folder = tmp_path_factory.mktemp("weights")
    network = build()
    begin(network, load_network(SHIPPED.with_name("best.pt")))
    save_checkpoint(network, folder / "four.pt", {"size": 320, "seed": 1})
    to_onnx(folder / "four.pt", folder / "four.onnx")
    manifest = read_manifest(SHIPPED)
    manifest.flanks = flanks(load_network(folder / "four.pt"))
    return folder / "four.pt", folder / "four.onnx", manifest


@pytest.fixture(scope="module")
def page():
    from training.synthetic import Sheet, render

    rng = np.random.default_rng(0)
    return render(rng.integers(1, 64, (8, 12)).tolist(), Sheet(grain=0.05), (448, 400), rng).image


def test_the_parts_of_the_answer_are_the_layers_in_their_order():
    output = np.arange(2 * 12).reshape(2, 12)
    assert [flank_output(output, EVERY, flank)[0].tolist() for flank in EVERY] == np.arange(12).reshape(4, 3).tolist()


def test_a_checkpoint_says_how_many_flanks_it_knows(weights):
    assert flanks(load_network(weights[0])) == EVERY
    assert flanks(load_network(SHIPPED.with_name("best.pt"))) == ["up"]


def test_what_a_layer_copied_from_anothers_sees_is_the_same_but_less_certain(weights, page):
    one = OnnxDetector(SHIPPED.with_name("best.onnx"), read_manifest(SHIPPED)).detect([page])[0]
    (found,) = OnnxDetector(weights[1], weights[2]).detect_flanks([page], candidate=1e-3)
    assert list(found) == EVERY
    known = found["up"].only(found["up"].confidence >= 0.5)
    assert len(known) == len(one) and (known.dots == one.dots).all()
    same = found["left"].only(found["left"].confidence >= 0.5)
    assert len(same) > 20 and same.scores.max(axis=1).mean() < known.scores.max(axis=1).mean()


def test_both_engines_give_the_same_cells_of_every_flank(weights, page):
    (onnx,), (network,) = (
        detector.detect_flanks([page], candidate=0.1)
        for detector in (OnnxDetector(weights[1], weights[2]), TorchDetector(weights[0], weights[2]))
    )
    for flank in EVERY:
        assert len(onnx[flank]) > 20
        assert (onnx[flank].dots == network[flank].dots).all()
        assert np.allclose(onnx[flank].boxes, network[flank].boxes, atol=0.05)


def test_who_asks_for_no_flank_gets_what_light_from_above_shows_raised(weights, page):
    detector = OnnxDetector(weights[1], weights[2])
    (cells,), (found,) = detector.detect([page]), detector.detect_flanks([page])
    assert np.array_equal(cells.boxes, found["up"].boxes) and np.array_equal(cells.dots, found["up"].dots)


def test_weights_without_a_word_of_flanks_know_raised_dots_in_light_from_above():
    given = read_manifest(SHIPPED).model_dump(mode="json", exclude={"flanks"})
    assert Manifest.model_validate(given).flanks == ["up"]
    with pytest.raises(ValidationError, match="same flank"):
        Manifest.model_validate(given | {"flanks": ["up", "up"]})


def test_the_export_writes_down_which_flanks_a_checkpoint_knows(weights, tmp_path):
    order = Order(checkpoint=weights[0], output=tmp_path, name="four", version="1", thresholds=Thresholds())
    assert export(order).flanks == EVERY == read_manifest(tmp_path / "manifest.json").flanks
    assert OnnxDetector(tmp_path / "best.onnx", read_manifest(tmp_path / "manifest.json")).manifest.flanks == EVERY
