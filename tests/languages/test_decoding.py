"""Doubtful cells are read by the letters around them, and only in a language that the page looks like."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille import languages
from easybraille.languages import decoding
from easybraille.recognition.detections import mask
from easybraille.recognition.layout import BLANK

TEXT = "el sol sale por la mañana\ny los pájaros cantan\nen los árboles de la plaza"
RUSSIAN = "мальчик пошёл в школу и увидел там своего старого друга"
RUSSIAN_DOTS = {
    "а": "1", "б": "12", "в": "2456", "г": "1245", "д": "145", "е": "15", "ё": "16", "ж": "245", "з": "1356",
    "и": "24", "й": "12346", "к": "13", "л": "123", "м": "134", "н": "1345", "о": "135", "п": "1234", "р": "1235",
    "с": "234", "т": "2345", "у": "136", "ф": "124", "х": "125", "ц": "14", "ч": "12345", "ш": "156", "щ": "1346",
    "ы": "2346", "ь": "23456", "э": "246", "ю": "1256", "я": "1246", " ": "",
}  # fmt: skip


class Page:
    """A page whose cells are certain, until a test makes some doubtful."""

    def __init__(self, rows: list[list[str]]):
        cells = [dots for row in rows for dots in row if dots]
        self.likely = np.zeros((len(cells), 64))
        self.likely[np.arange(len(cells)), [mask(dots) for dots in cells]] = 1.0
        self.there = np.ones(len(cells))
        numbers = iter(range(len(cells)))
        self.lines = [[next(numbers) if dots else BLANK for dots in row] for row in rows]

    def doubt(self, line: int, column: int, **shares: float) -> int:
        """Make a cell any of `letter=probability`; its index."""
        i = self.lines[line][column]
        self.likely[i] = 0.0
        for letter, share in shares.items():
            self.likely[i, mask(languages.get("es").write(letter)[0][0])] = share
        return i

    def read(self) -> np.ndarray:
        return decoding.posteriors(self.likely, self.there, self.lines)

    def fits(self, language: str = "es") -> bool:
        return decoding.is_plausible(self.likely, self.lines, language)


@pytest.fixture
def page() -> Page:
    return Page(languages.get("es").write(TEXT))


def letter(posterior: np.ndarray) -> str:
    best = int(posterior.argmax())
    dots = "".join(str(i + 1) for i in range(6) if best >> i & 1)
    return "".join(sign.text for sign in languages.get("es").read([[dots]])[0])


def test_a_cell_that_may_be_either_is_what_its_word_makes_likely(page):
    i = page.doubt(0, 8, a=0.5, k=0.5)  # s-a-le
    assert letter(page.read()[i]) == "a"


@pytest.mark.parametrize(("text", "column", "letter_", "other"), [("ayer", 1, "y", "n"), ("palabras", 4, "b", "s")])
def test_a_whole_word_tells_more_than_the_letters_beside(text, column, letter_, other):
    page = Page(languages.get("es").write(text))
    i = page.doubt(0, column, **{letter_: 0.3, other: 0.7})
    assert letter(page.read()[i]) == letter_


def test_what_the_picture_shows_clearly_outweighs_the_word(page):
    i = page.doubt(0, 8, k=0.97, a=0.03)
    assert letter(page.read()[i]) == "k"


def test_certain_cells_stay_what_they_are_however_unlikely_their_word(page):
    i = page.doubt(0, 8, k=1.0)
    page.doubt(1, 4, s=0.5, g=0.5)
    assert letter(page.read()[i]) == "k"


def test_a_speck_between_two_words_is_a_blank(page):
    rows = languages.get("es").write(TEXT.replace("el sol", "elasol"))
    page = Page(rows)
    i = page.doubt(0, 2, a=1.0)
    page.there[i] = 0.6
    assert page.read()[i].argmax() == 0


def test_digits_are_not_taken_for_letters_of_a_word():
    page = Page(languages.get("es").write(TEXT + "\nen 1982"))
    i = page.doubt(3, 6, b=0.4, i=0.6)
    posterior = page.read()[i]
    assert posterior[mask("24")] == pytest.approx(0.6, abs=0.01)


def test_probabilities_of_a_cell_add_up_to_one(page):
    page.doubt(0, 8, a=0.5, k=0.3, m=0.2)
    page.doubt(0, 9, l=0.5, b=0.5)
    assert np.allclose(page.read().sum(axis=1), 1)


def test_spanish_fits_spanish_and_russian_does_not(page):
    assert page.fits()
    assert not Page([[RUSSIAN_DOTS[c] for c in RUSSIAN]]).fits()


@pytest.mark.parametrize("language", ["braille", "ca", "en"])
def test_a_page_that_is_read_in_another_language_fits_nothing(page, language):
    assert not page.fits(language)


def test_english_is_not_taken_for_spanish():
    text = "the boy left his house in the morning\nand his grandmother told him not to come back late"
    assert not Page(languages.get("es").write(text)).fits()


def test_a_page_with_hardly_a_clear_cell_fits_nothing():
    assert not Page(languages.get("es").write("el sol")).fits()
