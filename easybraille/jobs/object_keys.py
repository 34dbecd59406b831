"""The keys of the objects that a job consists of."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Job

_PLACE = re.compile(r"(\d{6})(?:-(\d{4}))?")
# So often a page that came back without an outcome is read alone, and all pages are joined.
TRIES = 3
# Counted down from here, the newest job of a caller comes first where keys are listed in ascending order.
_LAST_MILLISECOND = 10**13 - 1


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a page is in a job.

    Attributes:
        file: its number, from 1.
        page: from 1; 0 stands for the file as a whole, which is its page where it has just one.
    """

    file: int
    page: int = 0

    @classmethod
    def parse(cls, stem: str) -> Place:
        """The opposite of `stem`. Raises ValueError."""
        match = _PLACE.fullmatch(stem)
        if match is None:
            raise ValueError(f"{stem!r} is no place of a page")
        return cls(int(match[1]), int(match[2] or 0))

    @property
    def stem(self) -> str:
        """As keys have it: 000001, or 000001-0002."""
        return f"{self.file:06}-{self.page:04}" if self.page else f"{self.file:06}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a job's objects, drawn in this package's docstring."""

    id: str

    @property
    def root(self) -> str:
        """What all of them begin with."""
        return f"jobs/{self.id}/"

    @property
    def job(self) -> str:
        """What was asked for."""
        return self.root + "job.json"

    @property
    def inputs(self) -> str:
        """What uploads begin with."""
        return self.root + "inputs/"

    def input(self, file: int) -> str:
        """One upload."""
        return f"{self.inputs}{file:06}"

    @property
    def started(self) -> str:
        """ETags of the uploads."""
        return self.root + "started.json"

    @property
    def queued(self) -> str:
        """The sign that all is in the queue."""
        return self.root + "queued"

    @property
    def pages(self) -> str:
        """What outcomes begin with."""
        return self.root + "pages/"

    def result(self, place: Place) -> str:
        """What a page says."""
        return f"{self.pages}{place.stem}.json"

    def split(self, file: int, pages: int) -> str:
        """The sign that a file has so many pages."""
        return f"{self.pages}{file:06}.split.{pages:04}"

    def failed(self, place: Place, code: str) -> str:
        """Why a page can't be read."""
        return f"{self.pages}{place.stem}.failed.{code}"

    def tries(self, place: Place) -> list[str]:
        """Signs of the tries that a page has when it is read alone."""
        return [f"{self.pages}{place.stem}.tried.{number}" for number in range(1, TRIES + 1)]

    def behind(self, place: Place) -> str:
        """A key behind all of a page and before all of the next, to list on from."""
        return f"{self.pages}{place.stem}.~"

    @property
    def cancelled(self) -> str:
        """The sign that the job is cancelled."""
        return self.root + "cancelled"

    @property
    def summary(self) -> str:
        """How it ended."""
        return self.root + "summary.json"

    def whole(self, name: str) -> str:
        """All results as one file."""
        return f"{self.root}wholes/{name}"

    def asked(self, name: str) -> str:
        """The sign that workers were asked for that file."""
        return self.whole(name) + ".asked"

    def not_joined(self, name: str) -> str:
        """The sign that none of them could make it."""
        return self.whole(name) + ".failed"


def erased(job_id: str) -> str:
    """The sign that there was a job of that id."""
    return f"erased/{job_id}"


def of_caller(caller: str) -> str:
    """What the keys of a caller's jobs begin with."""
    return f"callers/{hashlib.sha256(caller.encode()).hexdigest()[:32]}/"


def listed(job: Job) -> str:
    """The key by which a job is found among those of its caller."""
    return f"{of_caller(job.caller)}{_LAST_MILLISECOND - job.created:013}-{job.id}-{len(job.asked.files)}"


def unlisted(key: str) -> tuple[str, int, int]:
    """Of such a key: the job's id, when it was created, how many files it has."""
    counted_down, job_id, files = key.rsplit("/", 1)[1].split("-")
    return job_id, _LAST_MILLISECOND - int(counted_down), int(files)
