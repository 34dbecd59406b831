"""The keys of the objects that a job consists of."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Job

_PLACE = re.compile(r"(\d{6})(?:-(\d{4}))?")
# How many times a page that came back without an outcome is read alone, and results are joined.
TRIES = 3
# Creation times are subtracted from this, so that ascending keys list the newest job of a caller first.
_LAST_MILLISECOND = 10**13 - 1


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The position of a page in a job.

    Attributes:
        file: its number, from 1.
        page: from 1; 0 stands for the whole file, which is its page where it has just one.
    """

    file: int
    page: int = 0

    @classmethod
    def parse(cls, stem: str) -> Place:
        """The place with this stem. Raises ValueError."""
        match = _PLACE.fullmatch(stem)
        if match is None:
            raise ValueError(f"{stem!r} is not the place of a page")
        return cls(int(match[1]), int(match[2] or 0))

    @property
    def stem(self) -> str:
        """Its part of a key: 000001, or 000001-0002."""
        return f"{self.file:06}-{self.page:04}" if self.page else f"{self.file:06}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a job's objects, described in this package's docstring."""

    id: str

    @property
    def root(self) -> str:
        """The prefix of all of them."""
        return f"jobs/{self.id}/"

    @property
    def job(self) -> str:
        """The request."""
        return self.root + "job.json"

    @property
    def inputs(self) -> str:
        """The prefix of uploads."""
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
        """The marker that all messages were sent."""
        return self.root + "queued"

    @property
    def pages(self) -> str:
        """The prefix of outcomes."""
        return self.root + "pages/"

    def result(self, place: Place) -> str:
        """The result of a page."""
        return f"{self.pages}{place.stem}.json"

    def split(self, file: int, pages: int) -> str:
        """The marker that a file has so many pages."""
        return f"{self.pages}{file:06}.split.{pages:04}"

    def failed(self, place: Place, code: str) -> str:
        """The failure of a page."""
        return f"{self.pages}{place.stem}.failed.{code}"

    def tries(self, place: Place) -> list[str]:
        """Markers of the attempts to read a page alone."""
        return [f"{self.pages}{place.stem}.tried.{number}" for number in range(1, TRIES + 1)]

    def behind(self, place: Place) -> str:
        """A key after all keys of a page and before those of the next, from which to continue a listing."""
        return f"{self.pages}{place.stem}.~"

    @property
    def cancelled(self) -> str:
        """The marker that the job is cancelled."""
        return self.root + "cancelled"

    @property
    def summary(self) -> str:
        """The summary of an ended job."""
        return self.root + "summary.json"

    def whole(self, name: str) -> str:
        """All results as one file."""
        return f"{self.root}wholes/{name}"

    def asked(self, name: str) -> str:
        """The marker that this file was requested."""
        return self.whole(name) + ".asked"

    def not_joined(self, name: str) -> str:
        """The marker that no worker could make it."""
        return self.whole(name) + ".failed"


def erased(job_id: str) -> str:
    """The marker that there was a job of this id."""
    return f"erased/{job_id}"


def of_caller(caller: str) -> str:
    """The prefix under which a caller's jobs are listed."""
    return f"callers/{hashlib.sha256(caller.encode()).hexdigest()[:32]}/"


def listed(job: Job) -> str:
    """The key under which a job is listed for its caller."""
    return f"{of_caller(job.caller)}{_LAST_MILLISECOND - job.created:013}-{job.id}-{len(job.asked.files)}"


def unlisted(key: str) -> tuple[str, int, int]:
    """The job's id, creation time (milliseconds since 1970) and number of files from such a key. Raises ValueError."""
    counted_down, job_id, files = key.rsplit("/", 1)[1].split("-")
    return job_id, _LAST_MILLISECOND - int(counted_down), int(files)
