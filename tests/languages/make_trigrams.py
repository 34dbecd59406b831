"""Counts the letter trigrams of easybraille/languages/trigrams.json in translations that Debian packages
carry.

    python -m tests.languages.make_trigrams        every second message is left for the tests of detection

Only words of letters count, so that options, paths and placeholders do not.
"""

from __future__ import annotations

import gettext
import json
import re
from collections import Counter
from pathlib import Path

LOCALES = ("es", "en", "pt", "fr", "it", "de", "ca", "gl", "eu", "ru")
_COMMONEST = 700
_WORD = re.compile(r"(?<!\S)[(«\"“]?([^\W\d_]+(?:['’-][^\W\d_]+)*)[.,;:!?)»\"”]*(?!\S)")


def messages(locale: str, odd: bool) -> list[str]:
    """Every second message of a locale, as words of letters in lower case."""
    texts: list[str] = []
    english = locale == "en"
    locale = "fr" if english else locale
    for path in sorted(Path(f"/usr/share/locale/{locale}/LC_MESSAGES").glob("*.mo")):
        try:
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        except (UnicodeDecodeError, OSError):
            continue
        translated = [(key, text) for key, text in catalogue.items() if isinstance(key, str) and isinstance(text, str)]
        # What is translated from is English.
        texts += [key if english else text for key, text in translated if key and text != key]
    chosen = texts[odd::2]
    return [" ".join(_WORD.findall(text)).lower() for text in chosen]


def main() -> None:
    models = {}
    for code in LOCALES:
        counted: Counter[str] = Counter()
        for text in messages(code, odd=False):
            plain = f" {re.sub(r'[^a-zß-ÿœŀа-яё]+', ' ', text)} "
            counted.update(plain[at : at + 3] for at in range(len(plain) - 2))
        total = sum(counted.values())
        models[code] = {trigram: round(1e6 * number / total) for trigram, number in counted.most_common(_COMMONEST)}
        print(code, total, sum(models[code].values()))
    path = Path(__file__).parents[2] / "easybraille/languages/trigrams.json"
    path.write_text(json.dumps(models, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
