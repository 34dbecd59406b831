"""Door signs whose print says what their Braille says: what they say, and where their cells are.

`print.tsv` is typed from the print of the pictures of `unlabelled/plates`: the name of a picture and its words, without
the noughts before the numbers of stairs, which the Braille leaves out. The print of IMG_2495 says "10" and its Braille
"9": the table has what the Braille says. The signs show dark dots on light plates, with the print above. `NAME.csv` are
the cells, in the form of the data folder; `align` finds them.
"""

from __future__ import annotations

from pathlib import Path

from easybraille.recognition.detections import mask

PICTURES = "unlabelled/plates"
HERE = Path(__file__).parent
TEXTS = dict(line.split("\t") for line in (HERE / "print.tsv").read_text("utf-8").splitlines())
# Russian Braille, as far as the signs need it. The full stop after the letter of a wing is left out on them.
LETTERS = {
    "А": "1", "Б": "12", "В": "2456", "а": "1", "е": "15", "и": "24", "л": "123", "н": "1345", "с": "234", "т": "2345",
    "ц": "14", ".": "256", "(": "2356", ")": "2356",
}  # fmt: skip
DIGITS = dict(zip("1234567890", "1 12 14 145 15 124 1245 125 24 245".split()))
NUMBER = "3456"


def cells(text: str) -> list[int]:
    """The masks of a sign's cells, 0 for a blank; a number sign before each run of digits."""
    result: list[int] = []
    before = ""
    for letter in text:
        if letter.isdigit():
            result += [mask(NUMBER)] * (not before.isdigit()) + [mask(DIGITS[letter])]
        elif letter != "." or before.isdigit():
            result.append(mask(LETTERS.get(letter, "")))
        before = letter
    return result


def readings(text: str) -> list[list[int]]:
    """What a sign may say: all of its print, with no blank before a bracket, or without what stands in brackets."""
    whole, short = text.replace(" (", "("), text.partition(" (")[0]
    return [cells(whole)] + ([cells(short)] if short != whole else [])


def labels(data: Path) -> dict[Path, Path]:
    """The pictures of the data folder whose cells are known, each with their table."""
    tables = {data / PICTURES / f"{name}.jpg": HERE / f"{name}.csv" for name in TEXTS}
    return {picture: table for picture, table in tables.items() if picture.exists() and table.exists()}
