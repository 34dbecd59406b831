"""Detects cells with ONNX Runtime on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ... import cancellation
from ...errors import ModelError
from ..model import Manifest
from .network import Network, check_shape, stack_images


class OnnxDetector(Network):
    """A detector on ONNX Runtime.

    Args:
        path: the .onnx file.
        manifest: what it is.
        threads: of one run; 0 lets ONNX Runtime choose, one a core.

    Raises:
        ModelError: ONNX Runtime can't load the file, or it is another network than the manifest describes.
    """

    engine = "onnxruntime"
    device = "cpu"

    def __init__(self, path: Path, manifest: Manifest, threads: int = 0):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Spinning threads gain nothing here and take the core from what runs after the network.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            channels = self._session.get_inputs()[0].shape[1]
            classes = self._session.get_outputs()[0].shape[1] - 4
        except Exception as error:  # noqa: BLE001  ONNX Runtime's errors have no common class
            raise ModelError(f"{path.name} is not a model that ONNX Runtime loads: {error}") from None
        self._input = self._session.get_inputs()[0].name
        self.manifest = manifest
        check_shape(path, manifest, channels, classes)

    def run(self, images: Sequence[np.ndarray]) -> list[np.ndarray]:
        """See `Network.run`. Pages differ in size, and a CPU gains nothing from several: each is run alone.

        Raises:
            RequestCancelledError: the request was cancelled; a run that has begun ends before.
        """
        return [self._run(image) for image in images]

    def _run(self, image: np.ndarray) -> np.ndarray:
        cancellation.current()
        page = stack_images([image], self.manifest) * np.float32(1 / 255)
        return self._session.run(None, {self._input: page})[0][0]
