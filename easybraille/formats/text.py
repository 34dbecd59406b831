"""The text alone."""

from __future__ import annotations

from ..document import Document

MEDIA_TYPE = "text/plain"
EXTENSION = "txt"


def write(document: Document) -> bytes:
    """UTF-8 text with a final newline."""
    return (document.text + "\n").encode()
