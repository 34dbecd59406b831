"""`easybraille read`: pictures, PDF files and folders of them."""

from __future__ import annotations

import argparse
import sys
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from .. import __version__
from ..client.inputs import Input, collect, refuse_collisions
from ..client.results import Results
from ..errors import InputError, UsageError
from ..formats import FORMATS, Context, Pictures, paper_of
from ..reader import Reader
from ..settings import Settings
from ..startup import make_reader
from .options import add_reading

# One after the other these make no stream that anything reads.
ONE_FILE = ("html", "marked", "pdf", "pef")
BINARY = ("marked", "pdf")


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command."""
    read = commands.add_parser("read", help="read pictures, PDF files and folders of them")
    read.add_argument("inputs", nargs="+", type=Path, metavar="PICTURE|PDF|FOLDER")
    add_reading(read)
    read.add_argument("--output", type=Path, metavar="FOLDER", help="one file an input there, not standard output")
    read.add_argument("--resume", action="store_true", help="skip what lies in --output already, read the same way")
    read.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Read what can be read; 1 if anything could not be."""
    args.paper = paper_of(args.paper)
    inputs = collect(args.inputs)
    if args.output:
        refuse_collisions(inputs)
    elif args.resume:
        raise UsageError("--resume needs --output: it looks there for what is done already.")
    elif args.format in ONE_FILE and len(inputs) > 1:
        raise UsageError(f"{len(inputs)} inputs give as many files of format {args.format}: name a folder by --output.")
    elif args.format in BINARY and sys.stdout.isatty():
        raise UsageError(f"{args.format} is nothing for a terminal: redirect it, or name a folder by --output.")
    reader = make_reader(settings)
    results = _results(args, reader) if args.output else None
    failed = skipped = 0
    # One picture on a terminal needs no bar; many on a terminal or a log do.
    for one in tqdm(inputs, unit="file", disable=len(inputs) < 2, file=sys.stderr, dynamic_ncols=True):
        name = one.stem.with_name(f"{one.stem.name}.{FORMATS[args.format].EXTENSION}")
        try:
            data = one.path.read_bytes()
            digest = sha256(data).hexdigest()
            if args.resume and results.has(name, one.path.name, digest):
                skipped += 1
                continue
            content = _read_one(reader, one, data, args)
        except (InputError, OSError) as error:
            failed += 1
            reason = error if isinstance(error, InputError) else error.strerror
            tqdm.write(f"{one.path}: {reason}", file=sys.stderr)
            continue
        if results:
            results.write(name, one.path.name, digest, content)
        else:
            ended = args.format in BINARY or content.endswith(b"\n")
            sys.stdout.buffer.write(content if ended else content + b"\n")
            sys.stdout.buffer.flush()
    if skipped:
        print(f"{skipped} of {len(inputs)} were done already.", file=sys.stderr)
    if failed:
        print(f"{failed} of {len(inputs)} could not be read.", file=sys.stderr)
    elif not inputs:
        print("There is no picture or PDF in there.", file=sys.stderr)
    return 1 if failed or not inputs else 0


def _results(args: argparse.Namespace, reader: Reader) -> Results:
    paper = args.paper and str(args.paper)
    options = {"format": args.format, "language": args.language, "layout": args.layout, "sides": args.sides}
    return Results(args.output, weights=reader.model.sha256, version=__version__, paper=paper, **options)


def _read_one(reader: Reader, one: Input, data: bytes, args: argparse.Namespace) -> bytes:
    document = reader.read(data, one.path.name, args.language, args.layout, args.sides)
    for page in document.pages:
        for advice in page.advice:
            tqdm.write(f"{one.path}: {advice.message}", file=sys.stderr)
    return FORMATS[args.format].write(document, Context(Pictures([(one.path.name, data)]), args.paper))
