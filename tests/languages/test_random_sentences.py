"""Random sentences with brackets, addresses, ordinals and signs come back, and what does not says so."""

from .random_sentences import run


def test_of_random_sentences_nearly_every_word_comes_back():
    outcome = run(800, seed=11)
    assert outcome.words > 6000
    assert outcome.wrong <= 0.0005 * outcome.words


def test_a_word_that_does_not_come_back_is_doubtful():
    assert run(800, seed=12).silent == 0
