"""Which language a page is in."""

import pytest

from easybraille.errors import UnknownLanguageError
from easybraille.languages import detect, get

SENTENCES = {
    "es": "El tren salió de la estación a las nueve y nadie sabía cuándo iba a volver.",
    "en": "The train left the station at nine and nobody knew when it would come back.",
    "en-g2": "The train left the station at nine and nobody knew when it would come back.",
    "pt": "O comboio saiu da estação às nove e ninguém sabia quando é que ia voltar.",
    "fr": "Le train a quitté la gare à neuf heures et personne ne savait quand il reviendrait.",
    "it": "Il treno è partito dalla stazione alle nove e nessuno sapeva quando sarebbe tornato.",
    "de": "Der Zug verließ den Bahnhof um neun Uhr, und niemand wusste, wann er zurückkommen würde.",
    "ca": "El tren va sortir de l'estació a les nou i ningú no sabia quan tornaria a casa.",
    "gl": "O tren saíu da estación ás nove da mañá e ninguén sabía cando ía volver.",
    "eu": "Trena bederatzietan irten zen geltokitik eta inork ez zekien noiz itzuliko zen.",
    "ru": "Поезд вышел со станции в девять часов, и никто не знал, когда он вернётся.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_enough_to_tell_its_language(code):
    found = detect(get(code).write(SENTENCES[code]))
    assert found.code == code
    assert found.score >= max(guess.score for guess in found.runners_up)


def test_the_runners_up_come_from_the_likeliest_down():
    found = detect(get("es").write("sol"))
    scores = [guess.score for guess in found.runners_up]
    assert scores == sorted(scores, reverse=True)
    assert found.score + sum(scores) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("page", [[], [[]], [[""]], [["3456", "1"]]])
def test_a_page_without_letters_is_taken_for_spanish_and_said_to_be_unsure(page):
    found = detect(page)
    assert (found.code, found.score) == ("es", 0.0)


def test_only_the_candidates_are_considered():
    found = detect(get("es").write(SENTENCES["es"]), ["ca", "gl"])
    assert {found.code, *(guess.code for guess in found.runners_up)} == {"ca", "gl"}


def test_a_candidate_that_nobody_knows_is_refused():
    with pytest.raises(UnknownLanguageError):
        detect([["1"]], ["xx"])


def test_a_page_with_a_wrong_cell_in_ten_is_still_told():
    cells = get("es").write(SENTENCES["es"] + " " + SENTENCES["es"])
    cells[0][5::10] = ["123456"] * len(cells[0][5::10])
    assert detect(cells).code == "es"
