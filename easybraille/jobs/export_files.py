"""Names and limits of the files that hold all results of a job."""

from __future__ import annotations

from ..formats import FORMATS

ZIP = "zip"
# "marked" is a picture of a few pages, which is of no use for a book.
WHOLES = (*(name for name in FORMATS if name != "marked"), ZIP)
# Formats that show pictures, which are in memory while the file is made.
MOST_PAGES = {"pdf": 2000}
# Longest time that making the file may take; then it is requested again.
JOIN_SECONDS = 900


def extension(form: str) -> str:
    """The file's extension."""
    return ZIP if form == ZIP else FORMATS[form].EXTENSION


def whole_name(form: str, paper: str | None) -> str:
    """The name under which the file is stored."""
    return "-".join(filter(None, (form, paper))) + "." + extension(form)
