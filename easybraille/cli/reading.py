"""Inputs are read, several pages simultaneously where there are several cores, and come back in their order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from multiprocessing import connection
from pathlib import Path

from ..client.inputs import Input
from ..document import Document
from ..errors import EasyBrailleError, InputError, InternalInputError, TooManyPagesError
from ..formats import FORMATS, Context, Paper, Pictures
from ..i18n import prefer
from ..imaging import splitting
from ..languages import Edition
from ..reader import AUTO, Layout, Reader, RotationChoice, Sides
from ..settings import Settings
from ..startup import make_reader
from ..text.joining import join
from .page_ranges import PageRanges

# Fewer pages are read sooner by this process alone than others have started.
LEAST_PAGES_FOR_PROCESSES = 4
# Pages that wait for each process, so that none is idle and not all of a folder is in memory.
_WAITING = 3
_ANY_NUMBER = 1_000_000
# Formats that show nothing of the picture.
PLAIN = frozenset({"json", "text", "braille", "brf", "bra", "pef", "html", "markdown", "docx", "epub"})


@dataclass(frozen=True, slots=True)
class Options:
    """How inputs are read, and in which formats they are wanted.

    Attributes:
        pages: which pages of the input; None for all.
    """

    language: str
    layout: Layout
    sides: Sides
    rotation: RotationChoice
    code: Edition
    formats: tuple[str, ...]
    paper: Paper | None = None
    pages: PageRanges | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What became of an input.

    Attributes:
        one: the input.
        document: what was read of it.
        contents: the document in each of the formats.
        digest: hexadecimal SHA-256 of the input.
        error: why nothing could be read; then the others are empty.
    """

    one: Input
    document: Document | None = None
    contents: dict[str, bytes] | None = None
    digest: str = ""
    error: InputError | OSError | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    """A part of an input that is read by one process: all of it, or some of its pages."""

    path: Path
    options: Options
    pages: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What became of a task. `contents` is only made where the task is all of its input."""

    document: Document | None
    digest: str
    contents: dict[str, bytes]
    error: InputError | OSError | None = None


_Submit = Callable[[_Task], "Future[_Answer]"]


def read_inputs(
    inputs: Sequence[Input], options: Options, settings: Settings, jobs: int, language: str | None
) -> Iterator[Read]:
    """Read the inputs, and give what became of each in their order.

    Args:
        inputs: files.
        options: how.
        settings: of the engine and the limits.
        jobs: how many cores are used: several pages simultaneously, each on one core, or few pages on all of them.
        language: of the sentences.

    Raises:
        EasyBrailleError: the weights can't be used, or a process was stopped from outside.
    """
    with _engine(inputs, settings, jobs, language) as (submit, waiting):
        begun: deque[tuple[Input, list[Future[_Answer]] | InputError | OSError]] = deque()
        for one in inputs:
            begun.append((one, _begin(one, options, settings, submit)))
            while sum(len(tasks) for _, tasks in begun if isinstance(tasks, list)) > waiting:
                yield _finish(*begun.popleft(), options)
        while begun:
            yield _finish(*begun.popleft(), options)


@contextmanager
def _engine(
    inputs: Sequence[Input], settings: Settings, jobs: int, language: str | None
) -> Iterator[tuple[_Submit, int]]:
    """What reads tasks, and how many may wait for it."""
    pages = len(inputs)
    if pages < LEAST_PAGES_FOR_PROCESSES:
        pages = sum(_count(one.path) for one in inputs)
    processes = min(jobs, pages) if pages >= LEAST_PAGES_FOR_PROCESSES else 1
    settings = settings.model_copy(update={"threads": settings.threads or max(1, jobs // processes)})
    if processes == 1:
        _start(settings)
        yield _read_here, 0
        return
    # A new interpreter for each: engines and their threads don't survive a fork.
    context = multiprocessing.get_context("spawn")
    executor: Executor = ProcessPoolExecutor(processes, context, _start_process, (settings, language))
    try:
        yield lambda task: executor.submit(_read, task), _WAITING * processes
    finally:
        executor.shutdown(cancel_futures=True)


def _begin(
    one: Input, options: Options, settings: Settings, submit: _Submit
) -> list[Future[_Answer]] | InputError | OSError:
    """The tasks of an input, submitted; or why there are none."""
    try:
        total = _count(one.path)
        pages = options.pages.of(total) if options.pages else range(1, total + 1)
        if len(pages) > settings.max_pages:
            raise TooManyPagesError(
                f"The file has {len(pages)} pages; {settings.max_pages} are allowed. "
                "Choose some by --pages, or set EASYBRAILLE_MAX_PAGES."
            )
    except (InputError, OSError) as error:
        return error
    if total == 1:
        return [submit(_Task(one.path, options))]
    if options.language == AUTO:
        # The language is detected from all pages together.
        return [submit(_Task(one.path, options, tuple(pages)))]
    return [submit(_Task(one.path, options, (page,))) for page in pages]


def _finish(one: Input, tasks: list[Future[_Answer]] | InputError | OSError, options: Options) -> Read:
    """What became of an input."""
    if not isinstance(tasks, list):
        return Read(one, error=tasks)
    try:
        answers = [task.result() for task in tasks]
    except BrokenProcessPool:
        raise EasyBrailleError(
            "A process that reads was stopped from outside, perhaps for want of memory. Try fewer --jobs."
        ) from None
    documents = [answer.document for answer in answers if answer.document is not None]
    if not documents:
        return Read(one, error=answers[0].error)
    digest = answers[0].digest
    if answers[0].contents:
        return Read(one, documents[0], answers[0].contents, digest)
    document = join(documents)
    if not document.pages and document.errors:
        return Read(one, error=InputError(document.errors[0].message))
    return Read(one, document, written(document, [one], options), digest)


# What follows runs in the processes that read, or in this one.

_reader: Reader


def _start(settings: Settings) -> None:
    # Tasks of this process find it here.
    global _reader  # noqa: PLW0603
    _reader = make_reader(settings)


def _start_process(settings: Settings, language: str | None) -> None:
    # Ctrl-C reaches all processes of a terminal; the first one tells the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prefer(language)
    _start(settings)


def _end_with_parent() -> None:
    """Stop as soon as the process that gives the tasks is gone, however it ended."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _read_here(task: _Task) -> Future[_Answer]:
    future: Future[_Answer] = Future()
    future.set_result(_read(task))
    return future


def _read(task: _Task) -> _Answer:
    options, name = task.options, task.path.name
    try:
        data, digest = _content(task.path)
        if task.pages is None:
            document = _reader.read(
                data, name, options.language, options.layout, options.sides, options.rotation, options.code
            )
            return _Answer(document, digest, _written(document, Pictures([(name, data)]), options))
        return _Answer(_read_pages(data, name, task.pages, options), digest, {})
    except (InputError, OSError) as error:
        return _Answer(None, "", {}, error)
    except EasyBrailleError:
        raise
    except Exception as unforeseen:  # noqa: BLE001, an input must not take the others with it
        return _Answer(None, "", {}, InternalInputError.logged(unforeseen))


def _read_pages(data: bytes, name: str, pages: Sequence[int], options: Options) -> Document:
    """Some pages of a file of several, numbered as there."""
    single = [(str(page), splitting.page(data, page, _reader.limits)) for page in pages]
    document = _reader.read_all(single, options.language, options.layout, options.sides, options.rotation, options.code)
    return replace(
        document,
        pages=[replace(page, source=name, source_page=int(page.source)) for page in document.pages],
        errors=[replace(error, source=f"{name}, {error.source}") for error in document.errors],
    )


def written(document: Document, inputs: Sequence[Input], options: Options) -> dict[str, bytes]:
    """A document in each of the formats.

    Args:
        document: what was read.
        inputs: all the files that it was read from, for the formats that show them.
        options: the formats.
    """
    shown = [one for one in inputs if not PLAIN.issuperset(options.formats)]
    return _written(document, Pictures([(one.path.name, one.path.read_bytes()) for one in shown]), options)


def _written(document: Document, pictures: Pictures, options: Options) -> dict[str, bytes]:
    context = Context(pictures, options.paper)
    return {name: _formatted(document, name, context) for name in options.formats}


def _formatted(document: Document, name: str, context: Context) -> bytes:
    if name == "text":
        # A form feed between pages, as in Braille and as other tools write text of several pages.
        return ("\n\f".join(page.text for page in document.pages) + "\n").encode()
    content: bytes = FORMATS[name].write(document, context)
    return content


@lru_cache(maxsize=1)
def _content(path: Path) -> tuple[bytes, str]:
    """A file and its SHA-256; kept for the next page of the same file."""
    data = path.read_bytes()
    return data, sha256(data).hexdigest()


def _count(path: Path) -> int:
    return splitting.count(_content(path)[0], _ANY_NUMBER)
