"""The table of Spanish pairs, each way."""

import pytest

from easybraille.languages import get, lines_of_text
from easybraille.languages.cells import from_unicode, to_unicode

from .spanish_table import pairs

SPANISH = get("es")


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.text)
def test_text_is_written_as_its_source_says(pair):
    assert "\n".join(to_unicode(line) for line in SPANISH.write(pair.text)) == pair.braille


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.text)
def test_braille_is_read_as_its_source_says(pair):
    cells = [from_unicode(line) for line in pair.braille.split("\n")]
    assert "\n".join(lines_of_text(SPANISH.read(cells))) == pair.reading


def is_reversible(pair):
    """Whether the reading of a pair has the same Braille: not where the Braille leaves out what the print has."""
    # A fraction of one character is read as two numbers and a bar.
    one_character_fraction = "/" in pair.reading and pair.reading != pair.text
    # The Braille does not name the accent of a foreign letter, nor the circle of ©.
    return not (one_character_fraction or pair.source.startswith("LL letras extranjeras") or pair.text[0] == "©")


@pytest.mark.parametrize("pair", [*filter(is_reversible, pairs())], ids=lambda pair: pair.text)
def test_what_is_read_writes_the_same_braille_again(pair):
    assert "\n".join(to_unicode(line) for line in SPANISH.write(pair.reading)) == pair.braille


def test_the_table_has_three_hundred_pairs_with_a_source_each():
    table = pairs()
    assert len(table) >= 300
    assert all(pair.source for pair in table)
