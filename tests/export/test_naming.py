"""Class names of every kind, and what a network that has them finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from easybraille.errors import ModelError
from easybraille.languages.spanish.signs import LETTERS
from easybraille.recognition.detections import digits
from easybraille.recognition.detectors.postprocess import decode
from easybraille.recognition.model import Classes
from export.naming import cannot_read, of_names

ALL = ["".join(str(i + 1) for i in range(6) if mask >> i & 1) for mask in range(1, 64)]
ALPHABET = [LETTERS[letter] for letter in "abcdefghijklmnopqrstuvwxyz"]


def bits(dots: str) -> str:
    return "".join("01"[str(i) in dots] for i in range(1, 7))


def braille(dots: str) -> str:
    return chr(0x2800 + sum(1 << int(dot) - 1 for dot in dots))


@pytest.mark.parametrize(
    ("names", "dots"),
    [
        (ALL, ALL),
        ([str(mask) for mask in range(1, 64)], ALL),
        ([f"{mask:02}" for mask in range(64)], ["", *ALL]),
        ([braille(dots) for dots in ALL], ALL),
        ([bits(dots) for dots in ALPHABET], ALPHABET),
        ([bits(dots)[::-1] for dots in ALPHABET], ALPHABET),
        (list("abcdefghijklmnopqrstuvwxyz"), ALPHABET),
        (list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), ALPHABET),
        (["a", "enie", "é", "o_tilde", "Ü"], ["1", "12456", "2346", "346", "1256"]),
        (["a", "e\u0301", "N\u0303"], ["1", "2346", "12456"]),
    ],
    ids=[
        "digits",
        "numbers",
        "numbers with a blank",
        "unicode",
        "first",
        "last",
        "small",
        "capital",
        "accented",
        "accents apart",
    ],
)
def test_patterns_are_read_from_the_names(names: list[str], dots: list[str]) -> None:
    classes, _ = of_names(names)
    assert (classes.scheme, classes.dots, classes.names) == ("patterns", dots, names)


@pytest.mark.parametrize("name", ["dot{}", "Dot_{}", "punto {}", "p{}"])
def test_six_dots_are_several_at_once_in_whatever_order(name: str) -> None:
    classes, how = of_names([name.format(dot) for dot in "321654"])
    assert (classes.scheme, classes.dots) == ("dots", list("321654"))
    assert "several true at once" in how


def test_one_class_is_refused_with_the_reason() -> None:
    with pytest.raises(ModelError, match=r"one class only, 'braille'.*can't tell which dots"):
        of_names(["braille"])


def test_names_that_mean_nothing_are_asked_about_one_by_one() -> None:
    with pytest.raises(ModelError) as caught:
        of_names(["a", "b", "sign_17", "x_odd"])
    assert "as letters all but 'sign_17', 'x_odd' could be read" in str(caught.value)
    assert "--classes classes.yaml" in str(caught.value)


@pytest.mark.parametrize("numbers", [range(63), range(26), range(1, 27)])
def test_classes_that_may_only_be_counted_are_asked_about(numbers: range, tmp_path: Path) -> None:
    names = [str(number) for number in numbers]
    with pytest.raises(ModelError, match="may only count them"):
        of_names(names)
    answer = tmp_path / "classes.yaml"
    answer.write_text("naming: numbers")
    assert of_names(names, answer)[0].dots[-1] == digits(numbers[-1])


@pytest.mark.parametrize(
    ("names", "ways"),
    [
        ([bits(dots) for dots in ALL], {"bits-first": "000001", "bits-last": "000001"}),
        (["1", "12", "14", "15"], {"digits": "12", "numbers": "34"}),
        (list("123456"), {"dots": "2", "digits": "2", "numbers": "2", "letters": "12"}),
    ],
)
def test_ambiguous_names_are_a_question_that_a_file_answers(names, ways, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        of_names(names)
    question = str(caught.value)
    assert f"can be read in {len(ways)} ways" in question
    lines = [line.split("#")[0].strip() for line in question.splitlines() if "naming:" in line]
    assert lines == [f"naming: {way}" for way in ways]
    answer = tmp_path / "classes.yaml"
    readings = set()
    for line in lines:
        answer.write_text(line)
        classes, _ = of_names(names, answer)
        readings.add((classes.scheme, *classes.dots))
    assert len(readings) >= len(ways) - 1  # single digits and small numbers may agree


def test_a_file_can_say_what_each_class_raises(tmp_path: Path) -> None:
    answer = tmp_path / "classes.yaml"
    answer.write_text('dots: {alef: 1, bet: "12", nothing: ""}')
    classes, _ = of_names(["alef", "bet", "nothing"], answer)
    assert classes.dots == ["1", "12", ""]
    answer.write_text("scheme: dots\ndots: {u: 1, v: 2, w: 3, x: 4, y: 5, z: 6}")
    assert of_names(list("zyxwvu"), answer)[0].dots == list("654321")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("naming: klingon", "naming is 'klingon'; it can be dots, digits"),
        ("naming: unicode", "are not Unicode Braille"),
        ("dots: {alef: 1}", "says nothing of 'bet'"),
        ("dots: {alef: 7, bet: 1}", "digits from 1 to 6 in their order.*it says 'alef': '7'"),
        ("dots: {alef: 21, bet: 1}", "it says 'alef': '21'"),
        ("dots: [1, 2]", "must say for each name"),
        ("scheme: cells\ndots: {alef: 1, bet: 2}", "should be 'dots' or 'patterns'"),
        ("scheme: dots\ndots: {alef: 1, bet: 2}", "one class for each of the six dots"),
        ("- alef", "must say `naming:`"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_file_that_answers_something_else_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    answer = tmp_path / "classes.yaml"
    answer.write_text(text)
    with pytest.raises(ModelError, match=complaint):
        of_names(["alef", "bet"], answer)


def test_a_letter_model_is_told_what_it_cannot_read() -> None:
    lost = cannot_read(of_names(list("abcdefghijklmnopqrstuvwxyz"))[0])
    assert {"ñ", "á", "capital letters", "numbers", "full stops"} <= set(lost)
    assert "a" not in lost
    assert cannot_read(of_names(ALL)[0]) == []
    assert cannot_read(of_names([f"dot{i}" for i in range(1, 7)])[0]) == []


def output(*places: tuple[float, dict[int, float]], classes: int) -> np.ndarray:
    """What a head says: cells at x, and the scores of some classes."""
    array = np.full((4 + classes, len(places)), 0.001, np.float32)
    for column, (x, scores) in enumerate(places):
        array[:4, column] = x, 50, 20, 30
        for index, score in scores.items():
            array[4 + index, column] = score
    return array


def test_the_best_pattern_is_the_cell_and_dots_score_by_all_patterns() -> None:
    classes = Classes(scheme="patterns", names=["a", "b", "blank", "l"], dots=["1", "12", "", "123"])
    said = output((10, {1: 0.6, 3: 0.3}), (60, {2: 0.9}), (110, {0: 0.1}), (12, {0: 0.4}), classes=4)
    cells = decode(said, 0.25, classes=classes)
    assert cells.dots.tolist() == [0b11]  # a blank is no cell, and of two in one place one stays
    assert cells.confidence.tolist() == pytest.approx([0.6])
    assert cells.scores[0].tolist() == pytest.approx([1, 1, 1 / 3, 0, 0, 0], abs=0.01)


def test_dots_in_another_order_are_put_in_order() -> None:
    classes = Classes(scheme="dots", names=list("ABCDEF"), dots=list("654321"))
    cells = decode(output((10, {0: 0.9, 5: 0.8}), classes=6), 0.5, classes=classes)
    assert cells.dots.tolist() == [0b100001]
    assert cells.scores[0, [0, 5]].tolist() == pytest.approx([0.8, 0.9])
