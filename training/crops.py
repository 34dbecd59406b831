"""A seeded stream of training crops with their targets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from torch.utils.data import Dataset

from .augment import crop, photograph
from .flanks import FLANKS, targets
from .pages import PRIMER, SIGNS, LabelledPage
from .synthetic import random_page

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
        flanks: that the network has layers for.
    """

    def __init__(
        self,
        pages: list[LabelledPage],
        blank: list[LabelledPage],
        seed: int,
        size: int,
        count: int,
        synthetic: float = 0.3,
        nothing: float = 0.1,
        flanks: Sequence[str] = tuple(FLANKS),
    ):
        self.pages, self.blank, self.seed, self.size, self.count = pages, blank, seed, size, count
        self.synthetic, self.nothing, self.flanks = synthetic, nothing, flanks
        weight = np.array([self._weight(p) for p in pages])
        self.weight = weight / weight.sum()
        seen = np.bincount(np.concatenate([d for p in pages for d in (p.dots, p.dents.dots)]), minlength=64)
        self.rarity = 1 / np.sqrt(seen + 10.0)
        self.rarity[0] = 0.0
        self._synthetic_page = lru_cache(maxsize=2)(self._render)

    @staticmethod
    def _weight(page: LabelledPage) -> float:
        # Pupils' work, strangers' photos, signs and a primer's pages are few and look most like what will come.
        few = {"uploaded": 2.5, PRIMER: 5.0, SIGNS: 3.0}.get(page.source, 1.0 if page.two_sided else 2.5)
        return few * np.sqrt(page.cells + 1.0)

    def _render(self, block: int, part: int) -> LabelledPage:
        return random_page(np.random.default_rng([self.seed, 1, block, part]))

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Crop and target: (1, size, size) uint8; (11, flanks * size / 8, size / 8) float32, see `flanks.targets`."""
        cv2.setNumThreads(0)
        rng = np.random.default_rng([self.seed, 0, index])
        kind = rng.random()
        if kind < self.synthetic:
            page = self._synthetic_page(index // BLOCK, int(rng.integers(2)))
        elif kind < self.synthetic + self.nothing and self.blank:
            page = self.blank[rng.integers(len(self.blank))]
        else:
            page = self.pages[rng.choice(len(self.pages), p=self.weight)]
        seen = crop(page, self.size, rng, self.rarity)
        image = seen.image
        # Towards the end half of the crops stay as the camera took them: most pictures are better than the worst.
        if rng.random() >= (0.5 if index > 0.7 * self.count else 0.1):
            image = photograph(image, rng, page.source == PRIMER)
        lit = seen.lit
        if "left" not in self.flanks and page.dents.known and not len(page.dents.dots):
            # On one-sided sheets, without layers for every light, all marks are the front's whatever their shading.
            lit = np.tile(np.float32(FLANKS["up"]), (len(lit), 1))
        return image[None], targets(seen.boxes, seen.dots, lit, seen.unlabelled, self.size, self.flanks)
