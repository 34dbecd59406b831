"""Which engine reads: the GPU where there is one, else the same weights on the CPU, and said so."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from easybraille.model_store import resolve
from easybraille.recognition.detectors.network import Network
from easybraille.settings import Settings

from . import gpus

log = logging.getLogger(__name__)


def choose(settings: Settings) -> tuple[Network, str | None]:
    """The best engine for the weights that the settings name, on this machine.

    Returns:
        the network, and what an operator should know where it is not the GPU.

    Raises:
        ModelError: the weights are missing, damaged, or nothing here can run them.
    """
    torch_here = find_spec("torch") is not None
    weights = resolve(settings, ("torch", "onnx") if torch_here else ("onnx",))
    log.info("weights %s %s from %s", weights.manifest.name, weights.manifest.version, weights.origin)
    lack = _lack_of_cuda() if torch_here else "PyTorch is not installed"
    if lack is None and weights.torch is None:
        lack = "the weights have no .pt file"
    if lack is None:
        from easybraille.recognition.detectors.torch import TorchDetector

        return TorchDetector(weights.torch, weights.manifest, "cuda", half=True), None
    if weights.onnx is not None:
        from easybraille.recognition.detectors.onnx import OnnxDetector

        network = OnnxDetector(weights.onnx, weights.manifest, settings.threads)
    else:
        from easybraille.recognition.detectors.torch import TorchDetector

        network = TorchDetector(weights.torch, weights.manifest, threads=settings.threads)
    notice = f"No GPU is used: {lack}. {network.engine} reads on the CPU."
    log.warning(notice)
    return network, notice


def _lack_of_cuda() -> str | None:
    if not gpus.visible():  # importing PyTorch takes seconds and some 250 MB
        return "this machine shows none"
    import torch

    if torch.cuda.is_available():
        return None
    return "PyTorch finds no CUDA that it can use" if torch.version.cuda else "this PyTorch is built without CUDA"
