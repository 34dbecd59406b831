"""The surface of paper."""

from __future__ import annotations

import cv2
import numpy as np


def paper(shape: tuple[int, int], strength: float, rng: np.random.Generator) -> np.ndarray:
    """Height of unembossed paper: fibres and waves, float32."""
    relief = np.zeros(shape, np.float32)
    for size, share in ((1, 0.5), (3, 0.8), (9, 1.2), (60, 3.0)):
        small = rng.standard_normal((shape[0] // size + 2, shape[1] // size + 2)).astype(np.float32)
        relief += share * cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return relief * strength
