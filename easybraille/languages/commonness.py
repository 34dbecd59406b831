"""How common words are: the 5,000 commonest of each language, which tests/languages/make_common_words.py counts."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("common_words.json.gz")


def common_words(code: str) -> dict[str, int]:
    """Return the common words of a language, each with the tenths of a nat that it costs; none without a list."""
    return _words().get(code, {})


@cache
def _words() -> dict[str, dict[str, int]]:
    words: dict[str, dict[str, int]] = json.loads(gzip.decompress(WORDS.read_bytes()))
    return words
