"""The cells as Unicode Braille, line by line, a form feed between pages."""

from __future__ import annotations

from ..document import Document

MEDIA_TYPE = "text/plain"
EXTENSION = "brl.txt"


def write(document: Document) -> bytes:
    """UTF-8 text with a final newline; blanks are U+2800."""
    return ("\f".join(page.braille + "\n" for page in document.pages)).encode()
