"""`easybraille read`: pictures, PDF files and folders of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from ..errors import InputError
from ..formats import FORMATS, Context, Pictures, paper_of
from ..inputs import Input, UsageError, collect, refuse_collisions
from ..reader import Reader
from ..service import make_reader
from ..settings import Settings

# One after the other these make no stream that anything reads.
ONE_FILE = ("html", "marked", "pdf", "pef")
BINARY = ("marked", "pdf")


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command."""
    read = commands.add_parser("read", help="read pictures, PDF files and folders of them")
    read.add_argument("inputs", nargs="+", type=Path, metavar="PICTURE|PDF|FOLDER")
    read.add_argument("--language", default="es", help="code of the language, es by default")
    read.add_argument("--format", choices=list(FORMATS), default="text")
    read.add_argument("--layout", choices=["page", "flow"], default="page", help="keep lines, or flow into paragraphs")
    read.add_argument("--paper", metavar="40x25", help="flow braille, brf and pef over pages of this many cells x rows")
    read.add_argument("--sides", choices=["front"], default="front", help="which sides of the sheet to read")
    read.add_argument("--output", type=Path, metavar="FOLDER", help="one file an input there, not standard output")
    read.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Read what can be read; 1 if anything could not be."""
    args.paper = paper_of(args.paper)
    inputs = collect(args.inputs)
    if args.output:
        refuse_collisions(inputs)
    elif args.format in ONE_FILE and len(inputs) > 1:
        raise UsageError(f"{len(inputs)} inputs give as many files of format {args.format}: name a folder by --output.")
    elif args.format in BINARY and sys.stdout.isatty():
        raise UsageError(f"{args.format} is nothing for a terminal: redirect it, or name a folder by --output.")
    reader = make_reader(settings)
    failed = 0
    # One picture on a terminal needs no bar; many on a terminal or a log do.
    for one in tqdm(inputs, unit="file", disable=len(inputs) < 2, file=sys.stderr, dynamic_ncols=True):
        try:
            content = _read_one(reader, one, args)
        except (InputError, OSError) as error:
            failed += 1
            reason = error if isinstance(error, InputError) else error.strerror
            tqdm.write(f"{one.path}: {reason}", file=sys.stderr)
            continue
        if args.output:
            target = args.output / one.stem.with_name(f"{one.stem.name}.{FORMATS[args.format].EXTENSION}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        else:
            ended = args.format in BINARY or content.endswith(b"\n")
            sys.stdout.buffer.write(content if ended else content + b"\n")
            sys.stdout.buffer.flush()
    if failed:
        print(f"{failed} of {len(inputs)} could not be read.", file=sys.stderr)
    elif not inputs:
        print("There is no picture or PDF in there.", file=sys.stderr)
    return 1 if failed or not inputs else 0


def _read_one(reader: Reader, one: Input, args: argparse.Namespace) -> bytes:
    data = one.path.read_bytes()
    document = reader.read(data, one.path.name, args.language, args.layout)
    for page in document.pages:
        for advice in page.advice:
            tqdm.write(f"{one.path}: {advice.message}", file=sys.stderr)
    return FORMATS[args.format].write(document, Context(Pictures([(one.path.name, data)]), args.paper))
