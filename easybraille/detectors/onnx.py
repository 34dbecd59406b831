"""Cells by ONNX Runtime on the CPU."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import ModelError
from ..weights import Manifest
from .decode import SCHEME, Detections, decode


class OnnxDetector:
    """A detector on ONNX Runtime.

    Args:
        path: the .onnx file.
        manifest: what it is.
        threads: of one run; 0 lets ONNX Runtime choose, one a core.

    Raises:
        ModelError: ONNX Runtime can't load the file, or its classes are not the six dots.
    """

    engine = "onnxruntime"

    def __init__(self, path: Path, manifest: Manifest, threads: int = 0):
        import onnxruntime

        if manifest.classes.scheme != SCHEME:
            raise ModelError(
                f"{path.name} names its classes by the scheme {manifest.classes.scheme!r}; {SCHEME!r} is read."
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Threads that wait busily gain nothing here and take the core from what comes after the network.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors have no common class
            raise ModelError(f"{path.name} is not a model that ONNX Runtime loads: {error}") from None
        self._input = self._session.get_inputs()[0].name
        self.manifest = manifest

    def detect(self, images: Sequence[np.ndarray]) -> list[Detections]:
        """See `Detector.detect`. Pages differ in size, so each is run by itself."""
        return [self._detect(image) for image in images]

    def _detect(self, image: np.ndarray) -> Detections:
        output = self._session.run(None, {self._input: tensor(image, self.manifest)})[0][0]
        thresholds = self.manifest.thresholds
        return decode(output, thresholds.candidate, thresholds.dot, thresholds.overlap)


def tensor(image: np.ndarray, manifest: Manifest) -> np.ndarray:
    """A grey picture (h, w) uint8 as the network's input (1, 1, h', w') float32 in 0..1, far sides padded."""
    wanted = manifest.input
    height, width = (math.ceil(n / wanted.multiple) * wanted.multiple for n in image.shape)
    full = np.full((1, 1, height, width), wanted.padding / 255, np.float32)
    full[0, 0, : image.shape[0], : image.shape[1]] = image * np.float32(1 / 255)
    return full
