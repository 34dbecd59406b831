"""Advice for the person with the camera, in Spanish and English."""

from __future__ import annotations

from collections.abc import Iterable

from ..document import Advice
from .preference import preferred

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
    "cut_off": {
        "en": "Part of the text is outside the picture. Move back a little until the whole page is in it.",
        "es": "Parte del texto queda fuera de la imagen. Aléjese un poco hasta que se vea la página entera.",
    },
    "too_dark": {
        "en": "The picture is dark. Put a lamp to one side of the page.",
        "es": "La imagen está oscura. Ponga una lámpara a un lado de la página.",
    },
    "blurred": {
        "en": "The picture is blurred. Hold the camera still, wipe its lens and let it focus on the page.",
        "es": "La imagen está borrosa. Mantenga quieta la cámara, limpie la lente y deje que enfoque la página.",
    },
    "light_from_below": {
        "en": "The light comes from the foot of the page. Dots show best when it comes from the top.",
        "es": "La luz viene del pie de la página. Los puntos se ven mejor cuando viene de la parte de arriba.",
    },
    "two_sided_lit_from_side": {
        "en": "The sheet is embossed on both sides and lit from one side, where dots and dents look alike. Put the "
        "lamp at the top of the page.",
        "es": "La hoja está escrita por las dos caras y la luz viene de un lado, donde puntos y huecos se ven iguales. "
        "Ponga la lámpara en la parte de arriba de la página.",
    },
    "direction_uncertain": {
        "en": "It is not certain which way up the page is. If the text makes no sense, say how it has to be turned.",
        "es": "No es seguro cuál es la parte de arriba de la página. Si el texto no tiene sentido, indique cómo hay "
        "que girarla.",
    },
    "upside_down": {
        "en": "The page was upside down; it has been turned.",
        "es": "La página estaba al revés; se ha girado.",
    },
    "sideways": {
        "en": "The page lay on its side; it has been turned.",
        "es": "La página estaba de lado; se ha girado.",
    },
    "uncertain": {
        "en": "Many cells were hard to make out. Hold the camera still and let the light fall from one side.",
        "es": "Muchos signos se distinguen mal. Mantenga quieta la cámara y procure que la luz venga de un lado.",
    },
}


def advice_for(codes: Iterable[str], language: str) -> list[Advice]:
    """Codes with their messages in the preferred language.

    Where no language is preferred, they are in Spanish for a page in Spanish ("es") and in English for any other.
    """
    chosen = preferred() or ("es" if language == "es" else "en")
    return [Advice(code, MESSAGES[code][chosen]) for code in codes]
