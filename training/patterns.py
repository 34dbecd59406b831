"""How often each dot pattern comes in upright Braille: `python -m training.patterns --data DATA`.

Prints the table of `easybraille/recognition/orientation.py`: parts in 10,000, the mean over Russian and Chinese (the
labelled training pages, without the development split) and Spanish, English, French and German (letters by the
trigrams that ship, through Spanish Braille). Every pattern has at least a few parts: none is impossible anywhere.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

import easybraille.languages
from easybraille.errors import UnwritableError
from easybraille.languages import get

from .pages import TRAIN, TRAIN_SCANS, in_development, mask, pictures, truth

LATIN = ("es", "en", "fr", "de")
# Share that all patterns have in equal parts.
EVEN = 0.02


def labelled(data: Path, folders: tuple[str, ...]) -> np.ndarray:
    """(64,) counts of the labelled cells of folders."""
    paths = [p for folder in folders for p in pictures(data / folder) if not in_development(p.stem)]
    return sum(np.bincount(truth(path)[1], minlength=64) for path in paths).astype(float)


def written(language: str) -> np.ndarray:
    """(64,) counts of a language's letters, each as Spanish Braille writes it."""
    path = Path(easybraille.languages.__file__).with_name("trigrams.json")
    counts = np.zeros(64)
    for trigram, count in json.loads(path.read_text())[language].items():
        try:
            cells = [cell for line in get("es").write(trigram[1]) for cell in line if cell]
        except UnwritableError:
            continue
        for cell in cells:
            counts[mask(cell)] += count
    return counts


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.patterns", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    data = parser.parse_args().data
    counts = [labelled(data, TRAIN), labelled(data, (TRAIN_SCANS,)), *map(written, LATIN)]
    share = np.mean([c / c.sum() for c in counts], axis=0) * (1 - EVEN) + EVEN / 63
    share[0] = 0
    for row in np.round(share * 10_000).astype(int).reshape(4, 16):
        print("    " + ", ".join(map(str, row)) + ",")


if __name__ == "__main__":
    main()
