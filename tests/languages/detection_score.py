"""How often the language of a short text is told, over translations that the trigrams were not counted in.

    python -m tests.languages.detection_score [--texts 40]

For texts cut to 25, 60 and 200 characters: how many are named, how many of these rightly, and which were taken for
which; the others are unsure.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from easybraille.errors import UnwritableError
from easybraille.languages import detect, get

from .make_trigrams import LOCALES, messages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=40, help="of each language")
    count = parser.parse_args().texts
    chance = random.Random(3)
    for length in (25, 60, 200):
        told = named = asked = 0
        wrong: Counter[str] = Counter()
        for code in LOCALES:
            texts = [text for text in messages(code, odd=True) if len(text) > 0.8 * length]
            for text in chance.sample(texts, min(count, len(texts))):
                try:
                    cells = get(code).write(text[:length])
                except UnwritableError:
                    continue
                found = detect(cells).code.split("-")[0]
                asked += 1
                if found != "unsure":
                    named, told = named + 1, told + (found == code)
                    wrong.update([f"{code} as {found}"] if found != code else [])
        print(f"{length:4} characters: {named} of {asked} named, {told / named:.1%} of them rightly", end="  ")
        print(dict(wrong.most_common(8)))


if __name__ == "__main__":
    main()
