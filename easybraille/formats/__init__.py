"""The output formats of a document: one module per format, each with the same three names."""

from __future__ import annotations

from types import ModuleType

from . import bra, braille, brf, docx, epub, html, json, markdown, marked, pdf, pef, text
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
    "bra": bra,
    "html": html,
    "markdown": markdown,
    "docx": docx,
    "epub": epub,
    "marked": marked,
    "pdf": pdf,
}

__all__ = ["FORMATS", "Context", "Paper", "Pictures", "paper_of"]
