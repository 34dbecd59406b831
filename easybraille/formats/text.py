"""Plain text."""

from __future__ import annotations

from ..document import Document
from .context import PLAIN, Context

MEDIA_TYPE = "text/plain"
EXTENSION = "txt"


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write UTF-8 text with a final newline."""
    return (document.text + "\n").encode()
