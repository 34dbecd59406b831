"""Options that several commands share."""

from __future__ import annotations

import argparse
from typing import get_args

from ..formats import FORMATS
from ..i18n import say
from ..languages import Edition


def add_language(command: argparse.ArgumentParser) -> None:
    """In which language Braille is read or written."""
    command.add_argument(
        "-l",
        "--language",
        metavar="CODE",
        default="es",
        help=say("code of the language, es by default; auto detects it; see `easybraille languages`"),
    )


def add_code(command: argparse.ArgumentParser) -> None:
    """In which edition of the Spanish code Braille is read or written."""
    command.add_argument(
        "--code",
        choices=get_args(Edition),
        default="current",
        help=say("edition of the Spanish code (fractions, quotients, letters after numbers), current by default"),
    )


def add_layout(command: argparse.ArgumentParser) -> None:
    """How lines of text are kept."""
    command.add_argument(
        "--layout",
        choices=["page", "flow"],
        default="page",
        help=say("keep the lines of the page (page, the default) or join them into paragraphs (flow)"),
    )


def add_paper(command: argparse.ArgumentParser) -> None:
    """The paper that Braille is written for."""
    command.add_argument(
        "--paper", metavar="40x25", help=say("break braille, brf and pef into pages of this many cells by rows")
    )


def add_rotation(command: argparse.ArgumentParser) -> None:
    """Which way up the pages are."""
    command.add_argument(
        "--rotation",
        choices=["auto", "0", "90", "180", "270"],
        default="auto",
        help=say("clockwise degrees that make the text upright; detected by default"),
    )


def add_sides(command: argparse.ArgumentParser) -> None:
    """Which sides of a sheet are read."""
    command.add_argument(
        "--sides",
        choices=["front", "both"],
        default="front",
        help=say("read the front (the default), or also the back of the sheet from the dents in the same picture"),
    )


def add_quiet(command: argparse.ArgumentParser) -> None:
    """How much is said beside the results."""
    loudness = command.add_mutually_exclusive_group()
    loudness.add_argument("-q", "--quiet", action="store_true", help=say("say nothing but errors"))
    loudness.add_argument(
        "-v", "--verbose", action="store_true", help=say("say also what is done, and how long it took")
    )


def add_overwrite(command: argparse.ArgumentParser) -> None:
    """Whether results that exist are replaced."""
    command.add_argument("--overwrite", action="store_true", help=say("replace results that exist"))


def format_name(text: str) -> str:
    """The name of a format. Raises argparse.ArgumentTypeError."""
    if text not in FORMATS:
        raise argparse.ArgumentTypeError(say("{name} is not a format; there are {known}", name=text, known=_known()))
    return text


def format_names(text: str) -> list[str]:
    """The names of formats, parted by commas. Raises argparse.ArgumentTypeError."""
    return [format_name(name.strip()) for name in text.split(",")]


def _known() -> str:
    return ", ".join(FORMATS)
