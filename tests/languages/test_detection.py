"""Which language a page is in."""

from pathlib import Path

import pytest

from easybraille.errors import UnknownLanguageError
from easybraille.languages import detect, get
from easybraille.languages.cells import from_unicode

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
    assert sum(scores) + (0 if found.code == "unsure" else found.score) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("page", [[], [[]], [[""]], [["3456", "1"]]])
def test_a_page_without_letters_is_unsure_and_read_as_spanish(page):
    found = detect(page)
    assert (found.code, found.score, found.read_as) == ("unsure", 0.0, "es")


def test_only_the_candidates_are_considered():
    found = detect(get("es").write(SENTENCES["es"]), ["ca", "gl"])
    assert {found.read_as, *(guess.code for guess in found.runners_up)} == {"ca", "gl"}


def test_a_candidate_that_nobody_knows_is_refused():
    with pytest.raises(UnknownLanguageError):
        detect([["1"]], ["xx"])


def test_a_page_with_a_wrong_cell_in_ten_is_still_told():
    cells = get("es").write(SENTENCES["es"] + " " + SENTENCES["es"])
    cells[0][5::10] = ["123456"] * len(cells[0][5::10])
    assert detect(cells).code == "es"


OWN_SENTENCES = [
    line.split("\t")
    for line in Path(__file__).with_name("sentences.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
PHRASES = [
    line.split("\t")
    for line in Path(__file__).with_name("phrases.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def test_of_short_phrases_what_is_not_unsure_is_right():
    named = [(code, detect(get(code).write(phrase)).code) for code, phrase in PHRASES]
    sure = [(code, found.split("-")[0]) for code, found in named if found != "unsure"]
    assert len(PHRASES) >= 300
    assert sum(code == found for code, found in sure) >= 0.97 * len(sure)
    assert len(sure) > 0.6 * len(named)


def test_a_short_phrase_that_is_unsure_is_read_in_the_language_that_is_expected():
    cells = get("es").write("no")
    assert (detect(cells).code, detect(cells).read_as) == ("unsure", "es")
    assert detect(cells, expected="it").read_as == "it"


def test_contracted_spanish_is_recognised():
    # "la casa de los niños es para el que no la ...", as liblouis' es-g2 writes it (tests/braille-specs/es-g2.yaml).
    cells = [from_unicode("⠄⠀⠉⠯⠁⠀⠙⠀⠪⠀⠝⠊⠻⠪⠀⠫⠀⠡⠀⠑⠀⠟⠀⠝⠀⠄⠀⠟⠊⠦⠑")]
    found = detect(cells)
    assert (found.code, found.looks_like) == ("es-g2", "")


def test_sentences_in_contracted_spanish_are_named_and_never_as_another_language():
    language, sentences = get("es-g2"), [s for code, s in OWN_SENTENCES if code == "es"]
    pages = [language.write("\n".join(sentences[at : at + 3])) for at in range(len(sentences) - 2)]
    named = [found for page in pages if (found := detect(page).code) != "unsure"]
    assert set(named) == {"es-g2"} and len(named) > 0.9 * len(pages)


@pytest.mark.parametrize("code", SENTENCES)
def test_no_language_that_is_read_is_taken_for_contracted_spanish(code):
    assert detect(get(code).write(SENTENCES[code])).looks_like == ""


def test_eight_dot_braille_is_recognised():
    assert detect([["1", "1257", "13578", "", "17", "2"]]).looks_like == "eight_dot"
