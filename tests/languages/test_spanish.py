"""How Spanish is read and written, beyond the table of pairs."""

import random
import time

import pytest

from easybraille.errors import UnwritableError
from easybraille.languages import DOUBTS, UNKNOWN, get, lines_of_text
from easybraille.languages.cells import from_unicode

from .spanish_table import pairs

SPANISH = get("es")

PROSE = """
En un lugar de la Mancha, de cuyo nombre no quiero acordarme, no ha mucho tiempo que vivía un hidalgo.
Compró 24 libros por 18,50 euros el 3 de mayo de 2024, a las 10:30, en la calle Mayor 15, 2.º izquierda.
La ONU y la Unión Europea firmaron ayer; el árbol del jardín ya tiene 1.200 años, según cuenta mi tío Raúl.
"""


def read(*lines: str) -> str:
    return "\n".join(lines_of_text(SPANISH.read([from_unicode(line) for line in lines])))


def signs(line: str) -> list[tuple[str, str]]:
    return [(sign.text, sign.doubt) for sign in SPANISH.read([from_unicode(line)])[0]]


def back(text: str) -> str:
    return "\n".join(lines_of_text(SPANISH.read(SPANISH.write(text))))


def test_an_opening_question_mark_is_told_from_a_closing_one():
    assert read("⠢⠟⠥⠮⠢⠀⠢⠝⠕⠢") == "¿qué? ¿no?"


def test_an_opening_exclamation_mark_is_told_from_a_closing_one():
    assert read("⠖⠎⠌⠖⠀⠖⠝⠕⠖") == "¡sí! ¡no!"


@pytest.mark.parametrize("text", ["¡¡¡Viva!!!", "¡¡¡ Viva !!!", "¿¿Qué??", "los signos ¿? y ¡!", "(?) y (!)"])
def test_marks_repeated_or_alone_are_told_apart_too(text):
    assert back(text) == text


def test_quotation_marks_open_and_close_over_a_line_end():
    assert read("⠦⠥⠝⠕", "⠙⠕⠎⠦") == "«uno\ndos»"


def test_quotation_within_quotation_takes_the_inner_marks():
    assert back("«a “b ‘c’ d” e»") == "«a “b ‘c’ d” e»"


def test_a_quotation_never_closed_ends_with_its_paragraph():
    assert back("«uno\n\n«dos»") == "«uno\n\n«dos»"


def test_an_unknown_cell_costs_itself_and_says_so():
    assert signs("⠁⠿⠃") == [("a", ""), (UNKNOWN, "unknown_sign"), ("b", "")]


def test_cells_that_no_six_dots_make_are_unknown():
    read_signs = SPANISH.read([["78", "1", "12345678", "x", "", "9"]])[0]
    assert [sign.text for sign in read_signs] == [UNKNOWN, "a", UNKNOWN, UNKNOWN, " ", UNKNOWN]


def test_signs_that_only_change_their_neighbours_have_no_text():
    assert signs("⠨⠁⠼⠁⠐⠁") == [("", ""), ("A", ""), ("", ""), ("1", ""), ("", ""), ("a", "")]


def test_a_lone_capital_sign_is_unknown():
    assert signs("⠨⠀⠁")[0] == (UNKNOWN, "unknown_sign")


def test_a_word_in_capitals_broken_by_a_hyphen_stays_in_capitals():
    assert read("⠨⠨⠍⠁⠤", "⠙⠗⠊⠙⠀⠽⠁") == "MA-\nDRID ya"


def test_a_whole_phrase_in_capitals_is_read():
    assert read("⠒⠨⠨⠎⠑⠀⠏⠗⠕⠓⠊⠃⠑", "⠨⠨⠋⠥⠍⠁⠗⠀⠁⠟⠥⠌") == "SE PROHIBE\nFUMAR aquí"


def test_capitals_end_with_their_word():
    assert read("⠨⠨⠕⠝⠥⠀⠽⠁") == "ONU ya"


def test_letters_after_a_number_without_a_separator_are_digits_only_from_a_to_j():
    assert read("⠼⠑⠅⠍") == "5km"


def test_the_fraction_of_older_books_is_read():
    assert read("⠼⠒⠙") == "3/4"


def test_the_ordinal_of_older_books_is_read():
    assert read("⠼⠃⠄⠕⠀⠏⠊⠎⠕") == "2.º piso"


def test_an_integer_and_its_fraction_are_kept_apart():
    assert read("⠼⠃⠼⠒⠙") == "2 3/4"


def test_special_type_leaves_no_text():
    assert signs("⠔⠎⠊⠔⠀⠽⠁")[0] == ("", "")
    assert read("⠔⠎⠊⠔⠀⠽⠁") == "si ya"


def test_special_type_within_a_word_leaves_no_text():
    assert read("⠨⠉⠕⠗⠑⠔⠬⠔⠛⠗⠁⠋⠕") == "Coreógrafo"


def test_special_type_doubled_or_after_56_leaves_no_text():
    assert read("⠔⠔⠎⠊⠔⠔⠀⠰⠔⠝⠕⠰⠔") == "si no"


def test_special_type_may_run_over_lines():
    assert read("⠔⠥⠝⠕", "⠙⠕⠎⠔⠄") == "uno\ndos."


def test_an_asterisk_after_a_word_is_doubtful():
    assert signs("⠝⠕⠔")[-1] == ("*", "asterisk_or_italics")


def test_an_asterisk_alone_is_not_doubtful():
    assert signs("⠔⠀⠝⠕")[0] == ("*", "")


@pytest.mark.parametrize("text", ["x²+y²=z²", "H₂O", "α", "a+b=c"])
def test_mathematics_is_marked_and_not_read_as_prose(text):
    line = SPANISH.read(SPANISH.write(text))[0]
    assert "".join(sign.text for sign in line) == text
    assert {sign.doubt for sign in line} == {"mathematics"}


def test_the_examples_of_the_mathematical_notation_are_marked():
    # B5 1.3.3, 2.2.7 and 5.3.1, as quoted in MathCAT tests/braille/CMU/once.rs.
    for line, text in (("⠢⠁⠖⠃⠔⠲⠢⠉⠖⠙⠔", "(a+b)/(c+d)"), ("⠫⠱⠭", "√x"), ("⠫⠱⠭⠡⠼⠉", "√x³"), ("⠵⠡⠗", "z^r")):
        assert read(line) == text
        assert {doubt for _, doubt in signs(line)} == {"mathematics"}


def test_simple_arithmetic_is_no_doubtful_mathematics():
    assert {sign.doubt for sign in SPANISH.read(SPANISH.write("2+2=4 y 3×5=15"))[0]} == {""}


def test_a_point_between_letters_is_doubtful():
    assert ("'", "point_or_apostrophe") in signs("⠙⠄⠕⠗")
    assert (".", "point_or_apostrophe") in signs("⠓⠕⠇⠁⠄⠁⠙⠊⠬⠎")


def test_a_point_in_an_address_is_not_doubtful():
    assert (".", "point_or_apostrophe") not in signs("⠺⠺⠺⠄⠕⠝⠉⠑⠄⠑⠎")


def test_brackets_are_told_from_accented_vowels():
    text = "[nota] árbol [el menú] tú, área [1] Perú"
    assert back(text) == text


def test_an_accented_vowel_without_a_partner_stays_a_letter():
    assert back("está, Itaipú. Ánimo, quizá más allá, según tú") == "está, Itaipú. Ánimo, quizá más allá, según tú"


def test_what_has_no_braille_is_named_with_its_place():
    with pytest.raises(UnwritableError) as caught:
        SPANISH.write("uno\ndos 漢")
    assert (caught.value.character, caught.value.line, caught.value.column) == ("漢", 1, 4)
    assert "漢" in str(caught.value)


def test_letters_composed_of_two_characters_are_written_as_one():
    assert SPANISH.write("n\u0303o") == SPANISH.write("ño")


def test_a_page_of_nothing_is_nothing():
    assert SPANISH.read([]) == []
    assert SPANISH.read([[], [""], []])[1][0].text == " "
    assert SPANISH.write("") == [[]]


def _words_changed(before: list[str], after: list[str], where: tuple[int, int]) -> set[tuple[int, int]]:
    """Line and position of each cell whose text is not what it was, but for the one at ``where``."""
    return {
        (number, position)
        for number, (old, new) in enumerate(zip(before, after, strict=True))
        for position, (was, became) in enumerate(zip(old, new, strict=True))
        if was != became and (number, position) != where
    }


def test_a_wrong_cell_changes_at_most_the_word_it_stands_in():
    """Every cell of a page of prose, put wrong in three ways; signs that come in pairs are left out."""
    chance = random.Random(1)
    paired = {"26", "235", "236", "126", "345", "12356", "23456", "35", "46", "25"}
    every = ["".join(str(dot + 1) for dot in range(6) if code >> dot & 1) for code in range(64)]
    cells = SPANISH.write(PROSE)
    right = [[sign.text for sign in line] for line in SPANISH.read(cells)]
    for number, line in enumerate(cells):
        for position, cell in enumerate(line):
            if cell in paired:
                continue
            for wrong in chance.sample([other for other in every if other != cell and other not in paired], 3):
                line[position] = wrong
                read_again = [[sign.text for sign in signs_] for signs_ in SPANISH.read(cells)]
                line[position] = cell
                changed = _words_changed(right, read_again, (number, position))
                start, end = _word_around(line, position)
                outside = {(n, p) for n, p in changed if n != number or not start <= p < end}
                assert not outside, (cell, wrong, "".join(right[number]), "".join(read_again[number]))


def _word_around(line: list[str], position: int) -> tuple[int, int]:
    """The word that the cell stands in; for a blank, the words on both sides of it."""
    start, end = position, position + 1
    while start > 0 and line[start - 1]:
        start -= 1
    while end < len(line) and line[end]:
        end += 1
    return start, end


def test_a_missed_capital_sign_costs_one_capital():
    assert read("⠍⠁⠙⠗⠊⠙⠀⠨⠎⠕⠗⠊⠁") == "madrid Soria"


def test_a_missed_number_sign_costs_one_number():
    assert read("⠃⠙⠀⠼⠉") == "bd 3"


WORST = ("⠢", "⠖", "⠦", "⠷", "⠾", "⠔", "⠄", "⠐", "⠤", "⠡", "⠶", "⠼", "⠨", "⠷⠾", "⠖⠼⠁", "⠐⠅", "⠫⠱", "⠢⠡⠼⠁⠔")


@pytest.mark.parametrize("worst", WORST)
def test_time_grows_with_the_page_and_not_with_its_square(worst):
    """Eight times the cells take about eight times as long, and nowhere near sixty-four times."""

    def seconds(cells: int) -> float:
        line = from_unicode(worst * (cells // len(worst)))
        started = time.process_time()
        SPANISH.read([line])
        return time.process_time() - started

    few = min(seconds(1_000) for _ in range(3))
    assert min(seconds(8_000) for _ in range(2)) < 30 * few + 0.05


def test_the_pairs_together_on_one_page_read_as_they_do_alone():
    table = [pair for pair in pairs() if "\n" not in pair.text]
    lines = [line for pair in table for line in (from_unicode(pair.braille), [])]
    assert lines_of_text(SPANISH.read(lines))[::2] == [pair.reading for pair in table]


def test_every_doubt_is_one_that_is_explained():
    table = [from_unicode(line) for pair in pairs() for line in pair.braille.split("\n")]
    odd = [from_unicode(line) for line in ("⠼⠂", "⠨", "⠠⠁", "⠝⠕⠔", "⠼⠁⠓⠖", "⠬⠀⠼⠑", "⠙⠄⠕⠗", "⠭⠡⠼⠃")]
    doubts = {sign.doubt for line in SPANISH.read(table + odd) for sign in line}
    assert doubts - {""} <= set(DOUBTS)
    assert len(doubts) > 6
