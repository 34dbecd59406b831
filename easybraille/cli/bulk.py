"""`easybraille bulk`: a folder to a deployed service as a job, and the results back."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..client.results import Results
from ..errors import UsageError
from ..formats import FORMATS, paper_of
from ..settings import CLIENT_KEY, LOOPBACK, Settings
from .options import add_reading

if TYPE_CHECKING:
    from ..client.contents import Content


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command."""
    bulk = commands.add_parser(
        "bulk",
        help="send a folder to a deployed service as a job, and fetch the results",
        epilog=f"The API key is taken from {CLIENT_KEY}. When it is interrupted, the same command goes on.",
    )
    bulk.add_argument("folder", type=Path, metavar="FOLDER")
    bulk.add_argument("--url", required=True, help="where the service is, https://…")
    bulk.add_argument(
        "--output", type=Path, metavar="FOLDER", help="one file an input there; by default FOLDER-results"
    )
    add_reading(bulk)
    bulk.add_argument("--whole", action="store_true", help="one file of all pages in order, not one an input")
    bulk.add_argument("--erase", action="store_true", help="let nothing stay at the service when all is fetched")
    bulk.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Send, watch, fetch; 1 if anything could not be read."""
    from ..client.contents import contents

    key = os.environ.get(CLIENT_KEY)
    _check(args.url, key)
    paper_of(args.paper)
    files, failed = contents(args.folder)
    try:
        failed += asyncio.run(_bulk(args, key, files))
    except KeyboardInterrupt:
        print("The same command goes on where this one was stopped.", file=sys.stderr)
        raise
    for line in failed:
        print(line, file=sys.stderr)
    if failed:
        print(f"{len(failed)} could not be read.", file=sys.stderr)
    return 1 if failed else 0


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
    folder = args.folder.resolve()
    output = args.output or folder.with_name(f"{folder.name}-results")
    async with Service(args.url, key) as service:
        job = await send(service, files, options)
        await watch(service, job)
        if args.whole:
            whole = output / f"{folder.name}.{FORMATS[args.format].EXTENSION}"
            failed = await fetch_whole(service, job, whole, args.format, args.paper)
        else:
            results = Results(output, job=job, format=args.format, paper=args.paper)
            failed = await fetch(service, job, files, results, args.format, paper_of(args.paper))
        if args.erase:
            await erase(service, job)
    print(f"The results are in {output}.", file=sys.stderr)
    return failed
