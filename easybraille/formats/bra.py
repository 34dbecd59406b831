"""BRA: the six-dot code of ONCE and of Spanish embossers, one byte for each cell.

There is no public specification. The table is that of liblouis' "es-old.dis" (odt2braille, for Spanish embossers),
whose transcription errors for a, b, e, 5 and 8 are corrected; the 45 cells that BRL2BRF determined with ONCE's program
EBrai agree with it. Rows end in CR LF; that a form feed separates pages, as in BRF, is an assumption.
"""

from __future__ import annotations

from ..document import Document
from . import rows
from .context import PLAIN, Context

MEDIA_TYPE = "application/x-bra"
EXTENSION = "bra"
# In the order of Unicode: U+2800, U+2801, … U+283F.
_CHARACTERS = " a,b.k;l'cif/msp@e:h}o+r^djg|ntq_1?2-u<v{3960x$&\"5*8>z=(%4w7#y)\\"
_FIRST, _SIX_DOTS = 0x2800, 0x3F


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write ASCII with CR LF after each row; lines and pages are as read, unless the context has a paper size."""
    return encode(rows.pages(document, context.paper))


def encode(pages: list[list[str]]) -> bytes:
    """Encode pages of rows of Unicode Braille as BRA; dots 7 and 8 are dropped."""
    return "\f".join("".join(_to_bra(row) + "\r\n" for row in page) for page in pages).encode("ascii")


def _to_bra(braille: str) -> str:
    return "".join(_CHARACTERS[(ord(cell) - _FIRST) & _SIX_DOTS] for cell in braille)
