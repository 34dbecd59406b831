"""North American ASCII Braille: one ASCII character for each of the 64 six-dot cells.

Source of the table: Library of Congress, format description fdd000551, "Braille Ready Format". Embossers, notetakers
and liblouis ("en-us-brf.dis") use the same table; no formal standard defines it.
"""

from __future__ import annotations

from ..errors import InvalidTextError

# In the order of Unicode: U+2800, U+2801, … U+283F.
_CHARACTERS = " A1B'K2L@CIF/MSP\"E3H9O6R^DJG>NTQ,*5<-U8V.%[$+X!&;:4\\0Z7(_?W]#Y)="
_FIRST = 0x2800
_SIX_DOTS = 0x3F
# Lower-case files use `{|}~ for @[\]^ and a to z for A to Z.
_LOWER = str.maketrans("`{|}~", "@[\\]^")


def to_ascii(braille: str) -> str:
    """Convert Unicode Braille to ASCII Braille; dots 7 and 8, which ASCII Braille lacks, are dropped."""
    return "".join(_CHARACTERS[(ord(cell) - _FIRST) & _SIX_DOTS] for cell in braille)


def from_ascii(text: str) -> str:
    """Convert ASCII Braille, in upper or lower case, to Unicode Braille; line ends and form feeds are kept.

    Raises:
        InvalidTextError: a character is not ASCII Braille.
    """
    cells = []
    for at, character in enumerate(text.translate(_LOWER)):
        # One by one: in capitals "ß" is two characters, and neither of them was sent.
        index = _CHARACTERS.find(character.upper())
        if index < 0 and character not in "\r\n\f":
            raise InvalidTextError(f"{text[at]!r} (U+{ord(text[at]):04X}, character {at + 1}) is not ASCII Braille.")
        cells.append(character if index < 0 else chr(_FIRST + index))
    return "".join(cells)
