"""Cells by ONNX Runtime on the CPU."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import ModelError
from ..weights import Manifest
from .decode import Detections, decode


class OnnxDetector:
    """A detector on ONNX Runtime.

    Args:
        path: the .onnx file.
        manifest: what it is.
        threads: of one run; 0 lets ONNX Runtime choose, one a core.

    Raises:
        ModelError: ONNX Runtime can't load the file, or it is another network than the manifest describes.
    """

    engine = "onnxruntime"

    def __init__(self, path: Path, manifest: Manifest, threads: int = 0):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Threads that wait busily gain nothing here and take the core from what comes after the network.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            channels = self._session.get_inputs()[0].shape[1]
            classes = self._session.get_outputs()[0].shape[1] - 4
        except Exception as error:  # ONNX Runtime's errors have no common class
            raise ModelError(f"{path.name} is not a model that ONNX Runtime loads: {error}") from None
        self._input = self._session.get_inputs()[0].name
        self.manifest = manifest
        check_shape(path, manifest, channels, classes)

    def detect(self, images: Sequence[np.ndarray]) -> list[Detections]:
        """See `Detector.detect`. Pages differ in size, so each is run by itself."""
        return [self._detect(image) for image in images]

    def _detect(self, image: np.ndarray) -> Detections:
        output = self._session.run(None, {self._input: tensor(image, self.manifest)})[0][0]
        thresholds = self.manifest.thresholds
        return decode(output, thresholds.candidate, thresholds.dot, thresholds.overlap, self.manifest.classes)


def check_shape(path: Path, manifest: Manifest, channels: int, classes: int) -> None:
    """Raises ModelError where a network's input and classes are not those of its manifest."""
    described = manifest.input.channels, len(manifest.classes.names)
    if (channels, classes) != described:
        raise ModelError(
            f"{path.name} takes {channels} channels and has {classes} classes; its manifest says {described[0]} and "
            f"{described[1]}. Weights of your own need a manifest of their own: python -m export makes it."
        )


def tensor(image: np.ndarray, manifest: Manifest) -> np.ndarray:
    """A grey picture (h, w) uint8 as the network's input (1, channels, h', w') float32 in 0..1, far sides padded."""
    wanted = manifest.input
    height, width = (math.ceil(n / wanted.multiple) * wanted.multiple for n in image.shape)
    full = np.full((1, wanted.channels, height, width), wanted.padding / 255, np.float32)
    full[0, :, : image.shape[0], : image.shape[1]] = image * np.float32(1 / 255)
    return full
