"""The command line: `easybraille read`, `easybraille serve`."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from . import __version__
from .errors import EasyBrailleError, InputError, SettingError
from .formats import FORMATS
from .inputs import Input, UsageError, collect, refuse_collisions
from .languages.errors import LanguageError
from .reader import Reader
from .service import make_reader
from .settings import Settings, from_environment

USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0, 1 if an input could not be read, 2 for bad usage."""
    args = _parser().parse_args(arguments)
    try:
        return args.run(args, from_environment())
    except (UsageError, LanguageError) as error:
        print(f"easybraille: {error}", file=sys.stderr)
        return USAGE
    except EasyBrailleError as error:
        print(f"easybraille: {error}", file=sys.stderr)
        return USAGE if isinstance(error, SettingError) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="easybraille", description="Photographs of Braille pages become text.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    read = commands.add_parser("read", help="read pictures, PDF files and folders of them")
    read.add_argument("inputs", nargs="+", type=Path, metavar="PICTURE|PDF|FOLDER")
    read.add_argument("--language", default="es", help="code of the language, es by default")
    read.add_argument("--format", choices=list(FORMATS), default="text")
    read.add_argument("--layout", choices=["page", "flow"], default="page", help="keep lines, or flow into paragraphs")
    read.add_argument("--sides", choices=["front"], default="front", help="which sides of the sheet to read")
    read.add_argument("--output", type=Path, metavar="FOLDER", help="one file an input there, not standard output")
    read.set_defaults(run=_read)

    serve = commands.add_parser("serve", help="serve the page and the API")
    serve.add_argument("--host", help="address to listen on; EASYBRAILLE_HOST by default")
    serve.add_argument("--port", type=int, help="port to listen on; PORT, or 5000, by default")
    serve.set_defaults(run=_serve)
    return parser


def _read(args: argparse.Namespace, settings: Settings) -> int:
    inputs = collect(args.inputs)
    if args.output:
        refuse_collisions(inputs)
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
            sys.stdout.buffer.write(content if content.endswith(b"\n") else content + b"\n")
            sys.stdout.buffer.flush()
    if failed:
        print(f"{failed} of {len(inputs)} could not be read.", file=sys.stderr)
    elif not inputs:
        print("There is no picture or PDF in there.", file=sys.stderr)
    return 1 if failed or not inputs else 0


def _read_one(reader: Reader, one: Input, args: argparse.Namespace) -> bytes:
    document = reader.read(one.path.read_bytes(), one.path.name, args.language, args.layout)
    for page in document.pages:
        for advice in page.advice:
            tqdm.write(f"{one.path}: {advice.message}", file=sys.stderr)
    return FORMATS[args.format].write(document)


def _serve(args: argparse.Namespace, settings: Settings) -> int:
    import uvicorn

    from .api import create_app

    host = settings.host if args.host is None else args.host
    port = settings.port if args.port is None else args.port
    settings = settings.model_copy(update={"host": host, "port": port})
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    shown = "localhost" if host in ("0.0.0.0", "::") else host
    print(f"EasyBraille is at http://{shown}:{port}/ (its API's documentation at /docs)", file=sys.stderr)
    uvicorn.run(create_app(settings), host=host, port=port, log_level=settings.log_level.lower())
    return 0


if __name__ == "__main__":
    sys.exit(main())
