"""Ink taken off the paper: dots under black print show as faintly as those beside it, and both can be made stronger."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

# How wide around a place its paper is looked for, as a share of a cell's width.
AROUND = 0.8
# What is darker than the paper by more than this share is ink, and keeps this share of its darkness beyond.
INK, LEFT = 0.1, 0.15
GAIN, PAPER = 450.0, 150.0


def lifted(gray: np.ndarray, cell_width: float) -> np.ndarray:
    """The picture with even paper, pale ink and strong dots.

    Args:
        gray: (rows, columns) uint8.
        cell_width: of its cells, pixels.

    Returns:
        (rows, columns) uint8.
    """
    paper = np.asarray(Image.fromarray(gray).filter(ImageFilter.GaussianBlur(AROUND * cell_width)), np.float32)
    relief = gray / np.maximum(paper, 1) - 1
    relief = np.where(relief < -INK, -INK + LEFT * (relief + INK), relief)
    return np.clip(relief * GAIN + PAPER, 0, 255).astype(np.uint8)
