"""Chooses the engine: the GPU where there is one, else the same weights on the CPU, with a notice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from easybraille.errors import ModelError
from easybraille.model_store import resolve
from easybraille.recognition.detectors.network import Network
from easybraille.recognition.model import Manifest
from easybraille.settings import Settings

from . import gpus

log = logging.getLogger(__name__)


def choose(settings: Settings, warm: Callable[[Network], object] = lambda network: None) -> tuple[Network, str | None]:
    """The best engine for the weights that the settings name, on this machine; one whose GPU fails is replaced.

    Args:
        warm: runs the network for the first time.

    Returns:
        the network, and a notice for the operator where it does not run on a GPU.

    Raises:
        ModelError: the weights are missing or damaged, or no engine here can run them.
    """
    torch_installed = find_spec("torch") is not None
    weights = resolve(settings, ("torch", "onnx") if torch_installed else ("onnx",))
    log.info("weights %s %s from %s", weights.manifest.name, weights.manifest.version, weights.origin)
    reason = _why_no_cuda() if torch_installed else "PyTorch is not installed"
    if reason is None and weights.torch is None:
        reason = "the weights have no .pt file"
    network: Network
    if reason is None and weights.torch is not None:
        try:
            network = _torch(weights.torch, weights.manifest, "cuda", half=True)
            warm(network)
        except ModelError:
            raise
        except Exception as error:
            log.error("the GPU fails", exc_info=error)
            reason = f"it fails ({type(error).__name__})"
        else:
            return network, None
    if weights.onnx is not None:
        from easybraille.recognition.detectors.onnx import OnnxDetector

        network = OnnxDetector(weights.onnx, weights.manifest, settings.threads)
    elif weights.torch is not None:
        network = _torch(weights.torch, weights.manifest, "cpu", threads=settings.threads)
    else:
        raise AssertionError("verified weights have a file of one of the engines")
    warm(network)
    notice = f"No GPU is used: {reason}. {network.engine} reads on the CPU."
    log.warning(notice)
    return network, notice


def _torch(path: Path, manifest: Manifest, device: str, half: bool = False, threads: int = 0) -> Network:
    from easybraille.recognition.detectors.torch import TorchDetector

    return TorchDetector(path, manifest, device, half=half, threads=threads)


def _why_no_cuda() -> str | None:
    if not gpus.visible():  # importing PyTorch takes seconds and some 250 MB
        return "this machine shows none"
    import torch

    if torch.cuda.is_available():
        return None
    return "PyTorch finds no CUDA that it can use" if torch.version.cuda else "this PyTorch is built without CUDA"
