"""A document in the formats that people and programs read; one file a format, each with the same three names."""

from __future__ import annotations

from types import ModuleType

from . import braille, brf, html, json, marked, pdf, pef, text
from .context import Context, Paper, paper_of
from .pictures import Pictures

# Each module has MEDIA_TYPE, EXTENSION and write(document, context) -> bytes. Of two with one media type the first is
# what an Accept header gets.
FORMATS: dict[str, ModuleType] = {
    "json": json,
    "text": text,
    "braille": braille,
    "brf": brf,
    "pef": pef,
    "html": html,
    "marked": marked,
    "pdf": pdf,
}

__all__ = ["FORMATS", "Context", "Paper", "Pictures", "paper_of"]
