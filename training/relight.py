"""A photograph's shading turned by a quarter, as if its light had come from the side.

Shading is, for low relief, the derivative of the paper's height towards the light: in the Fourier domain a factor
sin φ for light from above and cos φ for light from the side, φ the direction of the frequency. Wiener's filter for that
takes the one to the other: sin φ cos φ / (sin² φ + NOISE). Along φ = 0 light from above shows nothing, and nothing is
made up.
"""

from __future__ import annotations

import cv2
import numpy as np

# Of the picture's noise, as a share of its shading: more of it gives up more of the frequencies that show little.
NOISE = 0.2


def relit(image: np.ndarray, dot: float, sign: int) -> np.ndarray:
    """The picture with light from above taken for light from the side.

    Args:
        image: (rows, columns) uint8, lit from above or below.
        dot: distance between dots in pixels. Detail of a dot's size is turned; what is coarser stays, as a lamp's
            gradient, and what is finer goes.
        sign: 1 for light from above that becomes light from the right, -1 for the left.

    Returns:
        uint8 of the same shape.
    """
    picture = image.astype(np.float32)
    coarse = cv2.GaussianBlur(picture, (0, 0), dot)
    detail = cv2.GaussianBlur(picture, (0, 0), 0.07 * dot) - coarse
    y, x = np.meshgrid(np.fft.fftfreq(image.shape[0]), np.fft.rfftfreq(image.shape[1]), indexing="ij")
    # Upwards and to the right count as positive, as in `flanks`.
    angle = np.arctan2(-y, x)
    factor = np.sin(angle) * np.cos(angle) / (np.sin(angle) ** 2 + NOISE)
    turned = np.fft.irfft2(np.fft.rfft2(detail) * factor, s=image.shape)
    turned *= detail.std() / max(float(turned.std()), 1e-6)
    return np.clip(coarse + sign * turned, 0, 255).astype(np.uint8)
