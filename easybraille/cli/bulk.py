"""`easybraille bulk`: a folder to a deployed service as a job, and the results back."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..client.results import Results
from ..errors import KeyRequiredError, UsageError
from ..formats import FORMATS, paper_of
from ..i18n import say
from ..settings import CLIENT_KEY, LOOPBACK, Settings
from .console import error, note
from .options import add_code, add_language, add_layout, add_overwrite, add_paper, add_sides, format_name
from .parser import FAILED, OK, Parser

if TYPE_CHECKING:
    from ..client.contents import Content


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """Describe the command."""
    bulk = commands.add_parser(
        "bulk",
        help=say("send a folder to a deployed service as a job, and fetch the results"),
        description=say(
            "Send a folder to a deployed service as a job, and fetch the results. "
            "The API key is taken from {variable}. After an interruption the same command goes on.",
            variable=CLIENT_KEY,
        ),
        examples=(
            ("easybraille bulk libro --url https://braille.example.org", say("results in libro-results")),
            ("easybraille bulk libro --url … -f brf --whole", say("one file of all pages")),
        ),
    )
    bulk.add_argument("folder", type=Path, metavar="FOLDER", help=say("pictures and PDF files"))
    bulk.add_argument("--url", required=True, help=say("where the service is, https://…"))
    bulk.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FOLDER",
        help=say("where the results go, one file an input; FOLDER-results by default"),
    )
    add_language(bulk)
    add_code(bulk)
    bulk.add_argument(
        "-f",
        "--format",
        type=format_name,
        default="text",
        metavar="NAME",
        help=say("what is made of the pages, text by default; see `easybraille formats`"),
    )
    add_layout(bulk)
    add_paper(bulk)
    add_sides(bulk)
    bulk.add_argument("--whole", action="store_true", help=say("one file of all pages in order, not one an input"))
    add_overwrite(bulk)
    bulk.add_argument(
        "--erase", action="store_true", help=say("remove everything from the service when all is fetched")
    )
    bulk.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Send the folder, wait, and fetch; FAILED if something could not be read."""
    from ..client.contents import contents
    from ..client.http import ServiceError

    key = os.environ.get(CLIENT_KEY)
    _check(args.url, key)
    paper_of(args.paper)
    files, failed, left_out = contents(args.folder)
    for path in left_out:
        note(say("{file}: not a picture or PDF; left out", file=path))
    try:
        failed += asyncio.run(_bulk(args, key, files))
    except ServiceError as refused:
        if refused.problem == KeyRequiredError.code:
            raise ServiceError(f"{refused} {_how_to_open(args.url, key)}", refused.refusal, refused.problem) from None
        raise
    except KeyboardInterrupt:
        note(say("The same command goes on where this one was stopped."))
        raise
    for line in failed:
        error(line)
    if failed:
        note(say("{count} could not be read.", count=len(failed)))
    return FAILED if failed else OK


def _how_to_open(url: str, key: str | None) -> str:
    """What a person can do where the service wants a key."""
    if key is None:
        how = say("Set {variable} to the key that the operator of the service gave you.", variable=CLIENT_KEY)
    else:
        how = say("Check the key in {variable}.", variable=CLIENT_KEY)
    if urlsplit(url).hostname in LOOPBACK:
        how += " " + say("A service on this machine takes jobs without a key when it is started with --host 127.0.0.1.")
    return how


def _check(url: str, key: str | None) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"--url is {url!r}; it must be https://… (or http://… to this machine).")
    if key and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise UsageError(f"--url is {url!r}; the key of {CLIENT_KEY} would be sent unencrypted. Use https://….")


async def _bulk(args: argparse.Namespace, key: str | None, files: Sequence[Content]) -> list[str]:
    """Pages that could not be read, and why."""
    from ..client.deletion import erase
    from ..client.download import fetch, fetch_whole
    from ..client.http import Service
    from ..client.progress import watch
    from ..client.upload import send

    options = {"language": args.language, "layout": args.layout, "sides": args.sides}
    if args.code != "current":
        options["code"] = args.code
    folder = args.folder.resolve()
    output = args.output or folder.with_name(f"{folder.name}-results")
    whole = output / f"{folder.name}.{FORMATS[args.format].EXTENSION}"
    if args.whole and whole.exists() and not args.overwrite:
        raise UsageError(f"{whole} exists. --overwrite replaces it.")
    async with Service(args.url, key) as service:
        job = await send(service, files, options)
        await watch(service, job)
        if args.whole:
            failed = await fetch_whole(service, job, whole, args.format, args.paper)
        else:
            results = Results(output, job=job, format=args.format, paper=args.paper)
            failed = await fetch(service, job, files, results, args.format, paper_of(args.paper), args.overwrite)
        if args.erase:
            await erase(service, job)
    note(say("The results are in {folder}.", folder=output))
    return failed
