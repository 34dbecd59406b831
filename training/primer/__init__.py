"""Pages of a Spanish primer whose print runs across the Braille that it repeats: what they say, where their cells are.

`NAME.txt` is typed from the print of a picture, line by line as on the page. `NAME.csv` are its cells, in the form of
the data folder, for the pages that train: `align` finds them. A box without dots there is a band whose cells nobody
knows. Pages of `MEASURED` are never trained on; `error_rate` says how well they are read.
"""

from __future__ import annotations

from pathlib import Path

PICTURES = "ink_over_braille"
MEASURED = (
    "20240618_141829", "20240618_142341", "20240618_142459",
    "20240618_142712", "20240618_143023", "20240618_143059",
)  # fmt: skip
HERE = Path(__file__).parent
TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(HERE.glob("*.txt"))}


def labels(data: Path) -> dict[Path, Path]:
    """The pictures of the data folder that train, each with its cells' table."""
    tables = {data / PICTURES / f"{name}.jpg": HERE / f"{name}.csv" for name in TEXTS if name not in MEASURED}
    return {picture: table for picture, table in tables.items() if picture.exists() and table.exists()}


def error_rate(read: str, truth: str) -> tuple[int, int]:
    """Edit distance and length of the truth, in characters, runs of white space folded to one space."""
    read, truth = " ".join(read.split()), " ".join(truth.split())
    row = list(range(len(read) + 1))
    for i, wanted in enumerate(truth, 1):
        before, row[0] = row[0], i
        for j, given in enumerate(read, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (wanted != given))
    return row[-1], len(truth)
