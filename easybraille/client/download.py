"""Fetches the results of an ended job: a file for each file that was sent, or one file of all."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..atomic_files import write_whole
from ..document import Problem
from ..formats import FORMATS, Context, Paper, Pictures
from ..formats.json import parse
from ..i18n import say
from ..text.joining import join
from .contents import Content
from .http import Service, concurrently
from .results import Results

SECONDS = 2
Page = dict[str, Any]


async def fetch(
    service: Service,
    job: str,
    files: Sequence[Content],
    results: Results,
    form: str,
    paper: Paper | None,
    overwrite: bool = False,
) -> list[str]:
    """Write the result of each file in a format, except those that exist already.

    A result that a person has changed is kept and named, unless `overwrite` is set.

    Returns:
        a line for each page that could not be read, with the reason.

    Raises:
        ServiceError: the service refuses, or cannot be reached.
        OSError: a result cannot be written, or a picture that it shows cannot be read.
    """
    failed: dict[int, list[str]] = {}
    with tqdm(desc="fetching", total=len(files), unit="file", file=sys.stderr, dynamic_ncols=True) as bar:

        async def write(pages: list[Page]) -> None:
            file = files[pages[0]["file"] - 1]
            name = file.stem.with_name(f"{file.stem.name}.{FORMATS[form].EXTENSION}")
            urls = [page["url"] for page in pages if not page["code"]]
            failed[pages[0]["file"]] = _failed(pages)
            if urls and (overwrite or not results.has(name, file.name, file.md5)):
                if overwrite or results.is_ours(name):
                    documents = [parse(await service.fetch(url)) for url in urls]
                    document = join(documents, [_problem(page) for page in pages if page["code"]])
                    pictures = Pictures([(document.pages[0].source, file.path.read_bytes())])
                    results.write(name, file.name, file.md5, FORMATS[form].write(document, Context(pictures, paper)))
                else:
                    failed[pages[0]["file"]].append(
                        say("{file} exists and is kept; --overwrite replaces it.", file=name)
                    )
            bar.update()

        async for some in _by_file(service, job):
            await concurrently(write, some)
    return [line for _, lines in sorted(failed.items()) for line in lines]


async def fetch_whole(service: Service, job: str, path: Path, form: str, paper: str | None) -> list[str]:
    """Write all results as one file, which the service makes, if there are any; see `fetch`."""
    pages = [page async for some in _by_file(service, job) for file in some for page in file]
    if not all(page["code"] for page in pages):
        await _write_whole(service, job, path, form, paper)
    return _failed(pages)


async def _write_whole(service: Service, job: str, path: Path, form: str, paper: str | None) -> None:
    query = {"format": form} | ({"paper": paper} if paper else {})
    with tqdm(desc="joining", bar_format="{desc}: {elapsed}", file=sys.stderr) as clock:
        while (whole := await service.call("GET", f"/v1/jobs/{job}/results", params=query))["state"] != "ready":
            await asyncio.sleep(SECONDS)
            clock.refresh()
    write_whole(path, await service.fetch(whole["url"]))


async def _by_file(service: Service, job: str) -> AsyncIterator[list[list[Page]]]:
    """The job's pages, grouped by file, in batches whose addresses are fresh."""
    query: dict[str, str] = {}
    begun: list[Page] = []
    while True:
        piece = await service.call("GET", f"/v1/jobs/{job}/results", params=query)
        files = [list(pages) for _, pages in groupby(begun + piece["results"], lambda page: page["file"])]
        if piece["next"] is None:
            yield files
            return
        # The next batch may continue the last file.
        begun = files.pop()
        yield files
        query = {"after": piece["next"]}


def _failed(pages: list[Page]) -> list[str]:
    return [f"{_where(page)}: {page['reason']}" for page in pages if page["code"]]


def _where(page: Page) -> str:
    return page["name"] if page["page"] is None else f"{page['name']}, page {page['page']}"


def _problem(page: Page) -> Problem:
    return Problem(_where(page), page["code"], page["reason"])
