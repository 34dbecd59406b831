"""Unicode Braille: one text line per row, a form feed between pages."""

from __future__ import annotations

from ..document import Document
from . import rows
from .context import PLAIN, Context

MEDIA_TYPE = "text/plain"
EXTENSION = "brl.txt"


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write UTF-8 text with U+2800 for blanks; lines are as read, unless the context has a paper size."""
    return encode(rows.pages(document, context.paper))


def encode(pages: list[list[str]]) -> bytes:
    """Encode pages of rows as UTF-8 text."""
    return "\f".join("".join(row + "\n" for row in page) for page in pages).encode()
