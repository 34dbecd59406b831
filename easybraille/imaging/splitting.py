"""Splits files of several pages, PDF and TIFF, into files of one."""

from __future__ import annotations

from ..errors import InputError, TooManyPagesError
from .decoding import Limits, damage_named
from .files import check_kind, page_count
from .kinds import Kind, tiff_page
from .sandbox import shared


def count(data: bytes, most: int) -> int:
    """Return the number of pages of a file; 1 for one that can't be opened, since reading it names the cause.

    Raises:
        TooManyPagesError: it has more than `most` pages.
        NotReadyError: the service has too much to open.
    """
    try:
        return page_count(data, most)
    except TooManyPagesError:
        raise
    except InputError:
        return 1


def page(data: bytes, number: int, limits: Limits) -> bytes:
    """Return one page, from 1, of a PDF or TIFF as a file of the same kind.

    Raises:
        InputError: the file cannot be opened, or has no such page.
        NotReadyError: the service has too much to open.
    """
    if check_kind(data) is Kind.PDF:
        return bytes(shared.run("alone", data, Kind.PDF, limits, number=number).content)
    with damage_named(f"Page {number} of the file is damaged."):
        return tiff_page(data, number)
