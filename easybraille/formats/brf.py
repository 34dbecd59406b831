"""BRF: North American ASCII Braille, a form feed between pages."""

from __future__ import annotations

from ..document import Document
from . import rows
from .ascii import to_ascii
from .context import PLAIN, Context

MEDIA_TYPE = "application/x-brf"
EXTENSION = "brf"


def write(document: Document, context: Context = PLAIN) -> bytes:
    """ASCII with CR LF behind each row; lines and pages as they were read, unless the context names a paper."""
    return encode(rows.pages(document, context.paper))


def encode(pages: list[list[str]]) -> bytes:
    """Pages of rows in Unicode Braille as BRF."""
    # Braille readers know the end of a row as CR LF (Library of Congress, fdd000551).
    return "\f".join("".join(to_ascii(row) + "\r\n" for row in page) for page in pages).encode("ascii")
