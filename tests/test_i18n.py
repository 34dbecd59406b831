"""Sentences reach a person in their language."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

import pytest

from easybraille import errors
from easybraille.errors import EasyBrailleError
from easybraille.i18n import from_header, from_locale, say, speaking, translated
from easybraille.i18n.spanish import SENTENCES
from lambda_app import routing
from tests.cli.test_cli import easybraille
from tests.conftest import EXAMPLES, ROOT

SAID = sorted(
    {
        node.args[0].value
        for file in (ROOT / "easybraille").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "say"
        and isinstance(node.args[0], ast.Constant)
    }
)
# Shell names, and sentences that are told apart by nothing.
SAME_IN_BOTH = {"Use https://…."}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_everything_that_is_said_has_a_spanish_sentence():
    assert [sentence for sentence in SAID if sentence not in SENTENCES] == []


# What a sender, a caller or a person at a command line may meet; settings and weights are for operators, in English.
ROOMS = ("api", "cli", "client", "formats", "imaging", "jobs", "text")
FOR_OPERATORS = {"SettingError", "ModelError"}


def raised() -> Iterator[str]:
    """The sentences of errors as they are written, with 7 in the place of what is filled in."""
    for room in ROOMS:
        for file in (ROOT / "easybraille" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                    kind = getattr(errors, getattr(node.exc.func, "id", ""), None)
                    if isinstance(kind, type) and kind.__name__ not in FOR_OPERATORS:
                        yield filled(node.exc.args[0])


def filled(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(piece.value if isinstance(piece, ast.Constant) else "7" for piece in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "7"


def test_every_sentence_of_an_error_has_a_spanish_one():
    pieces = {re.sub(r"\.7$", ".", piece) for sentence in raised() for piece in re.split(r"(?<=[.?!]) ", sentence)}
    unchanged = {piece for piece in pieces if piece.strip(" 7.:") and translated(piece, "es") == piece}
    missing = sorted(unchanged - SAME_IN_BOTH)
    assert missing == [], "they belong into easybraille/i18n/spanish/problems.py"


def test_every_kind_of_problem_has_a_spanish_title():
    assert [kind.title for kind in kinds(EasyBrailleError) if kind.title not in SENTENCES] == []


def test_what_lambda_refuses_is_said_in_spanish():
    for sentence in ("This is more than is read at once here: 9 pages, 5 megapixels.", routing.ADVICE):
        assert translated(sentence, "es") != sentence
    assert {kind.__module__ for kind in kinds(EasyBrailleError)} > {routing.__name__}, "their titles are checked too"


def kinds(kind: type[EasyBrailleError]) -> list[type[EasyBrailleError]]:
    return [kind, *(found for below in kind.__subclasses__() for found in kinds(below))]


def test_a_translation_fills_in_the_same_fields():
    assert {english for english, spanish in SENTENCES.items() if fields(english) != fields(spanish)} == set()


def test_a_translation_is_a_translation():
    assert {english for english, spanish in SENTENCES.items() if english == spanish} == SAME_IN_BOTH


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "es_AR.UTF-8"}, "es"),
        ({"LANG": "es_ES.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANGUAGE": "pt:es:en", "LANG": "pt_BR.UTF-8"}, "es"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(environment, language):
    assert from_locale(environment) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en, es;q=0.9", "en"),
        ("fr, es;q=0.1", "es"),
        ("es;q=0, en;q=0.5", "en"),
        ("fr", None),
        ("", None),
        ("es;q=x", None),
    ],
)
def test_accept_language_chooses_the_language(header, language):
    assert from_header(header) == language


def test_a_sentence_that_is_filled_in_is_translated_with_what_it_says():
    english = "The picture has 70 megapixels; 64 are allowed. Scale it down: 12 megapixels show everything."
    assert translated(english, "es") == (
        "La imagen tiene 70 megapíxeles; se admiten 64. Redúzcala: con 12 megapíxeles se ve todo."
    )
    assert translated("a. b.jpg in the ZIP file is damaged.", "es") == "a. b.jpg, en el archivo ZIP, está dañado."
    assert translated("Nobody wrote this sentence.", "es") == "Nobody wrote this sentence."
    assert translated(english, "en") == english


def test_languages_hold_inside_their_block_alone():
    with speaking("es"):
        assert say("interrupted.") == "interrumpido."
    assert say("interrupted.") == "interrupted."


def test_the_command_line_speaks_spanish():
    spanish = {"LANG": "es_ES.UTF-8", "LC_ALL": "", "LANGUAGE": "", "LC_MESSAGES": ""}
    help_text = easybraille("read", "--help", **spanish).stdout
    assert (
        help_text.startswith("uso: easybraille read")
        and "ejemplos:" in help_text
        and "estado al terminar:" in help_text
    )
    missing = easybraille("read", "no-hay.jpg", **spanish)
    assert missing.returncode == 2 and missing.stderr == "easybraille: no-hay.jpg no existe.\n"
    wrong = easybraille("read", "--pages", "x", "a.pdf", **spanish).stderr
    assert wrong.endswith("easybraille read: --pages: x no es una lista de páginas como 1-3,7\n")
    unreadable = easybraille("read", EXAMPLES / "carta.txt", **spanish)
    assert "Esto no es una imagen que se pueda leer. Envíe una imagen JPEG" in unreadable.stderr
    assert re.search(r"1 de 1 no se han podido leer\.", unreadable.stderr)
