"""`easybraille languages` and `easybraille formats`: what --language and --format can be."""

from __future__ import annotations

import argparse

from .. import languages
from ..formats import FORMATS
from ..i18n import say
from ..settings import Settings
from .parser import OK, Parser


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """Describe both commands."""
    of_languages = commands.add_parser("languages", help=say("list the languages that can be read"))
    of_languages.set_defaults(run=_languages)
    of_formats = commands.add_parser("formats", help=say("list the formats that a document can have"))
    of_formats.set_defaults(run=_formats)


def _languages(args: argparse.Namespace, settings: Settings) -> int:
    """A line for each language: its code, its name, and what it needs where it is not available."""
    for language in languages.languages():
        print(f"{language.code:10}{language.name}", f"  ({language.needs})" if language.needs else "", sep="")
    return OK


def _formats(args: argparse.Namespace, settings: Settings) -> int:
    """A line for each format: its name, the suffix of its files, and what it is."""
    for name, module in FORMATS.items():
        print(f"{name:10}.{module.EXTENSION:12}{module.MEDIA_TYPE:24}{say((module.__doc__ or '').splitlines()[0])}")
    return OK
