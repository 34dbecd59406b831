"""The outcomes of a job's pages, from nothing but the listing of their objects."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from ..errors import EasyBrailleError, PageCrashedError
from .models import Job
from .object_keys import Place
from .storage.base import Entry, Store

# Seconds over which the rate is measured.
RECENTLY = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one page.

    Attributes:
        result: its result, if it has one.
        code: else the error code of its failure.
        split: number of pages of a file that was split; they have outcomes of their own.
        modified: when the outcome was written, seconds since 1970.
    """

    place: Place
    result: Entry | None
    code: str | None
    split: int
    modified: float


def outcomes(store: Store, job: Job, page_seconds: int, after: Place | None = None) -> Iterator[Outcome]:
    """The outcome of each page that has one, in order, after that of `after`. One request for a thousand objects.

    Args:
        page_seconds: longest time of one attempt: until then a provisional failure may still become a result.
    """
    entries = store.entries(job.keys.pages, job.keys.behind(after) if after else "")
    for stem, group in groupby(entries, lambda entry: _parts(entry)[0]):
        try:
            place = Place.parse(stem)
        except ValueError:  # an object that is none of ours
            continue
        outcome = _outcome(place, list(group))
        if outcome is None:
            continue
        if outcome.code != PageCrashedError.code or time.time() - outcome.modified > page_seconds:
            yield outcome


def _outcome(place: Place, entries: list[Entry]) -> Outcome | None:
    """A result takes precedence over a failure, and a definite failure over a provisional one."""
    by_kind: dict[str, tuple[Entry, str]] = {}
    for entry in entries:
        _, kind, detail = _parts(entry)
        if kind not in by_kind or by_kind[kind][1] == PageCrashedError.code:
            by_kind[kind] = entry, detail
    if "json" in by_kind:
        entry = by_kind["json"][0]
        return Outcome(place, entry, None, 0, entry.modified)
    if "split" in by_kind:
        entry, pages = by_kind["split"]
        return Outcome(place, None, None, int(pages), entry.modified)
    if "failed" in by_kind:
        entry, code = by_kind["failed"]
        return Outcome(place, None, code, 0, entry.modified)
    return None


def _parts(entry: Entry) -> tuple[str, str, str]:
    """Place, "json", "split", "failed" or "tried", and its detail."""
    stem, kind, detail = [*entry.key.rsplit("/", 1)[1].split("."), ""][:3]
    return stem, kind, detail


@dataclass(slots=True)
class Tally:
    """Counts over all outcomes.

    Attributes:
        total: pages of the job, as far as its files have been opened.
        done: pages with a result.
        failures: place and code of each page that cannot be read.
        last: when the last outcome was written, seconds since 1970; None where there is none.
        recent: how many were in the last RECENTLY seconds.
    """

    total: int
    done: int = 0
    failures: list[tuple[Place, str]] = field(default_factory=list)
    last: float | None = None
    recent: int = 0

    @property
    def waiting(self) -> int:
        """Pages without an outcome."""
        return self.total - self.done - len(self.failures)


def tally(found: Iterable[Outcome], files: int) -> Tally:
    """Count all outcomes of a job with so many files."""
    counted = Tally(files)
    now = time.time()
    for outcome in found:
        if outcome.split:
            counted.total += outcome.split - 1
            continue
        if outcome.code is None:
            counted.done += 1
        else:
            counted.failures.append((outcome.place, outcome.code))
        counted.last = max(counted.last or 0.0, outcome.modified)
        counted.recent += now - outcome.modified < RECENTLY
    return counted


def reason(code: str) -> str:
    """An error code in words."""
    return _titles(EasyBrailleError).get(code) or code.replace("_", " ").capitalize()


def _titles(kind: type[EasyBrailleError]) -> dict[str, str]:
    found = {kind.code: kind.title}
    for below in kind.__subclasses__():
        found |= _titles(below)
    return found
