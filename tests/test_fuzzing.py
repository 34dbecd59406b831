"""The fuzzers run, and find nothing in a few mutants."""

from __future__ import annotations

from tests import fuzz, fuzz_requests


def test_mutants_of_files_and_texts_raise_errors_of_this_package_only(tmp_path):
    tried, found = fuzz.fuzz(3, seed=7, findings=tmp_path)
    assert tried > 20 and found == 0, list(tmp_path.iterdir())


def test_mutants_of_requests_are_answered(tmp_path):
    statuses, found = fuzz_requests.fuzz(100, seed=7, findings=tmp_path)
    assert statuses.total() == 100 and statuses["200"] > 0 and found == 0, list(tmp_path.iterdir())
