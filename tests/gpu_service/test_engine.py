"""The weights that are named are read by the best engine for them, and where that is not a GPU it is said."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

from easybraille.errors import ModelError
from easybraille.model_store import SHIPPED
from easybraille.settings import from_environment
from gpu_service import engine, gpus

PT = SHIPPED.parent / "best.pt"
ONNX = SHIPPED.parent / "best.onnx"


@pytest.fixture
def without_torch(monkeypatch):
    monkeypatch.setattr(engine, "find_spec", lambda name: None if name == "torch" else find_spec(name))


def chosen(**environment: str) -> tuple[str, str, str]:
    network, notice = engine.choose(from_environment(environment))
    return network.engine, network.device, notice


def test_without_a_gpu_the_same_weights_are_read_by_onnx_runtime(monkeypatch):
    monkeypatch.setattr(gpus, "visible", lambda: [])
    notice = "No GPU is used: this machine shows none. onnxruntime reads on the CPU."
    assert chosen() == ("onnxruntime", "cpu", notice)


def test_a_pytorch_that_can_not_use_the_gpu_is_named(monkeypatch):
    monkeypatch.setattr(gpus, "visible", lambda: ["0"])
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    name, device, notice = chosen()
    assert (name, device) == ("onnxruntime", "cpu") and "PyTorch" in notice


def test_where_the_gpu_fails_although_it_is_there_the_same_weights_are_read_on_the_cpu(monkeypatch):
    """This PyTorch has no CUDA, which is an error as soon as it is used: as when a device is lost."""
    monkeypatch.setattr(gpus, "visible", lambda: ["0"])
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    name, device, notice = chosen()
    assert (name, device) == ("onnxruntime", "cpu") and "No GPU is used: it fails (" in notice


def test_a_checkpoint_alone_is_read_by_pytorch(monkeypatch, tmp_path):
    monkeypatch.setattr(gpus, "visible", lambda: [])
    shutil.copy(PT, tmp_path / "own.pt")
    name, device, notice = chosen(MODEL_PATH=str(tmp_path / "own.pt"))
    assert (name, device) == ("torch", "cpu") and "torch reads on the CPU" in notice


def test_onnx_alone_is_read_by_onnx_runtime_even_beside_a_gpu(monkeypatch, tmp_path):
    monkeypatch.setattr(gpus, "visible", lambda: ["0"])
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    shutil.copy(ONNX, tmp_path / "own.onnx")
    name, _, notice = chosen(MODEL_PATH=str(tmp_path / "own.onnx"))
    assert name == "onnxruntime" and "the weights have no .pt file" in notice


def test_an_image_without_pytorch_reads_with_onnx_runtime_and_takes_no_checkpoint(monkeypatch, without_torch, tmp_path):
    assert chosen()[0] == "onnxruntime"
    shutil.copy(PT, tmp_path / "own.pt")
    with pytest.raises(ModelError, match="what runs here needs onnx"):
        chosen(MODEL_PATH=str(tmp_path / "own.pt"))
