"""The steps that every engine shares: pages become the network's input, its output becomes cells."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ...errors import ModelError
from ..detections import Detections
from ..model import Flank, Manifest
from .postprocess import decode, flank_output


class Network(ABC):
    """A network in an engine: a Detector in two steps, so that the second can run on another thread.

    Attributes:
        engine, device, manifest: see `Detector`.
        batches: whether several pages together are faster than one by one.
    """

    engine: str
    device: str
    manifest: Manifest
    batches: bool = False

    @abstractmethod
    def run(self, images: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The network's output for each picture.

        Args:
            images: see `Detector.detect`.

        Returns:
            (4 + classes, n) float32 an image, see `decode`.
        """

    def cells(self, output: np.ndarray, candidate: float | None = None, flank: Flank | None = None) -> Detections:
        """The cells in one of its outputs, of the first layer or of a flank's; `candidate` as in `Detector.detect`."""
        flanks = self.manifest.flanks
        output = flank_output(output, flanks, flank or flanks[0])
        thresholds = self.manifest.thresholds
        least = thresholds.candidate if candidate is None else candidate
        return decode(output, least, thresholds.dot, thresholds.overlap, self.manifest.classes)

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        """See `Detector.detect`."""
        return [self.cells(output, candidate) for output in self.run(images)]

    def detect_flanks(
        self, images: Sequence[np.ndarray], candidate: float | None = None
    ) -> list[dict[Flank, Detections]]:
        """The cells of each picture by the flank of their dots that is bright, all from one run of the network.

        With light from above "up" holds the raised dots and "down" the dents; with light from the left it is "left" and
        "right"; with light from a corner both pairs show the same two sides.

        Args:
            images, candidate: see `Detector.detect`.
        """
        return [self.flank_cells(output, candidate) for output in self.run(images)]

    def flank_cells(self, output: np.ndarray, candidate: float | None = None) -> dict[Flank, Detections]:
        """The cells of every layer in one of its outputs, see `detect_flanks`."""
        return {flank: self.cells(output, candidate, flank) for flank in self.manifest.flanks}


def check_shape(path: Path, manifest: Manifest, channels: int, classes: int) -> None:
    """Raises ModelError where a network's input and classes are not those of its manifest."""
    described = manifest.input.channels, len(manifest.classes.names)
    if (channels, classes) != described:
        raise ModelError(
            f"{path.name} takes {channels} channels and has {classes} classes; its manifest says {described[0]} and "
            f"{described[1]}. Weights of your own need a manifest of their own: python -m export makes it."
        )


def padded_size(size: tuple[int, ...], manifest: Manifest) -> tuple[int, ...]:
    """The sides of a picture, padded to the network's multiple."""
    multiple = manifest.input.multiple
    return tuple(math.ceil(side / multiple) * multiple for side in size)


def stack_images(images: Sequence[np.ndarray], manifest: Manifest) -> np.ndarray:
    """Stack grey pictures (h, w) uint8 into one array (n, channels, h', w') uint8, padded right and below."""
    wanted = manifest.input
    sides = padded_size(tuple(max(image.shape[axis] for image in images) for axis in (0, 1)), manifest)
    full = np.full((len(images), wanted.channels, *sides), wanted.padding, np.uint8)
    for page, image in zip(full, images):
        page[:, : image.shape[0], : image.shape[1]] = image
    return full
