"""Checkpoints of tiny networks, made anew: nothing is stored."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

TINY = {
    "backbone": [[-1, 1, "Conv", [4, 3, 2]], [-1, 1, "Conv", [8, 3, 2]], [-1, 1, "Conv", [8, 3, 2]]],
    "head": [[[-1], 1, "Detect", ["nc"]]],
    "reg_max": 1,
}
Make = Callable[..., Path]


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes a checkpoint as Ultralytics saves it: class names in the order of their numbers, channels, network."""
    from ultralytics.nn.tasks import DetectionModel

    def made(names: list[str], channels: int = 1, network: dict = TINY, kind: type = DetectionModel) -> Path:
        torch.manual_seed(0)
        network = copy.deepcopy(network) | {"nc": len(names)}
        model = kind(network, ch=channels, verbose=False)
        model.names = dict(enumerate(names))
        return save({"model": model.half(), "ema": None, "train_args": {"task": "detect"}})

    def save(content: object, name: str = "best.pt") -> Path:
        path = tmp_path_factory.mktemp("checkpoint") / name
        torch.save(content, path)
        return path

    made.save = save
    return made
