"""The signs of uncontracted Spanish Braille, each group with its source.

Sources
  B2    Comisión Braille Española (ONCE), Documento técnico B 2, "Signografía básica de las lenguas
        cooficiales españolas". The document itself was not at hand: what it says is taken from an indexed
        copy of version 1 and from programs that quote version 4 (2026) paragraph by paragraph. A paragraph
        number (§) is one of theirs; without one, the rule is B 2's as it is commonly taught.
  B5    Comisión Braille Española, Documento técnico B 5, "Signografía matemática", as quoted sign by sign in
        MathCAT's tests/braille/CMU/once.rs.
  CMU   Código matemático unificado para Iberoamérica, as in MathCAT's Rules/Braille/CMU/unicode.yaml.
  LL    liblouis, tables/es-chardefs.cti and tests/braille-specs/es-g0-g1.yaml (made with a transcriber of
        ONCE).
"""

from __future__ import annotations

from dataclasses import dataclass, field

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
    """The letters of a language that shares the other signs of Spanish (B2: the co-official languages of
    Spain).
    """

    letters: dict[str, str]
    """Letter, lower case → cell."""
    after_apostrophe: frozenset[str] = frozenset("s t ll re ve".split())
    """What an apostrophe may leave behind it, in words of other languages too (it's)."""
    middle_dot: bool = False
    """Whether dot 5 between two l is the middle dot (col·legi)."""
    inverted: bool = True
    """Whether a question opens with ¿."""
    letter_of: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "letter_of", {cell: letter for letter, cell in self.letters.items()})


SPANISH = GALICIAN = Alphabet(LETTERS)
BASQUE = Alphabet(LETTERS, inverted=False)
# liblouis, tables/ca-chardefs.cti (B2, accented letters, Catalan).
CATALAN = Alphabet(
    ALPHABET | {"à": "12356", "è": "2346", "é": "123456", "í": "34", "ï": "12456", "ò": "346", "ó": "246",
                "ú": "23456", "ü": "1256", "ç": "12346"},
    after_apostrophe=frozenset("s t m n l ns ls hi ho en".split()),
    middle_dot=True,
    inverted=False,
)

# B2 §7: one capital; doubled, the whole word (§7.1).
CAPITAL = "46"

# B2 §8.1: the number sign, then the first ten letters.
NUMBER = "3456"
DIGITS = dict(zip("1234567890", "1 12 14 145 15 124 1245 125 24 245".split(), strict=True))
DIGIT_OF = {cell: digit for digit, cell in DIGITS.items()}
# B2, ordinals, B5 §3.2: the same a row lower, for ordinals and for numerators.
LOWERED = dict(zip("1234567890", "2 23 25 256 26 235 2356 236 35 356".split(), strict=True))
LOWERED_OF = {cell: digit for digit, cell in LOWERED.items()}
# B2 §8.1: dot 3 between groups of three digits, dot 2 before decimals; both stay within the number.
THOUSANDS, DECIMAL = "3", "2"
# B2 §8.2: dot 5 between a number and a letter from a to j that follows it.
SEPARATOR = "5"
ORDINAL_ENDINGS = {"o": "º", "a": "ª", "os": "os", "as": "as", "er": "er"}

# B2 §6.1: one sign opens and closes.
QUESTION, EXCLAMATION, QUOTES = "26", "235", "236"
# B2 §6.1.
COMMA, SEMICOLON, COLON, STOP, HYPHEN = "2", "23", "25", "3", "36"
# B2 §6.1, brackets; [ and ] are also á and ú.
OPEN_ROUND, CLOSE_ROUND, OPEN_SQUARE, CLOSE_SQUARE = "126", "345", "12356", "23456"
# B2 §6.2 asterisk; B2 version 1 §7 special type, doubled or after 56 for a second and a third.
STAR = "35"
# B5 §3: superscript, subscript, root, end of index, prime, fraction bar.
SUPERSCRIPT, SUBSCRIPT, ROOT, ROOT_END, PRIME, FRACTION_BAR = "16", "34", "1246", "156", "1256", "256"
EQUALS, DEGREE = "2356", "356"
GREEK, GREEK_CAPITAL = "4", "45"

# A character whose Braille is the same wherever it stands, and that is read back from it.
PLAIN = {
    ",": (COMMA,), ";": (SEMICOLON,), ":": (COLON,), ".": (STOP,),  # B2 §6.1
    "(": (OPEN_ROUND,), ")": (CLOSE_ROUND,),  # B2 §6.1
    "{": ("5", "123"), "}": ("456", "2"),  # LL, CMU
    "-": (HYPHEN,), "—": (HYPHEN, HYPHEN),  # B2 §6.1
    "/": ("6", "2"), "\\": ("5", "3"), "|": ("456",), "&": ("6", "12346"), "@": ("5",),  # B2 §6.2; LL
    "%": ("456", "356"), "‰": ("456", "356", "356"),  # LL
    "€": ("456", "15"), "$": ("456", "234"), "¥": ("456", "13456"), "£": ("5", "2346"),  # LL
    "¢": ("45", "14"),  # LL
    "#": ("456", "1456"), "^": ("4", "26"), "~": ("5", "26"),  # CMU
    "=": (EQUALS,), "<": ("246",), "÷": (FRACTION_BAR,), "°": (DEGREE,), "±": ("235", "25", "36"),  # CMU, LL
    "_": ("6", "36"),  # B5 §2.3.6, a bar below
    "·": ("5", "256"),  # CMU
    "§": ("346",),  # LL
}
# § and ó share a cell (LL); only before a number is it §.
SECTION = "346"
# Characters that share the Braille of another and are read back as that other.
SAME_AS = {
    "–": "—", "―": "—", "‒": "-", "‐": "-", "‑": "-", "−": "-",  # B2 §6.1; minus, B2, arithmetic
    "…": "...",  # B2 §6.1
    "¶": "§",  # LL
    "©": "(C)", "®": "(R)", "™": "(T)",  # LL
    "‖": "||",
    "\t": " ", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2003": " ", "\u2002": " ",
}
DOUBLE_QUOTES = '"«»“”„‟'
SINGLE_QUOTES = "'‘’‚‛"
# LL, the letters that its tests expect: a letter with a mark that Spanish lacks is dot 6 and the bare letter.
FOREIGN = "6"

# LL, CMU: dot 4 and a letter are a small Greek letter, 45 a capital one.
GREEK_LETTERS = dict(zip(
    "αβγδεζηθικλμνξοπρστυφχψω",
    ["1", "12", "1245", "145", "15", "1356", "156", "1456", "24", "13", "123", "134", "1345", "1346", "135",
     "1234", "1235", "234", "2345", "136", "124", "12346", "13456", "2456"],
    strict=True,
))
GREEK_OF = {cell: letter for letter, cell in GREEK_LETTERS.items()}

# Signs of several cells by their first cell, the longest first: (cells, text).
COMPOUND: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _text, _cells in sorted(PLAIN.items(), key=lambda pair: -len(pair[1])):
    if len(_cells) > 1:
        COMPOUND.setdefault(_cells[0], []).append((_cells, _text))
# Signs of one cell that mean the same wherever they stand.
SIMPLE = {
    COMMA: ",", SEMICOLON: ";", COLON: ":", OPEN_ROUND: "(", CLOSE_ROUND: ")",
    EQUALS: "=", "246": "<", DEGREE: "°",
}

SUPERSCRIPTS = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))
SUBSCRIPTS = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True))
FRACTIONS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5",
    "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}
