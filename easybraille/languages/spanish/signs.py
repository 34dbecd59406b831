"""Signs of uncontracted Spanish Braille, each group with its source.

Sources
  B2    Comisión Braille Española (ONCE), Documento técnico B 2, "Signografía básica de las lenguas
        cooficiales españolas", in force in its version 3 of June 2023 (version 4: January 2026). The document
        itself was not at hand: what it says is taken from an indexed copy of version 1, from ONCE's summary of
        what version 3 changed, and from programs that quote version 4 paragraph by paragraph. A paragraph number
        (§) is one of theirs; a rule without one is B 2's as it is commonly taught.
  CMU   Consejo Iberoamericano del Braille, Código matemático unificado para Iberoamérica, 2nd edition, March 2023,
        as quoted example by example in MathCAT's tests/braille/CMU/once.rs (numbers are the document's own).
  B5    Comisión Braille Española, Documento técnico B 5, withdrawn in March 2023: the older notation.
  BM    "Módulo mapa de caracteres a braille", a table in JavaScript after B 2 (public repository; signs that the
        other sources do not quote).
  LL    liblouis, tables/es-chardefs.cti and tests/braille-specs/es-g0-g1.yaml (made with a transcriber of
        ONCE).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from . import words

# Which notation of fractions, quotients and letters after numbers holds where the two differ: that of B 2 version 3
# and the CMU of 2023, or that of B 2 version 2 and B 5.
Edition = Literal["current", "before-2023"]

# fmt: off
# B2, alphabet: the alphabet.
ALPHABET = {
    "a": "1", "b": "12", "c": "14", "d": "145", "e": "15", "f": "124", "g": "1245", "h": "125", "i": "24",
    "j": "245", "k": "13", "l": "123", "m": "134", "n": "1345", "ñ": "12456", "o": "135", "p": "1234",
    "q": "12345", "r": "1235", "s": "234", "t": "2345", "u": "136", "v": "1236", "w": "2456", "x": "1346",
    "y": "13456", "z": "1356",
}
# B2, accented letters: vowels with acute accent or diaeresis. ç (LL) is not Spanish but collides with none.
ACCENTED = {"á": "12356", "é": "2346", "í": "34", "ó": "346", "ú": "23456", "ü": "1256", "ç": "12346"}
LETTERS = ALPHABET | ACCENTED


@dataclass(frozen=True)
class Alphabet:
    """Letters and habits of a language that shares the other signs of Spanish (B2: the co-official languages of
    Spain).
    """

    letters: dict[str, str]
    """Letter, lower case → cell."""
    also: dict[str, str] = field(default_factory=dict)
    """Letters that share the cell of another one, which is read unless the letters around say otherwise."""
    words_with_a: frozenset[str] | tuple[str, ...] = words.WORDS_WITH_A
    """Words, or beginnings of words, that begin with the letter whose cell is also [."""
    words_in_u: frozenset[str] = words.WORDS_IN_U
    """Words that end with the letter whose cell is also ]."""
    short_words: frozenset[str] = frozenset()
    """Words of one accented letter, or two, that no Spanish word would be (Galician á, ó, ás, ós)."""
    accented: bool = True
    """Whether the language has accented vowels."""
    middle_dot: bool = False
    """Whether dot 5 between two l is the middle dot (col·legi)."""
    inverted: bool = True
    """Whether a question opens with ¿."""
    elided_numbers: bool = False
    """Whether an article is elided before a number (l'11)."""
    letter_of: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "letter_of", {cell: letter for letter, cell in self.letters.items()})


SPANISH = Alphabet(LETTERS)
# "Lettres diacritées propres à diverses langues étrangères" (Wikipedia): Galician ï and ñ share 12456.
GALICIAN = Alphabet(LETTERS, also={"ï": "12456"}, short_words=frozenset("á ás ó ós".split()))
BASQUE = Alphabet(LETTERS, inverted=False, accented=False)
# liblouis, tables/ca-chardefs.cti (B2, accented letters, Catalan); ñ as in Galician.
CATALAN = Alphabet(
    {letter: cell for letter, cell in ALPHABET.items() if letter != "ñ"}
    | {"à": "12356", "è": "2346", "é": "123456", "í": "34", "ï": "12456", "ò": "346", "ó": "246",
       "ú": "23456", "ü": "1256", "ç": "12346"},
    also={"ñ": "12456"},
    words_with_a=words.CATALAN_WITH_A,
    words_in_u=words.CATALAN_IN_U,
    middle_dot=True,
    inverted=False,
    elided_numbers=True,
)

# B2 §7: one capital; doubled, the whole word (§7.1).
CAPITAL = "46"

# B2 §8.1: the number sign, then the first ten letters.
NUMBER = "3456"
DIGITS = dict(zip("1234567890", "1 12 14 145 15 124 1245 125 24 245".split(), strict=True))
DIGIT_OF = {cell: digit for digit, cell in DIGITS.items()}
# B2, ordinals: the same a row lower; CMU 2.4: for denominators; B5 §3.2: for numerators.
LOWERED = dict(zip("1234567890", "2 23 25 256 26 235 2356 236 35 356".split(), strict=True))
LOWERED_OF = {cell: digit for digit, cell in LOWERED.items()}
# B2 §8.1: dot 3 between groups of three digits, dot 2 before decimals; both stay within the number.
THOUSANDS, DECIMAL = "3", "2"
# B2 §8.2, CMU 1.0: dot 5 before each letter from a to j that stands in a number.
SEPARATOR = "5"
ORDINAL_ENDINGS = {"o": "º", "a": "ª", "os": "os", "as": "as", "er": "er"}

# B2 §6.1: one sign opens and closes.
QUESTION, EXCLAMATION, QUOTES = "26", "235", "236"
# B2 §6.1.
COMMA, SEMICOLON, COLON, STOP, HYPHEN = "2", "23", "25", "3", "36"
# B2 §6.1, brackets; [ and ] are also á and ú.
OPEN_ROUND, CLOSE_ROUND, OPEN_SQUARE, CLOSE_SQUARE = "126", "345", "12356", "23456"
# B2 §6.2 asterisk; B2 version 1 §7 special type, doubled or after 56 for a second and a third.
STAR, THIRD_TYPE = "35", "56"
# BM: quotation marks within others, before the sign of quotation.
INNER = "6"
# CMU 4.2, 5.2, 4.3.1, 5.1: superscript, subscript, root, end of its index, prime, bar of a quotient.
SUPERSCRIPT, SUBSCRIPT, ROOT, ROOT_END, PRIME, FRACTION_BAR = "16", "34", "1246", "156", "1256", "256"
EQUALS, DEGREE, LESS, BAR = "2356", "356", "246", "456"
GREEK, GREEK_CAPITAL = "4", "45"
# The quotient of B2 version 3: 3:4 in CMU 5.1.11, ÷ in BM and in JavierGelatti/conversor-braille, which cites the
# CMU of 2023. Until then it was FRACTION_BAR.
DIVISION = ("5", "2")
# CMU 11.4.2, LL: angle brackets.
OPEN_ANGLE, CLOSE_ANGLE = ("5", "13"), ("46", "2")
# What an unwritable character leaves in a text for which that was asked: no sign of the code, so it is read as unknown.
MARK = "123456"
# LL, the letters that its tests expect: a letter with a mark that Spanish lacks is dot 6 and the bare letter.
FOREIGN = "6"
# CMU 5.1.4: the dot of a product is dot 6 and a blank.
PRODUCT = (FOREIGN, "")

# Characters whose Braille is the same wherever they stand, and that are read back from it.
PLAIN = {
    ",": (COMMA,), ";": (SEMICOLON,), ":": (COLON,), ".": (STOP,),  # B2 §6.1
    "(": (OPEN_ROUND,), ")": (CLOSE_ROUND,),  # B2 §6.1
    "{": ("5", "123"), "}": ("456", "2"),  # LL, CMU 2.6
    "-": (HYPHEN,), "—": (HYPHEN, HYPHEN),  # B2 §6.1
    "//": ("6", "26", "2"), "\\\\": ("5", "35", "3"),  # BM
    "/": ("6", "2"), "\\": ("5", "3"), "|": (BAR,), "&": ("6", "12346"), "@": ("5",),  # B2 §6.2; LL
    "%": ("456", "356"), "‰": ("456", "356", "356"),  # LL; CMU 5.4.2
    "€": ("456", "15"), "$": ("456", "234"), "¥": ("456", "13456"), "£": ("5", "2346"),  # LL
    "¢": ("45", "14"),  # LL
    "₡": ("456", "14"), "₿": ("456", "12"),  # BM
    "#": ("456", "1456"), "^": ("4", "26"), "~": ("5", "26"),  # CMU
    "=": (EQUALS,), "°": (DEGREE,), "±": ("235", "25", "36"),  # CMU 5.4.1, 11.5.1; LL
    "_": ("6", "36"),  # CMU 4.3.3.2
    "§": ("346",),  # LL
}
# Relations, arrows and other signs of mathematics, read back where no text could stand (CMU, example numbers).
MATHEMATICS = {
    "≤": (LESS, EQUALS), "≥": ("135", EQUALS),  # 5.5.1.2
    "≈": ("5", EQUALS, "3"), "≔": ("56", EQUALS), "∷": ("56", "23"),  # 6.1.1 to 6.1.3
    "≠": ("45", EQUALS), "≡": (EQUALS, EQUALS),  # the negation of 8.2.2; 9.1.10
    "∞": (NUMBER, PRIME), "⊥": (NUMBER, "3"),  # 4.3.1.10; 11.3.2
    "→": ("25", "2"), "⟶": ("25", "25", "2"), "←": ("5", "25"), "↔": ("5", "25", "2"),  # 9.2.3, 9.1.4, 11.1
    "↑": ("456", "1"), "↓": ("456", "3"), "⇔": (LESS, "25", "135"), "⇒": ("25", "135"),  # 9.2.4, 9.2.6, 8.2.1
    "∈": ("126", "2"), "∩": ("456", "156"), "∂": ("456", "145"),  # 7.2.1, 7.2.2, 9.3.15
    "∀": ("46", "3"), "∃": ("46", "26"), "∄": ("45", "46", "26"), "¬": ("6", "3"),  # 8.2.1, 8.2.2
    "∧": ("456", "26"), "∨": ("456", "24"), "∥": ("456", "123"), "∘": ("6", "23"),  # 8.2.1, 11.3.1, 9.1.11
    "∫": ("12346", "156"), "√": (ROOT, ROOT_END), "△": ("6", "23456"),  # 9.4.1, 5.2.1.2, 11.6
}
# § and ó share a cell (LL).
SECTION = "346"
# Characters that share the Braille of another and are read back as that other.
SAME_AS = {
    "―": "—", "–": "-", "‒": "-", "‐": "-", "‑": "-", "−": "-", "⁃": "-",  # B2 §6.1; LL; minus, B2, arithmetic
    "…": "...", "‥": "..",  # B2 §6.1
    "¶": "§",  # LL
    "©": "(C)", "®": "(R)", "™": "(T)",  # LL
    "‖": "||", "⁄": "/", "∕": "/", "∶": ":", "⋅": "·", "∙": "·", "•": "*", "●": "*", "∗": "*", "⟷": "↔",
    "⟵": "←", "⟺": "⇔", "⟹": "⇒", "∑": "Σ", "∏": "Π", "Ω": "Ω", "∆": "Δ", "µ": "μ",
    "ς": "σ", "ϵ": "ε", "ϑ": "θ", "ϕ": "φ",
    "′′": "″", "´": "'", "ʼ": "’", "ʹ": "′", "ˮ": "”",
    "¦": "|", "˜": "~", "∼": "~", "ˆ": "^",
    "æ": "ae", "œ": "oe", "Æ": "Ae", "Œ": "Oe", "ĳ": "ij", "Ĳ": "Ij", "ŀ": "l·", "Ŀ": "L·",  # LL
    "\t": " ",
    "\u202f": "\u00a0", "\u2007": "\u00a0",
}
# LL: letters whose stroke no decomposition of Unicode takes away.
BARE = {"ø": "o", "ł": "l", "ß": "s", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ɨ": "i", "ə": "e", "þ": "p"}
DOUBLE_QUOTES = '"«»“”„‟'
SINGLE_QUOTES = "'‘’‚‛"
INNER_QUOTES = "‹›"

# LL, CMU 1.2: dot 4 and a letter are a small Greek letter, 45 a capital one.
GREEK_LETTERS = dict(zip(
    "αβγδεζηθικλμνξοπρστυφχψω",
    ["1", "12", "1245", "145", "15", "1356", "156", "1456", "24", "13", "123", "134", "1345", "1346", "135",
     "1234", "1235", "234", "2345", "136", "124", "12346", "13456", "2456"],
    strict=True,
))
GREEK_OF = {cell: letter for letter, cell in GREEK_LETTERS.items()}

# Signs of several cells by their first cell, the longest first: (cells, text).
Compounds = dict[str, list[tuple[tuple[str, ...], str]]]


def _by_first(table: dict[str, tuple[str, ...]]) -> Compounds:
    compounds: Compounds = {}
    for text, cells in sorted(table.items(), key=lambda pair: -len(pair[1])):
        if len(cells) > 1:
            compounds.setdefault(cells[0], []).append((cells, text))
    return compounds


COMPOUND, MATHEMATICAL = _by_first(PLAIN), _by_first(MATHEMATICS)
# Signs of one cell that mean the same wherever they stand.
SIMPLE = {
    COMMA: ",", SEMICOLON: ";", COLON: ":", OPEN_ROUND: "(", CLOSE_ROUND: ")", HYPHEN: "-", BAR: "|",
    EQUALS: "=", LESS: "<", DEGREE: "°", FRACTION_BAR: "÷",
}

SUPERSCRIPTS = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
SUBSCRIPTS = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True))
FRACTIONS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5",
    "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅐": "1/7", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅑": "1/9",
    "⅒": "1/10",
}
