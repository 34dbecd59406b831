"""Counts runs of cells in Spanish words: `python -m training.ngrams` makes `easybraille/languages/spanish/ngrams.npz`.

They are counted in a list of 86,000 words and how often films say them, which the package pyspellchecker (MIT) carries.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files

import numpy as np

from easybraille import languages
from easybraille.errors import UnwritableError
from easybraille.languages.spanish.ngrams import BLANK, ORDER, SPANISH, key
from easybraille.recognition.detections import mask

# Films repeat themselves: a word that comes twice as often there comes this power of 2 more often elsewhere.
EVENED = 0.75
# Parts in a million of all cells from which on a run of cells is kept.
LEAST = 0.4
# Share of words that begin with a capital, that a comma follows, and a full stop.
CAPITAL, COMMA, FULL_STOP = mask("46"), mask("2"), mask("3")
CAPITALS, MARKS = 0.06, {COMMA: 0.05, FULL_STOP: 0.05}

Runs = Counter[tuple[int, ...]]


def words() -> dict[str, int]:
    """How often each word of the list is said."""
    return json.loads(gzip.decompress((files("spellchecker") / "resources/es.json.gz").read_bytes()))


def counted(said: dict[str, int]) -> Runs:
    """Weights of the runs of cells in words, each between blanks, by how often it is said."""
    runs: Runs = Counter()
    for word, count in said.items():
        if cells := written(word):
            for dressed, share in variants(cells):
                for end in range(1, len(dressed)):
                    for start in range(max(0, end - ORDER + 1), end + 1):
                        runs[dressed[start : end + 1]] += count**EVENED * share
    return runs


def variants(cells: list[int]) -> Iterator[tuple[tuple[int, ...], float]]:
    """A word between blanks as it stands, with a capital sign, and with a mark behind it; the share of each."""
    yield (BLANK, *cells, BLANK), 1 - CAPITALS - sum(MARKS.values())
    yield (BLANK, CAPITAL, *cells, BLANK), CAPITALS
    for sign, share in MARKS.items():
        yield (BLANK, *cells, sign, BLANK), share


def written(word: str) -> list[int] | None:
    """Masks of a word's cells; None where it can't be written."""
    try:
        return [mask(dots) for dots in languages.get("es").write(word)[0]]
    except UnwritableError:
        return None


def table(runs: Runs) -> tuple[np.ndarray, np.ndarray]:
    """Keys (n,) uint32 in order and counts (n,) float32, parts in a million of all cells; the first is of all."""
    total = sum(count for run, count in runs.items() if len(run) == 1)
    kept = {key(run): 1e6 * count / total for run, count in runs.items() if 1e6 * count / total >= LEAST}
    kept[key(())] = 1e6
    keys = np.array(sorted(kept), np.uint32)
    return keys, np.array([kept[int(k)] for k in keys], np.float32)


def main() -> None:
    """The command line."""
    argparse.ArgumentParser(prog="python -m training.ngrams", description=__doc__.splitlines()[0]).parse_args()
    said = words()
    keys, counts = table(counted(said))
    np.savez_compressed(SPANISH, runs=keys, counts=counts)
    print(f"{len(said)} words, {len(keys)} runs of up to {ORDER} cells, {SPANISH.stat().st_size / 1e3:.0f} KB")


if __name__ == "__main__":
    main()
