"""Starts a program: makes its reader from weights, engine and limits, and retries what can succeed later."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import numpy as np

from .errors import EasyBrailleError, ModelError, ModelUnavailableError, NotReadyError
from .imaging.files import Limits
from .model_store import resolve
from .reader import Reader
from .recognition.detectors.onnx import OnnxDetector
from .settings import Settings

# Seconds between attempts to start: 1, 2, 4 … and then always the longest.
LONGEST_WAIT = 60.0
_TRANSIENT = (ModelUnavailableError, NotReadyError)
log = logging.getLogger(__name__)


def make_reader(settings: Settings) -> Reader:
    """Return a reader with the weights that the settings name.

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
    """Run the engine on an empty page of a shape (rows, columns): its first run takes longer than later ones."""
    reader.detector.detect([np.full(shape, 200, np.uint8)])


def start_reader(
    load: Callable[[], Reader],
    stop: threading.Event,
    failed: Callable[[str], object] = lambda reason: None,
    keep_trying: bool = False,
) -> Reader:
    """A warm reader. Attempts that can succeed later are repeated with back-off, until `stop` is set.

    These are weights that cannot be fetched for now, missing credentials, and the errors of an engine, such as a GPU
    whose memory another process holds.

    Args:
        load: makes the reader.
        failed: called with the reason of each failed attempt, without names of files or addresses.
        keep_trying: repeat also what a change elsewhere has to repair, such as weights that are damaged.

    Raises:
        EasyBrailleError: the start cannot succeed without a change.
        NotReadyError: `stop` was set.
    """
    import tenacity

    def transient(error: BaseException) -> bool:
        permanent = isinstance(error, EasyBrailleError) and not isinstance(
            error, (ModelUnavailableError, NotReadyError)
        )
        if isinstance(error, EasyBrailleError):
            log.error("%s", error)
        elif isinstance(error, Exception):
            log.error("the network cannot be loaded", exc_info=error)
        else:
            return False
        failed(_reason(error))
        return keep_trying or not permanent

    def attempt() -> Reader:
        reader = load()
        warm_up(reader)
        return reader

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(transient),
        wait=tenacity.wait_exponential(max=LONGEST_WAIT) + tenacity.wait_random(0, 0.5),
        stop=tenacity.stop_when_event_set(stop),
        sleep=tenacity.sleep_using_event(stop),
        reraise=True,
    )
    return retrying(attempt)


def _reason(error: Exception) -> str:
    """The error in words that anyone may see; the log has the cause."""
    if isinstance(error, ModelUnavailableError):
        return "The weights cannot be fetched for now; the log has the cause."
    if isinstance(error, ModelError):
        return "The weights are missing, damaged or not for this engine; the log has the cause."
    return str(error) if isinstance(error, EasyBrailleError) else "The network cannot be loaded; the log has the cause."
