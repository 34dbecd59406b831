"""The tables of liblouis that the product offers, apart from the engine: listing them loads nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from .passages import FRENCH, PORTUGUESE, UEB, Passage


@dataclass(frozen=True, slots=True)
class Table:
    """A table of liblouis, with the code and name of its language."""

    code: str
    name: str
    file: str
    contracted: bool = False
    passage: Passage | None = None
    """How the language marks passages in capitals, which liblouis does not read."""
    since: tuple[int, int] = (3, 24)
    """The oldest liblouis, of 3.24, 3.33 and 3.39, whose table reads the language without gross errors."""
    score: float | None = None
    """Share of characters that came back in tests/languages/round_trip.py with liblouis 3.39."""


CONTRACTED_SPANISH = Table(
    "es-g2", "Spanish (español), contracted (estenografía)", "es-g2.ctb", contracted=True, since=(3, 39), score=0.9888
)
TABLES = (
    CONTRACTED_SPANISH,
    Table("en", "English (UEB), uncontracted", "en-ueb-g1.ctb", passage=UEB, score=0.9991),
    Table("en-g2", "English (UEB), contracted", "en-ueb-g2.ctb", contracted=True, passage=UEB, score=0.9981),
    Table(
        "pt", "Portuguese (português), uncontracted", "pt-pt-g1.utb", passage=PORTUGUESE, since=(3, 39), score=0.9975
    ),
    Table("fr", "French (français), uncontracted", "fr-bfu-comp6.utb", passage=FRENCH, score=0.9993),
    Table("it", "Italian (italiano), uncontracted", "it-it-comp6.utb", since=(3, 39), score=0.9972),
    Table("de", "German (Deutsch), Basisschrift", "de-g0-detailed.utb", score=0.9873),
    Table("de-g1", "German (Deutsch), Vollschrift", "de-g1-detailed.ctb", contracted=True, score=0.9873),
    Table("ru", "Russian (русский), uncontracted", "ru-litbrl-detailed.utb", score=0.9609),
)
