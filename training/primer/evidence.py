"""What the network says of each place of a page, in several sizes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from easybraille.imaging.transforms import resize
from easybraille.recognition.detectors.network import Network
from easybraille.recognition.detectors.postprocess import log_odds

STRIDE = 8
# Widths of a cell in pixels at which a page is looked at.
WIDTHS = (22.0, 27.0, 32.0)
# Log odds of a dot are cut off here: the network is wrong now and then, however sure it is.
LEAST = 5.0


class Evidence:
    """What the network says of each place of a page.

    Args:
        detector: a network whose classes are the six dots.
        gray: (rows, columns) uint8.
        width: of its cells, pixels.
    """

    def __init__(self, detector: Network, gray: np.ndarray, width: float):
        self._maps = []
        for wanted in WIDTHS:
            image = resize(gray, wanted / width)
            output = detector.run([image])[0]
            columns = -(-image.shape[1] // 32) * 32 // STRIDE
            scale = image.shape[1] / gray.shape[1]
            odds = np.clip(log_odds(output[4:].reshape(6, -1, columns)), -LEAST, LEAST)
            self._maps.append((scale / STRIDE, odds, output[:4].reshape(4, -1, columns) / scale))

    def _at(self, centres: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for scale, odds, boxes in self._maps:
            column, row = np.clip((centres.T * scale).astype(int), 0, np.array(odds.shape[:0:-1])[:, None] - 1)
            yield odds[:, row, column].T, boxes[:, row, column].T

    def patterns(self, centres: np.ndarray) -> np.ndarray:
        """(n, 64) log likelihood of each pattern by its mask, the first of a blank, for (n, 2) places."""
        odds = np.mean([odds for odds, _ in self._at(centres)], axis=0)
        raised = ((np.arange(64)[:, None] >> np.arange(6)) & 1).astype(bool)
        log = np.where(raised, -np.logaddexp(0, -odds)[:, None], -np.logaddexp(0, odds)[:, None])
        return log.sum(axis=2)

    def boxes(self, centres: np.ndarray) -> np.ndarray:
        """(n, 4) centre x, y, width and height of the cells that the network sees at (n, 2) places; NaN for none."""
        seen = [np.where(odds.max(axis=1, keepdims=True) > 0, boxes, np.nan) for odds, boxes in self._at(centres)]
        none = np.isnan(seen).all(axis=0)
        return np.where(none, np.nan, np.nanmedian(np.where(none, 0.0, seen), axis=0))
