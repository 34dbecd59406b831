"""How often runs of cells come in words."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("spellchecker", reason="pyspellchecker is not installed")

from easybraille.languages.spanish.ngrams import SPANISH, key
from easybraille.recognition.detections import mask
from training.ngrams import counted, table, words, written

SOL, SAL, OSA = (tuple(written(word) or ()) for word in ("sol", "sal", "osa"))


def test_a_word_counts_all_its_runs_between_blanks():
    runs = counted({"sol": 1})
    assert runs[SOL] == pytest.approx(1)
    assert runs[0, *SOL, 0] == pytest.approx(0.84)
    assert runs[mask("46"), *SOL] == pytest.approx(0.06)
    assert runs[*SOL[1:], mask("2"), 0] == pytest.approx(0.05)


def test_a_frequent_word_counts_more_but_less_than_it_is_said():
    runs = counted({"sol": 16, "sal": 1})
    assert runs[SOL] / runs[SAL] == pytest.approx(8)


def test_runs_that_hardly_ever_come_are_left_out():
    keys, counts = table(counted({"sol": 10**9, "osa": 1}))
    assert key(SOL) in keys and key(OSA) not in keys
    assert (np.diff(keys.astype(int)) > 0).all() and counts[0] == 1e6


def test_the_table_that_ships_is_the_one_that_the_list_of_words_makes():
    keys, counts = table(counted(words()))
    with np.load(SPANISH) as shipped:
        assert (shipped["runs"] == keys).all()
        assert np.allclose(shipped["counts"], counts, rtol=1e-4)
