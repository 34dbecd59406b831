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
    """Makes a checkpoint as Ultralytics saves it: class names, channels, network; a lively one finds something."""
    from ultralytics.nn.tasks import DetectionModel

    def made(
        names: list[str], channels: int = 1, network: dict = TINY, kind: type = DetectionModel, lively: bool = False
    ) -> Path:
        torch.manual_seed(0)
        network = copy.deepcopy(network) | {"nc": len(names)}
        model = kind(network, ch=channels, verbose=False)
        model.names = dict(enumerate(names))
        if lively:
            last = model.model[-1].cv3[0][-1]
            torch.nn.init.normal_(last.weight)
            with torch.no_grad():
                _, raw = model.eval()(torch.rand(1, channels, 256, 256))
                last.weight *= 3 / raw["scores"].std(dim=2).mean()
            torch.nn.init.constant_(last.bias, -3.0)
        return save({"model": model.half(), "ema": None, "train_args": {"task": "detect"}})

    def save(content: object, name: str = "best.pt") -> Path:
        path = tmp_path_factory.mktemp("checkpoint") / name
        torch.save(content, path)
        return path

    made.save = save
    return made
