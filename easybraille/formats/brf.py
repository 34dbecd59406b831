"""BRF (Braille Ready Format): North American ASCII Braille, a form feed between pages."""

from __future__ import annotations

from ..document import Document
from . import rows
from .ascii import from_ascii, to_ascii
from .context import PLAIN, Context

MEDIA_TYPE = "application/x-brf"
EXTENSION = "brf"


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write ASCII with CR LF after each row; lines and pages are as read, unless the context has a paper size."""
    return encode(rows.pages(document, context.paper))


def encode(pages: list[list[str]]) -> bytes:
    """Encode pages of rows of Unicode Braille as BRF."""
    # A row ends in CR LF (Library of Congress, fdd000551).
    return "\f".join("".join(to_ascii(row) + "\r\n" for row in page) for page in pages).encode("ascii")


def decode(text: str) -> str:
    """Decode BRF to Unicode Braille, line ends and form feeds kept; a tab moves to the next column of eight.

    Raises:
        InvalidTextError: a character is not ASCII Braille.
    """
    return from_ascii(text.expandtabs())
