"""Joins all results of a job into one file, in the order of its pages; cells of few pages at a time are in memory."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import PurePosixPath
from typing import BinaryIO, TypeVar

from pydantic import TypeAdapter

from ..document import Document, Line, Page, Problem
from ..formats import FORMATS, Context, Paper, Pictures, bra, braille, brf, paper_of, pdf, pef
from ..formats.json import parse
from ..formats.pictures import Shown
from ..formats.rows import pages as rows_of
from ..reader import AUTO
from ..text.joining import join as joined
from .export_files import ZIP, whole_name
from .models import Job
from .object_keys import Place
from .outcomes import Outcome, outcomes
from .storage.base import Store

T = TypeVar("T")
R = TypeVar("R")
# Objects that are fetched concurrently.
_CONCURRENCY = 16
_ZIPPED = ("json", "text", "brf")
_pages: TypeAdapter[Page] = TypeAdapter(Page)


@dataclass(frozen=True, slots=True)
class _Read:
    """One result: a document of one page, or of the two sides of one."""

    place: Place
    document: Document


def join(store: Store, job: Job, form: str, size: str | None, page_seconds: int) -> None:
    """Write the joined results into the store.

    Args:
        form: one of WHOLES.
        size: of the paper, "40x25", or None.
        page_seconds: longest time of one attempt at a page.
    """
    found = [outcome for outcome in outcomes(store, job, page_seconds) if not outcome.split]
    read = _read(store, job, [outcome.place for outcome in found if outcome.result])
    with tempfile.TemporaryFile() as file:
        if form == ZIP:
            _zip(file, read, job, found)
        elif form == "json":
            _json(file, read, _problems(store, job, found))
        elif form == "pdf":
            language = job.asked.language
            file.write(pdf.bound(_shown(store, job, read), "es" if language == AUTO else language))
        else:
            file.write(_light(read, form, paper_of(size), _title(job)))
        file.seek(0)
        store.put(job.keys.whole(whole_name(form, size)), file)


def _read(store: Store, job: Job, places: list[Place]) -> Iterator[_Read]:
    """The results in order, pages numbered from 1."""
    contents = _fetched(lambda place: store.get(job.keys.result(place)), places)
    number = count(1)
    for place, content in zip(places, contents):
        document = parse(content)
        yield _Read(place, replace(document, pages=[replace(page, number=next(number)) for page in document.pages]))


def _fetched(get: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`get` of each item in order, several concurrently, never many ahead."""
    items = iter(items)
    with ThreadPoolExecutor(_CONCURRENCY) as pool:
        while piece := list(islice(items, 2 * _CONCURRENCY)):
            yield from pool.map(get, piece)


def _problems(store: Store, job: Job, found: list[Outcome]) -> list[Problem]:
    failed = [(outcome.place, outcome.code) for outcome in found if outcome.code]
    said = _fetched(lambda one: json.loads(store.get(job.keys.failed(*one))), failed)
    names = [job.asked.files[place.file - 1].name for place, _ in failed]
    return [Problem(name, one["code"], one["message"]) for name, one in zip(names, said)]


def _json(file: BinaryIO, read: Iterable[_Read], problems: list[Problem]) -> None:
    """Write the document in the same shape as elsewhere, with its pages first."""
    kept: list[Document] = []
    file.write(b'{"pages":[')
    for one in read:
        pages = b",".join(_pages.dump_json(page, exclude_none=True) for page in one.document.pages)
        file.write(b"," + pages if kept else pages)
        kept.append(_without_cells(one.document))
    rest = json.loads(FORMATS["json"].write(joined(kept, problems)))
    del rest["pages"]
    file.write(b"]," + json.dumps(rest, ensure_ascii=False)[1:].encode())


def _light(read: Iterable[_Read], form: str, paper: Paper | None, title: str) -> bytes:
    """Write a format that needs no cells, only text or rows of Braille."""
    if paper is None or form not in ("braille", "brf", "bra", "pef"):
        content: bytes = FORMATS[form].write(joined([_without_cells(one.document, title) for one in read]))
        return content
    # Text flowed onto paper needs the cells.
    rows, language, both = [], "", False
    for one in read:
        rows += rows_of(one.document, paper)
        language = one.document.language
        both = both or any(page.side == "back" for page in one.document.pages)
    match form:
        case "braille":
            return braille.encode(rows)
        case "brf":
            return brf.encode(rows)
        case "bra":
            return bra.encode(rows)
    return pef.encode(rows, title, language, paper, both)


def _without_cells(document: Document, title: str = "") -> Document:
    """The document without its cells, a twentieth of its size."""
    pages = [
        replace(page, source=title, lines=[Line("", line.braille, []) for line in page.lines])
        for page in document.pages
    ]
    return replace(document, pages=pages)


def _title(job: Job) -> str:
    """The title of the file: the folder that the job's files are in, or its only file."""
    names = [PurePosixPath(file.name) for file in job.asked.files]
    folders = {name.parent.name for name in names}
    return names[0].stem if len(names) == 1 else folders.pop() if len(folders) == 1 else ""


def _shown(store: Store, job: Job, read: Iterable[_Read]) -> Iterator[Shown]:
    """The picture of each page, as the format shows it."""
    data, number = b"", 0
    for one in read:
        if one.place.file != number:
            number = one.place.file
            data = store.get(job.keys.input(number))
        for page in one.document.pages:
            yield Pictures([(page.source, data)]).show(one.document, page, pdf.LONGEST_SIDE)


def _zip(file: BinaryIO, read: Iterable[_Read], job: Job, found: list[Outcome]) -> None:
    """Write every page as json, text and brf, named by its number and the safe part of its name, and a table of all."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in read:
            stem = f"pages/{_stem(job, one.place)}"
            for name in _ZIPPED:
                form = FORMATS[name]
                archive.writestr(f"{stem}.{form.EXTENSION}", form.write(one.document, Context()))
        table = io.StringIO(newline="")
        rows = csv.writer(table)
        rows.writerow(["file", "page", "name", "result", "failure"])
        for outcome in found:
            place = outcome.place
            name = job.asked.files[place.file - 1].name
            result = f"pages/{_stem(job, place)}.json" if outcome.result else ""
            rows.writerow([place.file, place.page or "", name, result, outcome.code or ""])
        archive.writestr("pages.csv", table.getvalue())


def _stem(job: Job, place: Place) -> str:
    """A file name of letters, digits, underscores and hyphens, whatever the caller's name is."""
    name = re.sub(r"[^\w-]+", "_", PurePosixPath(job.asked.files[place.file - 1].name).stem)[:60]
    return f"{place.stem}-{name}"
