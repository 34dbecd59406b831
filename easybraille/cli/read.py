"""`easybraille read`: pictures, PDF files and folders of them."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

from .. import __version__, languages
from ..client.inputs import Collected, Input, collect, refuse_collisions
from ..client.results import Results
from ..errors import UsageError
from ..formats import paper_of
from ..i18n import preferred, say, translated
from ..model_store import resolve
from ..reader import AUTO
from ..settings import Settings
from .console import error, note, progress
from .destination import Destination, Existing, Folder, OneFile, Stream, format_of, is_folder
from .options import (
    add_code,
    add_language,
    add_layout,
    add_overwrite,
    add_paper,
    add_quiet,
    add_rotation,
    add_sides,
    format_names,
)
from .page_ranges import PageRanges
from .parser import FAILED, OK, Parser
from .reading import Options, Read, read_inputs

STANDARD_INPUT = Path("-")
# So many of the files that were left out are named.
_NAMED = 5


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """Describe the command."""
    read = commands.add_parser(
        "read",
        help=say("read pictures, PDF files and folders of them"),
        description=say(
            "Read pictures and PDF files of Braille pages. Folders are read in natural order: 2 before 10."
        ),
        examples=(
            ("easybraille read foto.jpg", say("text on standard output")),
            ("easybraille read libro.pdf --pages 1-3,7 -o libro.txt", say("some pages of a PDF into a file")),
            ("easybraille read carpeta -f text,brf -o salida", say("two files a picture, in a folder")),
            ("easybraille read carpeta -o salida --resume", say("go on where the same command was stopped")),
            ("scan | easybraille read - -l auto", say("a picture from another program; detect its language")),
        ),
    )
    read.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="FILE|FOLDER|-",
        help=say("pictures, PDF files, folders; - reads standard input"),
    )
    add_language(read)
    add_code(read)
    read.add_argument(
        "-f",
        "--format",
        type=format_names,
        action="extend",
        metavar="NAME[,NAME]",
        help=say("what is made of them, text by default; see `easybraille formats`"),
    )
    read.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE|FOLDER",
        help=say("one file of all that is read, or a folder with a file for each input"),
    )
    add_layout(read)
    add_paper(read)
    add_sides(read)
    add_rotation(read)
    read.add_argument("--pages", type=PageRanges, metavar="1-3,7", help=say("only these pages of a PDF or TIFF"))
    read.add_argument(
        "-j", "--jobs", type=_jobs, metavar="N", default=_cores(), help=say("use N cores; all of them by default")
    )
    add_overwrite(read)
    read.add_argument("--resume", action="store_true", help=say("keep the results that are in --output already"))
    add_quiet(read)
    read.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Read what can be read; FAILED if something could not be."""
    logging.basicConfig(level=logging.INFO if args.verbose else logging.WARNING, format="%(message)s")
    with ExitStack() as stack:
        collected = _collected(args.inputs, stack)
        options = _options(args, collected.inputs)
        destination = _destination(args, options, collected.inputs, settings)
        wanted = [one for one in collected.inputs if not (args.resume and destination.kept(one, _digest(one)))]
        failed = _read_into(destination, wanted, options, args, settings)
    if not args.quiet:
        _summarize(collected, len(collected.inputs) - len(wanted), failed)
    return FAILED if failed or not collected.inputs else OK


def _read_into(
    destination: Destination, inputs: Sequence[Input], options: Options, args: argparse.Namespace, settings: Settings
) -> int:
    """Read the inputs; returns how many could not be read."""
    failed = 0
    began = time.perf_counter()
    with progress(len(inputs), say("file"), args.quiet) as bar:
        for read in read_inputs(inputs, options, settings, args.jobs, preferred()):
            if read.error is not None:
                failed += 1
                error(_reason(read.error), _shown(read.one))
            else:
                destination.put(read)
                _tell(read, args)
            bar.update()
    destination.close()
    if args.verbose and inputs:
        seconds = time.perf_counter() - began
        note(say("{count} files in {seconds} s", count=len(inputs), seconds=f"{seconds:.1f}"))
    return failed


def _tell(read: Read, args: argparse.Namespace) -> None:
    """Say what else there is to know about an input."""
    assert read.document is not None
    for problem in read.document.errors:
        error(translated(problem.message), problem.source)
    if args.verbose:
        cells = sum(bool(cell.dots) for page in read.document.pages for line in page.lines for cell in line.cells)
        note(
            say(
                "{file}: {pages} pages, {cells} cells",
                file=_shown(read.one),
                pages=len(read.document.pages),
                cells=cells,
            )
        )
    if not args.quiet:
        for page in read.document.pages:
            for advice in page.advice:
                note(f"{_shown(read.one)}: {advice.message}")


def _summarize(collected: Collected, kept: int, failed: int) -> None:
    total = len(collected.inputs)
    if kept:
        note(say("{kept} of {total} were there already.", kept=kept, total=total))
    if collected.left_out:
        named = ", ".join(str(path) for path in collected.left_out[:_NAMED])
        more = ", …" if len(collected.left_out) > _NAMED else ""
        note(say("{count} files were not read: {named}", count=len(collected.left_out), named=named + more))
    if failed:
        note(say("{failed} of {total} could not be read.", failed=failed, total=total))
    elif not total:
        note(say("There is no picture or PDF in there."))


def _collected(paths: Sequence[Path], stack: ExitStack) -> Collected:
    """The inputs; standard input becomes a file for as long as the stack is open."""
    if STANDARD_INPUT in paths:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="easybraille-")))
        copy = folder / "stdin"
        copy.write_bytes(sys.stdin.buffer.read())
        paths = [copy if path == STANDARD_INPUT else path for path in paths]
    return collect(paths)


def _options(args: argparse.Namespace, inputs: Sequence[Input]) -> Options:
    if args.language != AUTO:
        languages.get(args.language)
    if args.pages and len(inputs) != 1:
        raise UsageError("--pages needs one input.")
    by_name = format_of(args.output) if args.output and not is_folder(args.output) else None
    formats = tuple(dict.fromkeys(args.format or [by_name or "text"]))
    return Options(
        args.language, args.layout, args.sides, args.rotation, args.code, formats, paper_of(args.paper), args.pages
    )


def _destination(
    args: argparse.Namespace, options: Options, inputs: Sequence[Input], settings: Settings
) -> Destination:
    if args.output is None:
        if args.resume:
            raise UsageError("--resume needs --output: it looks there for what is done already.")
        if len(options.formats) > 1:
            raise UsageError("Several formats need a folder. Name one by --output.")
        return Stream(options.formats[0], len(inputs))
    if not is_folder(args.output):
        if len(options.formats) > 1 or args.resume:
            raise UsageError("--resume and several formats need a folder. Name one by --output.")
        return OneFile(args.output, options, _existing(args))
    refuse_collisions(inputs)
    results = Results(
        args.output,
        weights=_weights(settings),
        version=__version__,
        language=options.language,
        layout=options.layout,
        sides=options.sides,
        rotation=options.rotation,
        code=options.code,
        paper=str(options.paper) if options.paper else None,
        pages=str(options.pages) if options.pages else None,
    )
    return Folder(args.output, results, options.formats, inputs, _existing(args))


def _existing(args: argparse.Namespace) -> Existing:
    return "replace" if args.overwrite else "keep" if args.resume else "refuse"


def _weights(settings: Settings) -> str:
    return resolve(settings).manifest.files["onnx"].sha256


def _digest(one: Input) -> str:
    try:
        return sha256(one.path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _reason(problem: Exception) -> str:
    return (isinstance(problem, OSError) and problem.strerror) or translated(str(problem))


def _shown(one: Input) -> str:
    return say("standard input") if one.path.name == "stdin" else str(one.path)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(say("{text} is not a number from 1 to 256", text=text))
    return int(text)
