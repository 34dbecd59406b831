"""Translation between dots and text, one language a file.

get("es").read([["46", "125", "135", "123", "1"]])   → signs whose texts join to "Hola"
get("es").write("Hola")                              → [["46", "125", "135", "123", "1"]]
"""

from __future__ import annotations

from .base import DOUBTS, UNKNOWN, Break, Hyphenating, Language, LanguageInfo, Sign, WrittenLine, lines_of_text
from .detection import Detection, Guess, detect
from .registry import get, has_editions, languages
from .spanish.signs import Edition

__all__ = [
    "DOUBTS",
    "UNKNOWN",
    "Break",
    "Detection",
    "Edition",
    "Guess",
    "Hyphenating",
    "Language",
    "LanguageInfo",
    "Sign",
    "WrittenLine",
    "detect",
    "get",
    "has_editions",
    "languages",
    "lines_of_text",
]
