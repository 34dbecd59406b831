"""A file that is to be translated: text in any encoding, Unicode Braille, BRF or PEF."""

from __future__ import annotations

from dataclasses import dataclass

from ..text.encoding import decode
from . import brf, pef

SUFFIXES = (".brf", ".brl")
# MS-DOS ends a text with it.
_CTRL_Z = "\x1a"
_UTF_8 = {"utf-8", "ascii"}


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a file says.

    Attributes:
        content: its text, or its Unicode Braille, with form feeds between pages.
        is_braille: which of the two.
        encoding: in which its text was recognised to be; "" where there was nothing to recognise.
    """

    content: str
    is_braille: bool
    encoding: str = ""


def recognise(data: bytes, encoding: str | None = None, is_brf: bool = False, language: str = "es") -> Incoming:
    """Open a file by what is in it.

    Args:
        data: its content.
        encoding: of a text; recognised where it is None.
        is_brf: it is ASCII Braille unless it is PEF or Unicode Braille, from which no content tells it apart.
        language: code of the language that a text is in, by which its encoding is recognised.

    Raises:
        InvalidParameterError: there is no such encoding.
        InvalidTextError: it is none of them, or damaged.
    """
    if pef.is_pef(data):
        return Incoming("\f".join("\n".join(rows) for rows in pef.decode(data)), True)
    text, name = decode(data, encoding, language)
    text = text.replace(_CTRL_Z, "")
    if any("\u2800" <= character <= "\u28ff" for character in text):
        return Incoming(text, True)
    if is_brf:
        return Incoming(brf.decode(text), True)
    return Incoming(text, False, "" if encoding or name in _UTF_8 else name)
