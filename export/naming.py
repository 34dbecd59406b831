"""What a checkpoint's class names stand for: dots or whole cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml
from pydantic import ValidationError

from easybraille.errors import ModelError
from easybraille.languages.cells import dots_of, unicode_of
from easybraille.languages.spanish.signs import (
    CAPITAL,
    CLOSE_ROUND,
    COLON,
    COMMA,
    DIGITS,
    EXCLAMATION,
    HYPHEN,
    LETTERS,
    NUMBER,
    OPEN_ROUND,
    QUESTION,
    QUOTES,
    SEMICOLON,
    STOP,
)
from easybraille.recognition.model import Classes

ALPHABET = {LETTERS[letter] for letter in "abcdefghijklmnopqrstuvwxyz"}
# What a page of Spanish needs besides letters.
SIGNS = {
    "capital letters": CAPITAL,
    "numbers": NUMBER,
    "full stops": STOP,
    "commas": COMMA,
    "semicolons": SEMICOLON,
    "colons": COLON,
    "hyphens": HYPHEN,
    "question marks": QUESTION,
    "exclamation marks": EXCLAMATION,
    "quotation marks": QUOTES,
    "(": OPEN_ROUND,
    ")": CLOSE_ROUND,
}
# Class names that are words, as Spanish and English data sets have them.
WORDS = {
    **dict.fromkeys(("enie", "eñe", "ene", "n_tilde", "ntilde"), LETTERS["ñ"]),
    **{f"{vowel}_{mark}": LETTERS[accented] for vowel, accented in zip("aeiou", "áéíóú") for mark in
       ("acento", "tilde", "acute", "accent")},
    **dict.fromkeys(("u_dieresis", "u_diaeresis", "udieresis"), LETTERS["ü"]),
    **dict.fromkeys(("mayuscula", "mayúscula", "capital", "upper"), CAPITAL),
    **dict.fromkeys(("numero", "número", "number", "signo_numero", "number_sign"), NUMBER),
    **dict.fromkeys(("punto", "stop", "period", "full_stop"), STOP),
    **dict.fromkeys(("coma", "comma"), COMMA),
    **dict.fromkeys(("space", "blank", "espacio"), ""),
}  # fmt: skip
BLANKS = ("", "blank", "space", "espacio")

Reading = Callable[[str], str | None]


def _digits(name: str) -> str | None:
    if name in (*BLANKS, "0"):
        return ""
    return name if re.fullmatch("1?2?3?4?5?6?", name) else None


def _bits(first: int) -> Reading:
    def read(name: str) -> str | None:
        if not re.fullmatch("[01]{6}", name):
            return None
        return "".join(sorted(str(abs(first - 1 - i) + 1) for i, bit in enumerate(name) if bit == "1"))

    return read


def _number(name: str) -> str | None:
    if not re.fullmatch("[0-9]{1,2}", name) or int(name) > 63:
        return None
    return dots_of(chr(0x2800 + int(name)))


def _unicode(name: str) -> str | None:
    return dots_of(name) if re.fullmatch("[\u2800-\u283f]", name) else None


def _letter(name: str) -> str | None:
    # A name that was a folder's on a Mac has its accents apart.
    name = unicodedata.normalize("NFC", name.strip().lower()).replace(" ", "_").replace("-", "_")
    return (LETTERS | DIGITS | WORDS).get(name)


# By what --classes calls them: what they are, and how one name is read.
PATTERNS: dict[str, tuple[str, Reading]] = {
    "digits": ("the digits of the raised dots", _digits),
    "bits-first": ("six bits, dot 1 the first", _bits(1)),
    "bits-last": ("six bits, dot 1 the last", _bits(6)),
    "numbers": ("numbers, dot 1 the lowest bit", _number),
    "unicode": ("Unicode Braille", _unicode),
    "letters": ("letters", _letter),
}
DOTS = "dots", "one class a dot, several true at once"


def of_names(names: Sequence[str], answer: Path | None = None) -> tuple[Classes, str]:
    """What class names stand for.

    Args:
        names: in the network's order.
        answer: a YAML file that says so, where the names don't: `naming: bits-last`, or for each name its dots,
            `dots: {capital: "46"}`, with `scheme: dots` where several are true at once.

    Returns:
        the classes, and in words how they were read.

    Raises:
        ModelError: they say too little, or can be read in more than one way; the message asks what the file answers.
    """
    if len(names) == 1:
        raise ModelError(
            f"There is one class only, {names[0]!r}: such a network finds cells and can't tell which dots they have. "
            "Train with one class a dot or one a pattern (docs/export.md)."
        )
    if answer is not None:
        return _answered(names, answer)
    fitting = _fitting(names)
    if len(fitting) == 2 and set(fitting) == {"bits-first", "bits-last"}:
        # A model has the alphabet, at least: read from the wrong end, that gives other patterns.
        fitting = {way: classes for way, classes in fitting.items() if set(classes.dots) >= ALPHABET} or fitting
    if not fitting:
        raise ModelError(_not_understood(names))
    if set(fitting) == {"numbers"} and _only_counted(names):
        raise ModelError(
            f"The classes are named {_shown(names)}, which may only count them. If they are {_in_words('numbers')}, "
            "write `naming: numbers` into a file, else `dots:` with the raised dots of each, like\n"
            f'dots:\n  "{names[0]}": "125"\nand give it with --classes classes.yaml (all {len(names)} names).'
        )
    if len(fitting) > 1:
        raise ModelError(_ambiguous(names, fitting))
    [(way, classes)] = fitting.items()
    return classes, _in_words(way)


def cannot_read(classes: Classes) -> list[str]:
    """What of a Spanish page no class stands for: letters, and signs in words."""
    if classes.scheme == "dots":
        return []
    wanted = {letter: dots for letter, dots in LETTERS.items() if letter != "ç"} | SIGNS
    return [what for what, dots in wanted.items() if dots not in classes.dots]


def _fitting(names: Sequence[str]) -> dict[str, Classes]:
    """Each way in which all names can be read."""
    fitting = {}
    single = [re.fullmatch(r"(?:dot|punto|point|d|p)?[ _-]?([1-6])", name.lower()) for name in names]
    digits = [found[1] for found in single if found]
    if len(digits) == len(names) and sorted(digits) == list("123456"):
        fitting["dots"] = Classes(scheme="dots", names=list(names), dots=digits)
    for way, (_, read) in PATTERNS.items():
        dots = [read(name) for name in names]
        if None not in dots and any(dots):
            fitting[way] = Classes(scheme="patterns", names=names, dots=dots)
    return fitting


def _only_counted(names: Sequence[str]) -> bool:
    """Whether numbers go from 0 or 1 on without a gap, short of 63, as unnamed classes do."""
    found = sorted(map(int, names))
    return found[0] in (0, 1) and found[-1] < 63 and found == list(range(found[0], found[-1] + 1))


def _answered(names: Sequence[str], answer: Path) -> tuple[Classes, str]:
    try:
        said = yaml.safe_load(answer.read_text("utf-8"))
    except OSError as error:
        raise ModelError(f"{answer} can't be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ModelError(f"{answer} is not YAML: {error}") from None
    keys = set(said) if isinstance(said, dict) else set()
    if not keys <= {"naming", "scheme", "dots"} or not keys & {"naming", "dots"}:
        raise ModelError(
            f"{answer.name} must say `naming:` with one of {', '.join(_ways())}, or `dots:` for each name."
        )
    if "naming" in said:
        if said["naming"] not in _ways():
            raise ModelError(f"{answer.name}: naming is {said['naming']!r}; it can be {', '.join(_ways())}.")
        found = _fitting(names).get(said["naming"])
        if found is None:
            raise ModelError(f"{answer.name}: the names {_shown(names)} are not {_in_words(said['naming'])}.")
        return found, _in_words(said["naming"])
    if not isinstance(said["dots"], dict):
        raise ModelError(f'{answer.name}: `dots:` must say for each name which are raised, like `"{names[0]}": "125"`.')
    given = {str(name): "" if dots is None else str(dots) for name, dots in said["dots"].items()}
    if wrong := [f"{name!r}: {dots!r}" for name, dots in given.items() if not re.fullmatch("1?2?3?4?5?6?", dots)]:
        raise ModelError(
            f'{answer.name}: dots are digits from 1 to 6 in their order, like "125", or "" for none; it says '
            f"{', '.join(wrong)}."
        )
    if missing := [name for name in names if name not in given]:
        raise ModelError(f"{answer.name} says nothing of {_shown(missing)}.")
    try:
        classes = Classes(scheme=said.get("scheme", "patterns"), names=names, dots=[given[name] for name in names])
    except ValidationError as error:
        raise ModelError(f"{answer.name}: {error.errors()[0]['msg']}.") from None
    return classes, f"as {answer.name} says"


def _not_understood(names: Sequence[str]) -> str:
    nearest = max(PATTERNS, key=lambda way: sum(PATTERNS[way][1](name) is not None for name in names))
    left = [name for name in names if PATTERNS[nearest][1](name) is None]
    rest = f"; as {PATTERNS[nearest][0]} all but {_shown(left)} could be read" if len(left) < len(names) else ""
    example = "\n".join(f'  "{name}": ""' for name in left[:3])
    return (
        f"The classes are named {_shown(names)}, and what they stand for is not clear{rest}. Which dots does each "
        f"raise? Answer in a file and give it with --classes classes.yaml (all {len(names)} names):\ndots:\n{example}"
    )


def _ambiguous(names: Sequence[str], fitting: dict[str, Classes]) -> str:
    # A name that shows the difference says more than one that looks the same in every way.
    readings = zip(*(classes.dots for classes in fitting.values()))
    at = max(range(len(names)), key=[len(set(reading)) for reading in readings].__getitem__)
    ways = "\n".join(
        f"  naming: {way}    # {_in_words(way)}: {names[at]!r} is {unicode_of(classes.dots[at])}, dots "
        f"{classes.dots[at] or 'none'}"
        for way, classes in fitting.items()
    )
    return (
        f"The classes are named {_shown(names)}, which can be read in {len(fitting)} ways. Which is it? Write one of "
        f"these lines into a file and give it with --classes classes.yaml:\n{ways}"
    )


def _ways() -> list[str]:
    return [DOTS[0], *PATTERNS]


def _in_words(way: str) -> str:
    return DOTS[1] if way == DOTS[0] else PATTERNS[way][0]


def _shown(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(repr(name) for name in names[:most]) + more
