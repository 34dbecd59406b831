"""All results of a job as one file."""

from __future__ import annotations

from ..formats import FORMATS

ZIP = "zip"
# "marked" is a picture of a few pages, which nobody wants of a book.
WHOLES = (*(name for name in FORMATS if name != "marked"), ZIP)
# Their pictures go through memory.
MOST_PAGES = {"pdf": 2000}
# Longest that it may take; then it is asked for once more.
JOIN_SECONDS = 900


def extension(form: str) -> str:
    """What the file's name ends in."""
    return ZIP if form == ZIP else FORMATS[form].EXTENSION


def whole_name(form: str, paper: str | None) -> str:
    """The name by which it is kept."""
    return "-".join(filter(None, (form, paper))) + "." + extension(form)
