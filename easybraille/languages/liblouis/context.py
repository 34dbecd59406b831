"""Signs whose meaning depends on their neighbours, where liblouis' back-translation does not consider these.

A rule names the cells, the text that liblouis gives for them, and the text that they stand for beside these neighbours.
It applies only where liblouis gives exactly that text, so that a corrected table makes the rule idle. The source of
each rule is the forward translation of the same table: what it writes is read back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..base import Sign
from ..cells import to_unicode

_A_TO_Z = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"
_LETTER_OF = dict(zip(_A_TO_Z, "abcdefghijklmnopqrstuvwxyz", strict=True))
_DIGIT_OF = dict(zip(_A_TO_Z, "1234567890", strict=False))
_LETTER = f"[{_A_TO_Z}]"
_DIGITS = "[⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚]+"
_NUMBER = f"⠼{_DIGITS}(?:[⠂⠄]{_DIGITS})*"
_WORD_STARTS, _WORD_ENDS = "(?:^|[⠀⠂⠣⠤⠦⠶⠷])", "(?=[⠀⠂⠄⠆⠒⠖⠜⠢⠤⠦⠲⠴⠶⠾]|$)"

Texts = list[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One meaning of a sign.

    Attributes:
        pattern: a line of Unicode Braille around the sign, whose cells are the group "sign".
        liblouis: the text that liblouis gives for these cells; None for any.
        text: the text of each of these cells, from the cells and the texts that liblouis gives.
    """

    pattern: re.Pattern[str]
    liblouis: str | None
    text: Callable[[str, Texts], Texts]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sign that opens and closes, such as a quotation mark.

    Attributes:
        cells: of either.
        opening, closing: their texts.
    """

    cells: str
    opening: str
    closing: str


def _rule(pattern: str, liblouis: str, *text: str) -> Rule:
    """A rule whose text is fixed: of the sign's last cell, or one text for each cell."""

    def fixed(cells: str, _: Texts) -> Texts:
        return list(text) if len(text) > 1 else [""] * (len(cells) - 1) + list(text)

    return Rule(re.compile(pattern), liblouis, fixed)


def _capitals(_: str, texts: Texts) -> Texts:
    return [text.upper() for text in texts]


def _letter(cells: str, texts: Texts) -> Texts:
    if len(texts[0]) < 2 or not texts[0].isalpha():
        return texts
    letter = _LETTER_OF[cells]
    return [letter.upper() if texts[0][0].isupper() else letter]


def _time(cells: str, _: Texts) -> Texts:
    return ["", ":", *(_DIGIT_OF[cell] for cell in cells[2:])]


def _number_after_apostrophe(cells: str, _: Texts) -> Texts:
    return ["'", "", *(_DIGIT_OF[cell] for cell in cells[2:])]


_PLUS, _EQUALS = r"(?<=⠀)(?P<sign>⠖)(?=⠀)", r"(?:^|(?<=⠀))(?P<sign>⠶)(?=⠀)"
_ENGLISH = (
    _rule("(?P<sign>⠠⠦)", '"', "‘"),
    _rule("(?P<sign>⠠⠴)", '"', "’"),
    _rule(f"⠼{_DIGITS}(?P<sign>⠠⠤)(?=⠼)", "—", "–"),
)
_GERMAN = (
    Pair("⠶", "(", ")"),
    Pair("⠠⠶", "[", "]"),
    # Behind a number the table writes dot 6 before a closing parenthesis as well.
    _rule(f"(?:^|⠀)⠶[^⠶]*⠼{_DIGITS}(?P<sign>⠠⠶)", "]", ")"),
    Rule(re.compile(f"⠼{_DIGITS}(?P<sign>⠈⠒{_DIGITS})"), None, _time),
    # The table drops the blank before a dash.
    _rule("(?<=[^⠀])(?P<sign>⠠⠤)(?=⠀)", "–", " –"),
    _rule("(?P<sign>⠈)(?=⠤⠼)", "⠈", ""),
    _rule("(?P<sign>⠄⠄⠄)", ". . .", "..."),
)
RULES: dict[str, Sequence[Rule | Pair]] = {
    "en-ueb-g1.ctb": _ENGLISH,
    "en-ueb-g2.ctb": (
        *_ENGLISH,
        # The Rules of Unified English Braille, 2.6: a letter beside a full stop, as in "p.m.", does not stand alone.
        Rule(re.compile(f"(?:{_LETTER}|⠲)⠲⠠?(?P<sign>{_LETTER})(?=[⠀⠂⠆⠒⠖⠢⠲⠦⠴⠐]|$)"), None, _letter),
        Rule(re.compile(f"{_LETTER}⠲⠠?{_LETTER}?(?P<sign>{_LETTER})(?=⠲)"), None, _letter),
    ),
    "fr-bfu-comp6.utb": (Pair("⠶", "«", "»"),),
    "de-g0-detailed.utb": _GERMAN,
    "de-g1-detailed.ctb": _GERMAN,
    "pt-pt-g1.utb": (
        Pair("⠠⠦", "«", "»"),
        _rule("(?P<sign>⠤⠤)", "--", "—"),
        _rule(f"⠼{_DIGITS}(?P<sign>⠄⠕)", "º", ".", "º"),
        _rule(f"⠼{_DIGITS}(?P<sign>⠄⠁)", "ª", ".", "ª"),
        _rule("⠝(?P<sign>⠄⠕)(?=⠀⠼)", ".o", ".", "º"),
        _rule(f"{_WORD_STARTS}⠨?[⠙⠇](?P<sign>⠄)(?=[^⠀⠄])", ".", "'"),
        _rule(_PLUS, "!", "+"),
    ),
    "it-it-comp6.utb": (
        _rule(f"{_LETTER}(?P<sign>⠌){_WORD_ENDS}", "/", "ì"),
        _rule(f"{_LETTER}(?P<sign>⠌)(?={_LETTER})", "ì", "/"),
        _rule(f"{_NUMBER}(?P<sign>⠲)(?!⠼)", "/", "."),
        _rule(f"{_NUMBER}(?P<sign>⠼⠴)", "°", "%"),
        _rule("(?<=⠀)(?P<sign>⠴)(?=⠨[⠉⠋])", "»", "°"),
        _rule("(?<=[^⠀])(?P<sign>⠄⠀)", " '", "'", " "),
        Rule(re.compile(f"{_LETTER}(?P<sign>⠄⠼{_DIGITS})"), None, _number_after_apostrophe),
        _rule("(?P<sign>⠤⠤)", "―", "—"),
        _rule(_PLUS, "!", "+"),
        _rule(_EQUALS, "(", "="),
    ),
    "ru-litbrl-detailed.utb": (
        _rule(f"⠼{_DIGITS}(?P<sign>⠼⠴)", "»", "%"),
        _rule("(?P<sign>⠨⠴)(?=⠨[⠉⠋])", "»", "°"),
        # The table drops one of the blanks around a dash, which it thereby distinguishes from a hyphen.
        _rule("(?P<sign>⠂⠤)(?=⠀)", ", -", ",", " —"),
        _rule("(?<=[^⠀])(?P<sign>⠤)(?=⠀)", "-", " —"),
        _rule("(?:^|(?<=⠀))(?P<sign>⠤)(?=[^⠀⠤⠼])", "-", "— "),
        Rule(re.compile(f"{_WORD_STARTS}⠨(?P<sign>[⠊⠧⠭⠇⠉⠙⠍]+){_WORD_ENDS}"), None, _capitals),
        _rule("(?:^|(?<=[⠀⠂]))(?P<sign>⠝)(?=⠼)", "н", "№ "),
        _rule("(?<=⠀)(?P<sign>⠖)(?=⠼)", "!", "+ "),
        _rule("(?:^|(?<=⠂))(?P<sign>⠖)(?=⠼)", "!", "+"),
        _rule("(?<=⠀)(?P<sign>⠶)(?=⠼)", "7", "= "),
    ),
}


def in_context(
    lines: Sequence[Sequence[str]], signs: list[list[Sign]], rules: Sequence[Rule | Pair]
) -> list[list[Sign]]:
    """The signs of a page's lines with the texts that their neighbours give them."""
    braille = [to_unicode(line) for line in lines]
    for rule in rules:
        if isinstance(rule, Pair):
            _resolve_pair(braille, signs, rule)
        else:
            for cells, line in zip(braille, signs, strict=True):
                _apply(cells, line, rule)
    return signs


def _apply(cells: str, line: list[Sign], rule: Rule) -> None:
    at = 0
    while match := rule.pattern.search(cells, at):
        start, end = match.span("sign")
        # The next match may begin with the cells that this one looked at.
        at = max(start, match.start() + 1)
        texts = [sign.text for sign in line[start:end]]
        if rule.liblouis is None or "".join(texts) == rule.liblouis:
            line[start:end] = map(_with_text, line[start:end], rule.text(cells[start:end], texts))


def _resolve_pair(braille: Sequence[str], signs: list[list[Sign]], pair: Pair) -> None:
    """Decide by the blanks around each sign, and where these do not tell, by the sign before it in the paragraph."""
    is_open = False
    for cells, line in zip(braille, signs, strict=True):
        is_open = is_open and bool(cells.strip("\u2800"))
        for match in re.finditer(pair.cells, cells):
            start, end = match.span()
            if "".join(sign.text for sign in line[start:end]) not in (pair.opening, pair.closing):
                continue
            after_blank = cells[start - 1 : start] in ("", "\u2800", "⠦", "⠣", "⠤")
            before_blank = cells[end : end + 1] in ("", "\u2800", "⠂", "⠄", "⠆", "⠒", "⠖", "⠢", "⠲", "⠴", "⠜")
            opens = after_blank if after_blank != before_blank else not is_open
            line[end - 1] = _with_text(line[end - 1], pair.opening if opens else pair.closing)
            is_open = opens


def _with_text(sign: Sign, text: str) -> Sign:
    return replace(sign, text=text, doubt="")
