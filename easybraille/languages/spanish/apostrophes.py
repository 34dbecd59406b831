"""Dot 3 within a word: a full stop, or an apostrophe (B2 §6.1, §6.2)."""

from __future__ import annotations

from . import signs, words

_VOWELS = "aeiouáéíóúàèòïüh"
# The colon and two bars of a web address.
_SCHEME = (signs.COLON, *signs.PLAIN["/"], *signs.PLAIN["/"])
_AT = signs.PLAIN["@"][0]


def is_apostrophe(before: str, after: str, whole: str, capitals: tuple[bool, bool]) -> bool:
    """Return whether dot 3 between letters is an apostrophe.

    Args:
        before, after: the letters on its two sides, lower case, without the signs of capitals.
        whole: all letters of the word and what dots 3 are between them, as full stops.
        capitals: whether the first letter of each side is a capital.
    """
    if whole in words.WITH_STOP:
        return False
    if whole in words.WITH_APOSTROPHE or before == "o" and all(capitals):
        # aujourd'hui; O'Donnell.
        return True
    if before in words.ELISIONS:
        return len(after) > 1 and after[0] in _VOWELS
    return len(before) > 1 and not capitals[1] and after in words.AFTER_APOSTROPHE


def is_address(cells: list[str], letter_of: dict[str, str]) -> bool:
    """Return whether the cells of a word are those of an address or a file name, in which dot 3 is a full stop.

    It is one with @ between letters, a scheme (://), www, or an ending such as .es or .pdf at its end or before
    a bar.
    """
    if signs.STOP not in cells:
        return False
    text = "".join(letter_of.get(cell, _MARKS.get(cell, "#")) for cell in cells)
    joined = tuple(cells)
    if any(joined[at : at + len(_SCHEME)] == _SCHEME for at in range(len(joined) - len(_SCHEME) + 1)):
        return True
    inner = any(
        cell == _AT and cells[at - 1] in letter_of and _is_label(cells, at + 1, letter_of)
        for at, cell in enumerate(cells)
        if 0 < at < len(cells) - 1
    )
    return inner or "www." in text or _has_ending(text)


# Marks that may stand around an address or part it; other cells are no part of a name.
_MARKS = {signs.STOP: ".", signs.HYPHEN: "-", signs.FOREIGN: "/", signs.COMMA: ",", signs.CAPITAL: ""}


def _is_label(cells: list[str], at: int, letter_of: dict[str, str]) -> bool:
    return cells[at] in letter_of or cells[at] in (signs.NUMBER, signs.CAPITAL)


def _has_ending(text: str) -> bool:
    """Whether a name of two letters or more ends in a known ending: once.es, carta.pdf, t.me/canal."""
    host = text.split("/", 1)[0].rstrip(".,#-")
    name, _, ending = host.rpartition(".")
    labels = name.split(".")
    bar = "/" in text
    return ending in words.ADDRESS_ENDINGS and (bar or len(labels) > 1 or len(name.strip("#")) > 1) and bool(name)
