"""Weights between those of several runs."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.recognition.detectors.checkpoint import load_network
from training import average
from training.pages import Split
from training.synthetic import random_page
from training.train import build, save_checkpoint


def test_an_average_lies_between_the_weights_by_their_shares():
    one, other = (
        {"kernel": torch.zeros(3), "count": torch.tensor(4)},
        {"kernel": torch.ones(3), "count": torch.tensor(9)},
    )
    between = average.averaged([one, other], [0.25, 0.75])
    assert between["kernel"].tolist() == [0.75] * 3 and int(between["count"]) == 4


def test_shares_that_leave_something_out_are_refused():
    with pytest.raises(ValueError, match="not to 1"):
        average.averaged([{}, {}], [0.4, 0.4])


def test_the_statistics_of_batches_are_those_of_the_crops_whatever_they_were(monkeypatch):
    monkeypatch.setattr(average, "BATCH", 2)
    monkeypatch.setattr(average, "BATCHES", 2)
    monkeypatch.setattr(average, "SIZE", 96)
    pages = Split([random_page(np.random.default_rng(1))], [], [], [])
    torch.manual_seed(3)
    model, spoilt = build(("up",)), build(("up",))
    spoilt.load_state_dict(model.state_dict())
    for name, value in spoilt.state_dict().items():
        if "running_" in name:
            value.fill_(50.0)
    average.measure_statistics(model, pages)
    average.measure_statistics(spoilt, pages)
    first, second = model.state_dict(), spoilt.state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not any((first[name] == 50).any() for name in first if "running_" in name)


def test_a_run_is_taken_by_its_best_checkpoint_or_by_its_last_average(tmp_path):
    model = build(("up",))
    save_checkpoint(model, tmp_path / "best.pt", {"size": 96, "seed": 1})
    torch.save({"average": model.state_dict()}, tmp_path / "last.pt")
    best, last = (average.weights(tmp_path / name) for name in ("best.pt", "last.pt"))
    assert best.keys() == last.keys() == load_network(tmp_path / "best.pt").state_dict().keys()
    assert all(torch.allclose(best[name].float(), last[name].float(), atol=1e-3) for name in best)
    assert average.share_of("runs/a=b/best.pt=0.35") == (average.Path("runs/a=b/best.pt"), 0.35)
