"""The table of the Spanish code, spanish_code.tsv: every row with its source."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from easybraille.languages import Sign, registry
from easybraille.languages.cells import from_unicode, to_unicode

_PATH = Path(__file__).with_name("spanish_code.tsv")


class Row(NamedTuple):
    """Braille, its text, in which direction and edition of the code the two go together, and who says so."""

    braille: str
    text: str
    direction: str
    edition: str
    source: str


def rows() -> list[Row]:
    lines = _PATH.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def editions(row: Row) -> list[str]:
    return [row.edition] if row.edition else ["current", "before-2023"]


CASES = [(row, edition) for row in rows() for edition in editions(row)]


def named(case: object) -> str:
    return f"{case.braille}-{case.text}" if isinstance(case, Row) else str(case)


def read(row: Row, edition: str) -> list[Sign]:
    return registry.get("es", edition).read([from_unicode(row.braille)])[0]


def differing(signs: list[Sign], text: str) -> list[Sign]:
    """The signs between the longest beginning and the longest end that agree with the text."""
    first, last = 0, len(signs)
    while first < last and text.startswith(signs[first].text):
        text = text[len(signs[first].text) :]
        first += 1
    while last > first and text.endswith(signs[last - 1].text):
        text = text[: len(text) - len(signs[last - 1].text)]
        last -= 1
    return signs[first:last]


@pytest.mark.parametrize(
    ("row", "edition"), [case for case in CASES if case[0].direction in ("both", "read")], ids=named
)
def test_braille_is_read_as_the_source_says(row, edition):
    assert "".join(sign.text for sign in read(row, edition)) == row.text


@pytest.mark.parametrize(("row", "edition"), [case for case in CASES if case[0].direction == "doubt"], ids=named)
def test_what_has_two_readings_is_read_so_or_marked_doubtful(row, edition):
    signs = read(row, edition)
    if "".join(sign.text for sign in signs) != row.text:
        assert [sign for sign in differing(signs, row.text) if not sign.doubt] == []


@pytest.mark.parametrize(
    ("row", "edition"), [case for case in CASES if case[0].direction in ("both", "write")], ids=named
)
def test_text_is_written_as_the_source_says(row, edition):
    assert to_unicode(registry.get("es", edition).write(row.text)[0]) == row.braille


def test_every_row_names_its_source():
    assert all(row.source for row in rows())
    assert {row.direction for row in rows()} == {"both", "read", "write", "doubt"}
    assert sum(row.source.startswith("CMU") for row in rows()) > 60
