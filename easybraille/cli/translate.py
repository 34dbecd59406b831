"""`easybraille translate`: text becomes Braille for an embosser, Braille becomes text."""

from __future__ import annotations

import argparse
import sys

from ..formats import Paper, braille, brf, paper_of, pef
from ..formats.embosser import emboss
from ..formats.incoming import recognise
from ..i18n import say
from ..settings import Settings
from ..text.translation import AUTO, language_of, to_text, write
from .console import note
from .options import add_code, add_language, add_layout
from .parser import OK, Parser


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """Describe the command."""
    translate = commands.add_parser(
        "translate",
        help=say("text to Braille, and Braille to text"),
        examples=(
            ('easybraille translate "Buenos días"', say("Unicode Braille on standard output")),
            ("easybraille translate - --to brf < carta.txt > carta.brf", say("a file for an embosser")),
            ("easybraille translate - --to text < carta.brf", say("an embosser's file as text")),
            ("easybraille translate - < libro.pef", say("an embosser's file as text")),
        ),
    )
    translate.add_argument("text", metavar="TEXT|-", help=say("what to translate; - reads standard input"))
    add_language(translate)
    add_code(translate)
    translate.add_argument(
        "-t",
        "--to",
        choices=["text", "braille", "brf", "pef"],
        help=say("by default Braille becomes text and text becomes braille; text is made from BRF, too"),
    )
    add_layout(translate)
    translate.add_argument(
        "--encoding",
        metavar="NAME",
        help=say("encoding of a text on standard input, such as cp1252; recognised by default"),
    )
    translate.add_argument(
        "--paper",
        metavar="40x25",
        help=say("cells by rows of a page; 40x25 by default for brf and pef, and none for braille"),
    )
    translate.add_argument(
        "--unknown",
        choices=["mark", "skip", "stop"],
        default="mark",
        help=say("what becomes of a character without Braille: a full cell (mark), nothing (skip), or an error (stop)"),
    )
    translate.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Translate one text to standard output."""
    given = args.text == "-"
    data = sys.stdin.buffer.read() if given else args.text.encode(errors="surrogateescape")
    sent = recognise(data, args.encoding if given else None, is_brf=args.to == "text", language=args.language)
    to = args.to or ("text" if sent.is_braille else "braille")
    if to == "text":
        language = language_of(sent.content) if args.language == AUTO else args.language
        result = to_text(sent.content, language, args.layout, args.code).encode() + b"\n"
    else:
        if sent.encoding:
            note(say("The text was read as {encoding}; --encoding names another one.", encoding=sent.encoding))
        paper = paper_of(args.paper) or (None if to == "braille" else Paper())
        written = write(sent.content, args.language, args.unknown, args.code)
        for warning in written.warnings:
            note(warning)
        pages = emboss(written.pages, paper)
        result = {
            "braille": lambda: braille.encode(pages),
            "brf": lambda: brf.encode(pages),
            "pef": lambda: pef.encode(pages, language=args.language, paper=paper),
        }[to]()
    sys.stdout.buffer.write(result)
    return OK
