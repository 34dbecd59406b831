"""How often cells follow each other in upright Braille: `python -m training.patterns --data DATA`.

Makes the table of `easybraille/recognition/orientation.py`: the share of each pair of cells, of a cell and a blank
included, as the mean over languages and books. Languages are those that write words here (liblouis has most of
them): the commonest words of the lists that pyspellchecker (MIT) carries, with capitals, marks and numbers, and
lines of sums. Books are the labelled training pages in Russian and Chinese, without the development split; those of
mathematics count by themselves.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from easybraille import languages
from easybraille.errors import EasyBrailleError
from easybraille.recognition.layout import BLANK, arrange_lines
from easybraille.recognition.orientation import PAIRS

from .pages import TRAIN, TRAIN_SCANS, in_development, mask, pictures, truth

# Code of a language of ours by the word list that it is written from.
WRITTEN = {
    "es": "es",
    "en": "en",
    "en-g2": "en",
    "fr": "fr",
    "de": "de",
    "de-g1": "de",
    "pt": "pt",
    "it": "it",
    "ru": "ru",
    "eu": "eu",
}
WORDS, LINES, SUMS, WORDS_A_LINE = 4000, 300, 200, 8
# A list's word that comes twice as often counts this power of 2 more.
EVENED = 0.75
# Shares of lines that begin with a capital, and of words that a comma or full stop follows or that are numbers.
CAPITAL, COMMA, FULL_STOP, NUMBER = 0.5, 0.08, 0.05, 0.03
# What lines of sums weigh against a language; the share that any two cells have as if they knew nothing of each other.
SUMS_WEIGHT, APART = 0.5, 0.1
# Share that all patterns have in equal parts.
EVEN = 0.03


def text(language: str, rng: np.random.Generator) -> Iterator[str]:
    """Lines of a language's commonest words."""
    counts = json.loads(gzip.decompress((files("spellchecker") / f"resources/{language}.json.gz").read_bytes()))
    common = sorted(counts.items(), key=lambda item: -item[1])[:WORDS]
    often = np.array([count**EVENED for _, count in common])
    for _ in range(LINES):
        words = [common[i][0] for i in rng.choice(len(common), WORDS_A_LINE, p=often / often.sum())]
        if rng.random() < CAPITAL:
            words[0] = words[0].capitalize()
        yield " ".join(_dressed(word, rng) for word in words) + str(rng.choice([".", "", "", "?"]))


def _dressed(word: str, rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < COMMA:
        return word + ","
    if chance < COMMA + FULL_STOP:
        return word + "."
    return str(rng.integers(1, 2000)) if chance < COMMA + FULL_STOP + NUMBER else word


def sums(rng: np.random.Generator) -> Iterator[str]:
    """Lines of sums, with blanks and without."""
    for _ in range(SUMS):
        a, b = rng.integers(1, int(rng.choice([10, 100, 1000])), 2)
        sum_ = f"{a} {rng.choice(list('+-×:'))} {b} = {a + b}"
        yield sum_ if rng.random() < 0.5 else sum_.replace(" ", "")


def written(language: str, texts: Iterable[str]) -> list[list[int]]:
    """Lines of masks, 0 a blank, without those that can't be written."""
    result = []
    for line in texts:
        try:
            result += [[mask(cell) for cell in row] for row in languages.get(language).write(line)]
        except EasyBrailleError:
            continue
    return result


def labelled(paths: Iterable[Path]) -> list[list[int]]:
    """Lines of masks of labelled pages, 0 a blank."""
    result = []
    for path in paths:
        boxes, dots = truth(path)
        result += [[0 if i == BLANK else int(dots[i]) for i in row] for row in arrange_lines(boxes)]
    return result


def shares(rows: Sequence[Sequence[int]]) -> np.ndarray:
    """(64, 64) the share of each pair in lines of masks; two blanks are none."""
    counts = np.zeros((64, 64))
    for row in rows:
        masks = np.array([0, *row, 0])
        np.add.at(counts, (masks[:-1], masks[1:]), 1)
    counts[0, 0] = 0
    return counts / counts.sum()


def table(data: Path) -> tuple[np.ndarray, list[str]]:
    """(64, 64) the share of each pair, none of them 0, and what it was counted in."""
    rng = np.random.default_rng(0)
    parts: list[tuple[str, float, np.ndarray]] = []
    for language, words in WRITTEN.items():
        for name, weight, texts in ((language, 1.0, text(words, rng)), (f"{language} sums", SUMS_WEIGHT, sums(rng))):
            if rows := written(language, texts):
                parts.append((name, weight, shares(rows)))
    for folder in (*TRAIN, TRAIN_SCANS):
        paths = [p for p in pictures(data / folder) if not in_development(p.stem)]
        for name, chosen in ((folder, [p for p in paths if "Math" not in p.stem]),
                             (f"{folder}, mathematics", [p for p in paths if "Math" in p.stem])):  # fmt: skip
            if chosen:
                parts.append((name, 1.0, shares(labelled(chosen))))
    mean = sum(weight * share for _, weight, share in parts) / sum(weight for _, weight, _ in parts)
    single = (mean.sum(axis=0) + mean.sum(axis=1)) / 2
    single = (1 - EVEN) * single + EVEN / 64
    return (1 - APART) * mean + APART * np.outer(single, single), [name for name, _, _ in parts]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.patterns", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    share, names = table(parser.parse_args().data)
    np.savez_compressed(PAIRS, share=share.astype(np.float32))
    print(f"{PAIRS.stat().st_size / 1e3:.0f} KB, counted in {', '.join(names)}")


if __name__ == "__main__":
    main()
