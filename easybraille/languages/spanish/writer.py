"""Spanish text → cells."""

from __future__ import annotations

import re
import unicodedata

from ...errors import UnwritableError
from . import signs

_ORDINAL = re.compile(r"(\d+)\.?([ºª])|(\d+)\.(os|as|er)(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DIGIT = re.compile(r"\d")
_FIRST_TEN = frozenset("abcdefghij")
_SUPERSCRIPT_OF = {raised: digit for digit, raised in signs.SUPERSCRIPTS.items()}
_SUBSCRIPT_OF = {lowered: digit for digit, lowered in signs.SUBSCRIPTS.items()}


def write_line(text: str, line: int, language: str, alphabet: signs.Alphabet = signs.SPANISH) -> list[str]:
    """The cells of one line of text. Raises UnwritableError."""
    return _Line(unicodedata.normalize("NFC", text), line, language, alphabet).cells


class _Line:
    """One line on its way to cells."""

    def __init__(self, text: str, line: int, language: str, alphabet: signs.Alphabet) -> None:
        self.letters, self.middle_dot = alphabet.letters, alphabet.middle_dot
        for character, other in signs.SAME_AS.items():
            text = text.replace(character, other)
        self.text, self.line, self.language = text, line, language
        self.cells: list[str] = []
        # Whether a letter from a to j would be read as a digit here (B2 §8.2).
        self.in_number = False
        self._write()

    def _write(self) -> None:
        at = 0
        while at < len(self.text):
            character = self.text[at]
            if character in "0123456789":
                at = self._number(at)
            elif character.isalpha() and character not in "ºª" and character not in _SUBSCRIPT_OF:
                at = self._letters(at)
            else:
                self._sign(at)
                at += 1

    def _number(self, at: int) -> int:
        """Number sign, then digits with their points and commas (B2 §8.1); lowered for an ordinal."""
        if ordinal := _ORDINAL.match(self.text, at):
            digits = ordinal[1] or ordinal[3]
            ending = {"º": "o", "ª": "a"}.get(ordinal[2], ordinal[2]) if ordinal[2] else ordinal[4]
            self.cells += [signs.NUMBER, *(signs.LOWERED[digit] for digit in digits)]
            self.cells += [signs.LETTERS[letter] for letter in ending]
            self.in_number = False
            return ordinal.end()
        number = _NUMBER.match(self.text, at)
        assert number is not None
        within = {".": signs.THOUSANDS, ",": signs.DECIMAL}
        self.cells.append(signs.NUMBER)
        self.cells += [within.get(character) or signs.DIGITS[character] for character in number[0]]
        self.in_number = True
        return number.end()

    def _letters(self, at: int) -> int:
        """A run of letters, with one capital sign a capital or two for a word in capitals (B2 §7, §7.1)."""
        end = at
        while end < len(self.text) and self.text[end].isalpha() and self.text[end] not in "ºª":
            end += 1
        run = self.text[at:end]
        word = self.text[at:].split(" ", 1)[0]
        # The doubled sign reaches to the end of the word, so nothing in lower case may follow.
        together = len(run) > 1 and run.isupper() and not any(character.islower() for character in word)
        if together:
            self.cells += [signs.CAPITAL, signs.CAPITAL]
        for offset, letter in enumerate(run):
            if letter.isupper() and not together:
                self.cells.append(signs.CAPITAL)
            elif self.in_number and letter in _FIRST_TEN:
                self.cells.append(signs.SEPARATOR)
            self.cells += self._letter(letter.lower(), at + offset, capital=letter.isupper())
            self.in_number = False
        return end

    def _letter(self, letter: str, at: int, capital: bool) -> list[str]:
        if letter in self.letters:
            return [self.letters[letter]]
        if letter in signs.GREEK_LETTERS or letter in "ςµ":
            if capital and self.cells and self.cells[-1] == signs.CAPITAL:
                self.cells.pop()
            plain = {"ς": "σ", "µ": "μ"}.get(letter, letter)
            return [signs.GREEK_CAPITAL if capital else signs.GREEK, signs.GREEK_LETTERS[plain]]
        bare = unicodedata.normalize("NFD", letter)[:1]
        if bare in signs.ALPHABET:
            return [signs.FOREIGN, signs.LETTERS[bare]]
        raise UnwritableError(self.text[at], self.line, at, self.language)

    def _sign(self, at: int) -> None:
        character, before, after = self.text[at], self.text[at - 1 : at], self.text[at + 1 : at + 2]
        was_number, self.in_number = self.in_number, False
        if character == " ":
            self.cells.append("")
        elif character in "¿?":
            self.cells.append(signs.QUESTION)
        elif character in "¡!+":
            self.cells.append(signs.EXCLAMATION)
        elif character in signs.DOUBLE_QUOTES or character == "×":
            self.cells.append(signs.QUOTES)
        elif character in signs.SINGLE_QUOTES:
            # An apostrophe stands between letters (B2 §6.2); elsewhere the mark is a quotation mark.
            self.cells.append(signs.STOP if before.isalpha() and after.isalpha() else signs.QUOTES)
        elif character in "[]*":
            self.cells.append({"[": signs.OPEN_SQUARE, "]": signs.CLOSE_SQUARE, "*": signs.STAR}[character])
        elif character == ">":
            # 135 is also o, so it stands for > only between digits; elsewhere the closing angle bracket
            # (CMU).
            between = _DIGIT.match(before) and _DIGIT.match(after)
            self.cells += [signs.LETTERS["o"]] if between else [signs.CAPITAL, signs.COMMA]
        elif character in "ºª":
            self.cells += [signs.SUPERSCRIPT, signs.LETTERS["o" if character == "º" else "a"]]
        elif character in _SUPERSCRIPT_OF or character in _SUBSCRIPT_OF:
            self._index(character, before)
        elif character in "′″":
            self.cells += [signs.PRIME] * (1 if character == "′" else 2)
        elif character in signs.FRACTIONS:
            above, below = signs.FRACTIONS[character].split("/")
            self.cells += [
                signs.NUMBER,
                *(signs.LOWERED[d] for d in above),
                *(signs.DIGITS[d] for d in below),
            ]
            self.in_number = True
        elif character == "·" and self.middle_dot and before.lower() == after.lower() == "l":
            self.cells.append(signs.SEPARATOR)
        elif character in signs.PLAIN:
            self.cells += signs.PLAIN[character]
            if character == "@" and was_number and after in _FIRST_TEN and after:
                self.cells.append(signs.SEPARATOR)
            # 3.a: the point could be that of a number, and a its decimals.
            self.in_number = was_number and character in ".," and bool(_DIGIT.match(before))
        else:
            raise UnwritableError(character, self.line, at, self.language)

    def _index(self, character: str, before: str) -> None:
        """A raised or lowered digit: its sign, then a number (B5 §2.2); one sign for a row of them."""
        table, sign = (
            (_SUPERSCRIPT_OF, signs.SUPERSCRIPT) if character in _SUPERSCRIPT_OF else (_SUBSCRIPT_OF, signs.SUBSCRIPT)
        )
        if not (before and before in table):
            self.cells += [sign, signs.NUMBER]
        self.cells.append(signs.DIGITS[table[character]])
        self.in_number = True
