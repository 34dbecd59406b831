"""What several commands are asked in the same words."""

from __future__ import annotations

import argparse

from ..formats import FORMATS


def add_reading(command: argparse.ArgumentParser) -> None:
    """How pages are read, and what is made of them."""
    command.add_argument("--language", default="es", help="code of the language, es by default; auto finds it out")
    command.add_argument("--format", choices=list(FORMATS), default="text")
    command.add_argument(
        "--layout", choices=["page", "flow"], default="page", help="keep lines, or flow into paragraphs"
    )
    command.add_argument(
        "--paper", metavar="40x25", help="flow braille, brf and pef over pages of this many cells x rows"
    )
    command.add_argument("--sides", choices=["front", "both"], default="front", help="both: dents as the other side")
