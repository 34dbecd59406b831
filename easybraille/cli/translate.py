"""`easybraille translate`: text becomes Braille for an embosser, Braille becomes text."""

from __future__ import annotations

import argparse
import sys

from ..errors import InvalidTextError
from ..formats import Paper, braille, brf, paper_of, pef
from ..formats.ascii import from_ascii
from ..formats.embosser import emboss
from ..settings import Settings
from ..text.translation import AUTO, language_of, to_cells, to_text


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command."""
    translate = commands.add_parser("translate", help="text to Braille, and Braille to text")
    translate.add_argument("text", metavar="TEXT|-", help="what to translate; - reads standard input")
    translate.add_argument(
        "--language", default="es", help="code of the language, es by default; auto finds out that of Braille"
    )
    translate.add_argument(
        "--to",
        choices=["text", "braille", "brf", "pef"],
        help="Braille becomes text, text becomes braille, if nothing else is said; to text it takes BRF as well",
    )
    translate.add_argument("--layout", choices=["page", "flow"], default="page", help="keep lines, or flow (to text)")
    translate.add_argument(
        "--paper", metavar="40x25", help="cells x rows of a page; brf and pef by default 40x25, braille as it comes"
    )
    translate.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Translate one text to standard output."""
    text = _standard_input() if args.text == "-" else args.text
    unicode_braille = any("\u2800" <= character <= "\u28ff" for character in text)
    to = args.to or ("text" if unicode_braille else "braille")
    if to == "text":
        cells = text if unicode_braille else from_ascii(text)
        language = language_of(cells) if args.language == AUTO else args.language
        result = to_text(cells, language, args.layout).encode() + b"\n"
    else:
        paper = paper_of(args.paper) or (None if to == "braille" else Paper())
        pages = emboss(to_cells(text, args.language), paper)
        result = {
            "braille": lambda: braille.encode(pages),
            "brf": lambda: brf.encode(pages),
            "pef": lambda: pef.encode(pages, language=args.language, paper=paper),
        }[to]()
    sys.stdout.buffer.write(result)
    return 0


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidTextError("Standard input is not UTF-8 text.") from None
