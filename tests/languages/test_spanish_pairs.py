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


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.text)
def test_what_is_read_writes_the_same_braille_again(pair):
    if "/" in pair.reading and pair.reading != pair.text:
        pytest.skip("a fraction of one character is read as two numbers and a bar")
    if pair.source.startswith("LL letras extranjeras") or pair.text[0] == "©":
        pytest.skip("the mark that the Braille does not name is lost")
    assert "\n".join(to_unicode(line) for line in SPANISH.write(pair.reading)) == pair.braille


def test_the_table_has_three_hundred_pairs_with_a_source_each():
    table = pairs()
    assert len(table) >= 300
    assert all(pair.source for pair in table)
