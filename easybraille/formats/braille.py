"""The cells as Unicode Braille, line by line, a form feed between pages."""

from __future__ import annotations

from ..document import Document
from . import rows
from .context import PLAIN, Context

MEDIA_TYPE = "text/plain"
EXTENSION = "brl.txt"


def write(document: Document, context: Context = PLAIN) -> bytes:
    """UTF-8 text with a final newline; blanks are U+2800. Lines as they were read, unless the context names a paper."""
    return encode(rows.pages(document, context.paper))


def encode(pages: list[list[str]]) -> bytes:
    """Pages of rows as UTF-8 text."""
    return "\f".join("".join(row + "\n" for row in page) for page in pages).encode()
