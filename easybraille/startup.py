"""Makes the reader of a program from its settings: weights, engine and limits."""

from __future__ import annotations

import logging

import numpy as np

from .errors import ModelError
from .imaging.files import Limits
from .model_store import resolve
from .reader import Reader
from .recognition.detectors.onnx import OnnxDetector
from .settings import Settings

log = logging.getLogger(__name__)


def make_reader(settings: Settings) -> Reader:
    """Make a reader on the weights that the settings name.

    Raises:
        ModelError: the weights are missing, damaged or not for this engine.
    """
    weights = resolve(settings)
    log.info("weights %s %s from %s", weights.manifest.name, weights.manifest.version, weights.origin)
    if weights.onnx is None:
        raise ModelError(f"{weights.origin} has no .onnx file.")
    try:
        detector = OnnxDetector(weights.onnx, weights.manifest, settings.threads)
    except ModelError as error:
        raise ModelError(f"{weights.origin}: {error}") from None
    return Reader(detector, limits_of(settings))


def limits_of(settings: Settings) -> Limits:
    """Return the limits of one input."""
    return Limits(settings.max_pixels, settings.max_pages, settings.max_side, settings.decode_seconds)


def warm_up(reader: Reader, shape: tuple[int, int] = (1376, 1024)) -> None:
    """Run the engine once on an empty page of `shape` (rows, columns): its first run takes longer than the others."""
    reader.detector.detect([np.full(shape, 200, np.uint8)])
