"""An endless, seeded stream of training crops with their targets."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from torch.utils.data import Dataset

from .augment import crop, photograph
from .pages import PRIMER, LabelledPage
from .synthetic import random_page

STRIDE = 8
BLOCK = 16  # crops that share their synthetic pages: rendering costs ten times what cropping does


class Crops(Dataset):
    """Crop number i is always the same for the same seed, so a run that goes on draws what it would have drawn.

    Args:
        pages: labelled pages; each is drawn as often as the square root of its cells.
        blank: pages without Braille.
        seed: of the whole run.
        size: side of a crop, a multiple of 16.
        count: how many crops the run takes.
        synthetic, nothing: shares of rendered pages and of pages without Braille.
    """

    def __init__(
        self,
        pages: list[LabelledPage],
        blank: list[LabelledPage],
        seed: int,
        size: int,
        count: int,
        synthetic: float = 0.3,
        nothing: float = 0.12,
    ):
        self.pages, self.blank, self.seed, self.size, self.count = pages, blank, seed, size, count
        self.synthetic, self.nothing = synthetic, nothing
        weight = np.array([self._weight(p) for p in pages])
        self.weight = weight / weight.sum()
        seen = np.bincount(np.concatenate([p.dots for p in pages]), minlength=64)
        self.rarity = 1 / np.sqrt(seen + 10.0)
        self.rarity[0] = 0.0
        self._synthetic_page = lru_cache(maxsize=2)(self._render)

    @staticmethod
    def _weight(page: LabelledPage) -> float:
        # Pupils' work, strangers' photos and a primer's pages are few and look most like what will come.
        few = {"uploaded": 2.5, PRIMER: 5.0}.get(page.source, 1.0 if page.two_sided else 2.5)
        return few * np.sqrt((page.dots > 0).sum() + 1.0)

    def _render(self, block: int, part: int) -> LabelledPage:
        return random_page(np.random.default_rng([self.seed, 1, block, part]))

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Crop and target: (1, size, size) uint8; (11, size / 8, size / 8) float32, see `target`."""
        cv2.setNumThreads(0)
        rng = np.random.default_rng([self.seed, 0, index])
        kind = rng.random()
        if kind < self.synthetic:
            page = self._synthetic_page(index // BLOCK, int(rng.integers(2)))
        elif kind < self.synthetic + self.nothing and self.blank:
            page = self.blank[rng.integers(len(self.blank))]
        else:
            page = self.pages[rng.choice(len(self.pages), p=self.weight)]
        image, boxes, dots = crop(page, self.size, rng, self.rarity)
        # Towards the end half of the crops stay as the camera took them: most pictures are better than the worst.
        if rng.random() >= (0.5 if index > 0.7 * self.count else 0.1):
            image = photograph(image, rng, page.source == PRIMER)
        return image[None], target(boxes, dots, self.size)


def target(boxes: np.ndarray, dots: np.ndarray, size: int) -> np.ndarray:
    """What the head should say at each place of its grid.

    Args:
        boxes: (n, 4) x1, y1, x2, y2 in pixels.
        dots: (n,) bit masks; 0 for a place of which nothing is known.
        size: side of the crop in pixels.

    Returns:
        (11, size / 8, size / 8) float32: six dots; distances to the left, top, right and bottom side in strides;
        and the kind of place: 1 a cell's middle, 0 background, -1 neither, not to be learnt from.
    """
    side = size // STRIDE
    result = np.zeros((11, side * side), np.float32)
    grid = (np.arange(side) + 0.5) * STRIDE
    x, y = np.tile(grid, side), np.repeat(grid, side)
    x1, y1, x2, y2 = boxes[dots == 0].T[..., None]
    unknown = ((x1 <= x) & (x < x2) & (y1 <= y) & (y < y2)).any(axis=0)
    boxes, dots = boxes[dots > 0], dots[dots > 0]
    if not len(boxes):
        result[10] = np.where(unknown, -1.0, 0.0)
        return result.reshape(11, side, side)
    width, height = (boxes[:, 2:] - boxes[:, :2]).T
    centre_x, centre_y = ((boxes[:, :2] + boxes[:, 2:]) / 2).T
    across = np.abs(x[None] - centre_x[:, None]) / width[:, None]
    down = np.abs(y[None] - centre_y[:, None]) / height[:, None]
    near = np.maximum(across / 0.3, down / 0.28)
    owner = near.argmin(axis=0)
    middle = near.min(axis=0) < 1
    nearest = near.argmin(axis=1)
    # A small cell may hold no grid point in its middle; its nearest one answers for it.
    inside = (centre_x > 0) & (centre_y > 0) & (centre_x < size) & (centre_y < size)
    middle[nearest[inside]] = True
    owner[nearest[inside]] = np.flatnonzero(inside)
    kind = np.where(middle, 1.0, np.where(((across < 0.5) & (down < 0.48)).any(axis=0), -1.0, 0.0))
    # Half a cell at the edge can't be read: say nothing about it.
    seen_x = np.ptp(np.clip(boxes[:, [0, 2]], 0, size), axis=1)
    seen_y = np.ptp(np.clip(boxes[:, [1, 3]], 0, size), axis=1)
    cut = (seen_x < 0.85 * width) | (seen_y < 0.85 * height)
    kind[((across < 0.5) & (down < 0.48) & cut[:, None]).any(axis=0)] = -1.0
    kind[unknown & (kind == 0)] = -1.0
    result[:6] = (dots[owner][None] >> np.arange(6)[:, None]) & 1
    result[:6] *= kind > 0
    x1, y1, x2, y2 = boxes[owner].T
    result[6:10] = np.stack([x - x1, y - y1, x2 - x, y2 - y]) / STRIDE
    result[10] = kind
    return result.reshape(11, side, side)
