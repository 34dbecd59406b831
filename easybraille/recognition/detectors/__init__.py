"""Detectors find the cells of a picture. Each imports its engine only when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ..detections import Detections
from ..model import Manifest

__all__ = ["Detector"]


class Detector(Protocol):
    """Weights in an engine.

    Attributes:
        engine: "onnxruntime" or "torch".
        device: what it runs on, "cpu" or "cuda (NVIDIA A10G)".
        manifest: what the weights are.
    """

    engine: str
    device: str
    manifest: Manifest

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        """The cells of each picture.

        Args:
            images: (rows, columns) uint8, scaled so that cells have the width that the manifest names.
            candidate: the least confidence of a cell, if not the manifest's.

        Returns:
            one Detections an image, boxes in its pixels.
        """
        ...
