"""The output formats of a document: one module per format, each with the same three names."""

from __future__ import annotations

from types import ModuleType

from . import braille, brf, html, json, marked, pdf, pef, text
from .context import Context, Paper, paper_of
from .pictures import Pictures

# Each module has MEDIA_TYPE, EXTENSION and write(document, context) -> bytes. Where two formats share a media type, an
# Accept header selects the first.
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
