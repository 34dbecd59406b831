"""Translation between dots and text, one language a file.

get("es").read([["46", "125", "135", "123", "1"]])   → signs whose texts join to "Hola"
get("es").write("Hola")                              → [["46", "125", "135", "123", "1"]]
"""

from __future__ import annotations

from .base import DOUBTS, UNKNOWN, Language, LanguageInfo, Sign, lines_of_text
from .detection import Detection, Guess, detect
from .registry import get, languages

__all__ = [
    "DOUBTS",
    "UNKNOWN",
    "Detection",
    "Guess",
    "Language",
    "LanguageInfo",
    "Sign",
    "detect",
    "get",
    "languages",
    "lines_of_text",
]
