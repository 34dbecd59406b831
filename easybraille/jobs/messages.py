"""The messages of the queue: expand a job, read a page, join results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

# Files for which one Expand sends messages.
_EXPANDED = 500


class _Task(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    job: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]

    @property
    def body(self) -> str:
        """The message's text."""
        return self.model_dump_json(exclude_none=True)


class Expand(_Task):
    """Send a Read for each of these files, the last one included."""

    do: Literal["expand"] = "expand"
    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]


class Read(_Task):
    """Read a file, or split it into its pages if it has several; or read one page of it."""

    do: Literal["read"] = "read"
    file: Annotated[int, Field(ge=1)]
    page: Annotated[int, Field(ge=0, le=9999)] = 0


class Join(_Task):
    """Join all results into one file."""

    do: Literal["join"] = "join"
    format: str
    paper: str | None = None


Task = Annotated[Expand | Read | Join, Field(discriminator="do")]
_adapter: TypeAdapter[Expand | Read | Join] = TypeAdapter(Task)


def parse(body: str | bytes) -> Expand | Read | Join:
    """The task of a message. Raises ValueError."""
    return _adapter.validate_json(body)


def expansions(job: str, files: int) -> Iterator[str]:
    """The messages that start a job of so many files."""
    for first in range(1, files + 1, _EXPANDED):
        yield Expand(job=job, first=first, last=min(first + _EXPANDED - 1, files)).body
