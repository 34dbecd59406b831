"""How often the language of a short text is told: phrases of ours, and translations that trigrams were not counted in.

    python -m tests.languages.detection_score [--texts 40]

For the phrases of one to five words in phrases.tsv, and for texts cut to 25, 60 and 200 characters: how many are named,
how many of these rightly, and which were taken for which; the others are unsure.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from easybraille.errors import UnwritableError
from easybraille.languages import detect, get

from .make_trigrams import LOCALES, messages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=40, help="of each language")
    count = parser.parse_args().texts
    chance = random.Random(3)
    _measure("phrases of 1 to 5 words", _phrases())
    for length in (25, 60, 200):
        asked = []
        for code in LOCALES:
            texts = [text for text in messages(code, odd=True) if len(text) > 0.8 * length]
            asked += [(code, text[:length]) for text in chance.sample(texts, min(count, len(texts)))]
        _measure(f"{length:4} characters", asked)


def _phrases() -> list[tuple[str, str]]:
    lines = Path(__file__).with_name("phrases.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(code, phrase) for code, phrase in pairs]


def _measure(name: str, texts: list[tuple[str, str]]) -> None:
    told = named = asked = 0
    wrong: Counter[str] = Counter()
    for code, text in texts:
        try:
            cells = get(code).write(text)
        except UnwritableError:
            continue
        found = detect(cells).code.split("-")[0]
        asked += 1
        if found != "unsure":
            named, told = named + 1, told + (found == code)
            wrong.update([f"{code} as {found}"] if found != code else [])
    print(f"{name}: {named} of {asked} named, {told / named:.1%} of them rightly", end="  ")
    print(dict(wrong.most_common(8)), flush=True)


if __name__ == "__main__":
    main()
