"""Where the dots and cells of lines stand on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .synthetic import Sheet


def dot_positions(
    lines: list[list[int]], sheet: Sheet, origin: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the dots of lines stand.

    Returns:
        dots (m, 2) x, y; boxes (n, 4) of the cells by the product's rule; masks (n,) uint8.
    """
    dots, boxes, masks = [], [], []
    pitch = sheet.dot_pitch
    margin = 0.3 * pitch
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if not cell:
                continue
            x = origin[0] + column * sheet.cell_pitch
            y = origin[1] + row * sheet.line_pitch
            boxes.append((x - margin, y - margin, x + pitch + margin, y + 2 * pitch + margin))
            masks.append(cell)
            dots += [(x + pitch * (i // 3), y + pitch * (i % 3)) for i in range(6) if cell >> i & 1]
    return (
        np.array(dots, np.float32).reshape(-1, 2),
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(masks, np.uint8),
    )


def emboss(height: np.ndarray, dots: np.ndarray, radius: float, relief: np.ndarray) -> None:
    """Press dots into a height map, in place: domes with a soft foot. `relief` (m,) is negative for dents."""
    reach = int(np.ceil(radius * 1.6)) + 1
    offset = np.arange(-reach, reach + 1)
    for (x, y), rise in zip(dots, relief):
        column, row = round(float(x)), round(float(y))
        top, left = row - reach, column - reach
        if top < 0 or left < 0 or row + reach >= height.shape[0] or column + reach >= height.shape[1]:
            continue
        square = (offset[None, :] + column - x) ** 2 + (offset[:, None] + row - y) ** 2
        dome = np.exp(-((square / (radius * radius * 0.62)) ** 1.6))
        height[top : row + reach + 1, left : column + reach + 1] += rise * dome
