"""What the person with the camera can do better, from what was measured."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .detectors import Detections
from .document import Advice

MESSAGES = {
    "no_braille": {
        "en": "No Braille was found. Photograph the page from above, filling the picture, with light from one side.",
        "es": "No se ha encontrado braille. Fotografíe la página desde arriba, que ocupe toda la imagen y con luz "
        "lateral.",
    },
    "too_small": {
        "en": "The cells are very small in the picture. Come closer until the page fills it.",
        "es": "Los signos se ven muy pequeños. Acérquese hasta que la página ocupe toda la imagen.",
    },
    "too_dark": {
        "en": "The picture is dark. Put a lamp to one side of the page.",
        "es": "La imagen está oscura. Ponga una lámpara a un lado de la página.",
    },
    "uncertain": {
        "en": "Many cells were hard to make out. Hold the camera still and let the light fall from one side.",
        "es": "Muchos signos se distinguen mal. Mantenga quieta la cámara y procure que la luz venga de un lado.",
    },
}
SMALL_CELL = 13.0
DARK = 45
UNCERTAIN = 0.2


def measured(gray: np.ndarray, cells: Detections) -> list[str]:
    """Codes of what is wrong with a picture, the most important first.

    Args:
        gray: (rows, columns) uint8, as it was looked at.
        cells: what was found in it.
    """
    codes = []
    if len(cells) == 0:
        codes.append("no_braille")
    elif float(np.median(cells.boxes[:, 2] - cells.boxes[:, 0])) < SMALL_CELL:
        codes.append("too_small")
    if float(np.percentile(gray, 90)) < DARK:
        codes.append("too_dark")
    if len(cells) and float((cells.confidence < 0.8).mean()) > UNCERTAIN:
        codes.append("uncertain")
    return codes


def in_words(codes: Iterable[str], language: str) -> list[Advice]:
    """Codes with their messages: in Spanish for the language "es", in English for any other."""
    return [Advice(code, MESSAGES[code]["es" if language == "es" else "en"]) for code in codes]
