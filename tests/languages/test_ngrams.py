"""How likely a cell is after others in Spanish words."""

from __future__ import annotations

import numpy as np
import pytest

from easybraille.languages.spanish.ngrams import BLANK, NOTHING, ORDER, START, after, key, spanish
from training.ngrams import written


@pytest.mark.parametrize("before", ["", "s", "so", "casa", "zwx"])
def test_what_may_follow_has_one_probability_together(before):
    everything = np.arange(64)
    assert np.exp(spanish().log(np.array(key(written(before))), everything)).sum() == pytest.approx(1, abs=0.06)


def test_what_common_words_go_on_with_is_likelier_than_what_none_does():
    before = np.array(key([BLANK, *written("que")]))  # que, quedar
    blank, d, k = (spanish().log(before, np.array(cell)) for cell in (BLANK, *written("dk")))
    assert blank > d > k


def test_only_the_last_cells_are_remembered_and_none_before_a_blank():
    run = START
    for cell in written("palabras"):
        run = int(after(np.array(run), np.array(cell)))
    assert run == key(written("palabras")[1 - ORDER :])
    assert after(np.array(run), np.array(BLANK)) == START == key([BLANK])


def test_where_nothing_is_known_of_what_stands_before_the_commonest_letters_are_likeliest():
    e, w = (spanish().log(np.array(NOTHING), np.array(cell)) for cell in written("ew"))
    assert e > w + 3
