"""Contracted Spanish is read against the table that only writes it."""

from __future__ import annotations

import random

import pytest

from easybraille.languages import get, lines_of_text
from easybraille.languages.cells import from_unicode
from easybraille.languages.liblouis.undoing import undone
from tests.languages.test_liblouis import SENTENCES


def read(*lines: str) -> list[str]:
    return lines_of_text(get("es-g2").read([from_unicode(line) for line in lines]))


def test_of_the_words_of_twenty_sentences_at_least_95_in_100_come_back_exactly():
    language = get("es-g2")
    words = same = 0
    for sentence in SENTENCES["es"]:
        back = lines_of_text(language.read(language.write(sentence)))[0]
        words += len(sentence.split())
        same += sum(one == other for one, other in zip(sentence.split(), back.split(), strict=True))
    assert words > 200 and same >= 0.95 * words


# liblouis, tests/braille-specs/es-g2.yaml, which its authors checked against the manual of ONCE.
@pytest.mark.parametrize(
    ("braille", "text"),
    [
        ("⠄⠀⠉⠯⠁⠀⠙⠀⠪⠀⠝⠊⠻⠪", "la casa de los niños"),
        ("⠐⠟", "qué"),
        ("⠉⠙", "cuando"),
    ],
)
def test_braille_of_liblouis_own_tests_is_read(braille, text):
    assert read(braille) == [text]


def test_a_word_that_is_in_no_list_is_read_by_its_contractions():
    sentence = "El zahorí desbrozaba cañaverales y tremedales."
    assert lines_of_text(get("es-g2").read(get("es-g2").write(sentence))) == [sentence]
    assert undone(("1345", "24", "12456", "246"))[0][1] == "niños"


def test_words_with_k_w_and_x_numbers_and_words_with_a_hyphen_are_read():
    for text in ("Kiko y Wendy ven el taxi.", "Nació en 1809 y tenía 12,5 metros.", "un viaje Madrid-Toledo"):
        assert lines_of_text(get("es-g2").read(get("es-g2").write(text))) == [text]


def test_a_contraction_that_is_not_by_the_rules_is_read_as_the_likeliest_word_and_marked():
    # The table contracts niños to 1345 12456 246.
    (signs,) = get("es-g2").read([from_unicode("⠝⠊⠻⠪")])
    assert "".join(sign.text for sign in signs) == "niños"
    assert {sign.doubt for sign in signs} == {"uncertain_contraction"}


def test_each_cell_has_its_part_of_the_text():
    # El gato es de la, as the table has el (15), es (1246), de (145) and la (3).
    signs = get("es-g2").read([from_unicode("⠨⠑⠀⠛⠁⠞⠕⠀⠫⠀⠙⠀⠄")])[0]
    assert [sign.text for sign in signs] == ["", "El", " ", *"gato", " ", "es", " ", "de", " ", "la"]


def test_cells_that_are_no_contracted_spanish_are_read_as_uncontracted_and_marked():
    (signs,) = get("es-g2").read([["1237", "", "456"]])
    assert all(sign.doubt for sign in signs if sign.text.strip())


def test_any_cells_can_be_read_and_each_has_a_sign():
    chance = random.Random(5)
    lines = [["".join(dot for dot in "12345678" if chance.random() < 0.4) for _ in range(40)] for _ in range(8)]
    lines += [["36"] * 30, ["3"] * 30, ["26"] * 40, ["5"] * 5, []]
    signs = get("es-g2").read(lines)
    assert [len(line) for line in signs] == [len(line) for line in lines]
