"""A bulk job: its request and its identity."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from ..languages import Edition
from ..reader import Layout, Sides
from .object_keys import Keys

ID = re.compile("[0-9a-f]{32}")


class NewFile(BaseModel):
    """One file of a job to be created.

    Attributes:
        name: the caller's name for it; nothing is ever stored under it.
        size: bytes; the upload must have exactly as many.
        md5: hexadecimal, of its content; the upload is refused where it differs. May be absent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=1024)]
    size: Annotated[int, Field(ge=0)]
    md5: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None


class NewJob(BaseModel):
    """The request for a job: its files, and the options of /v1/read for all of them.

    Attributes:
        files: in the order that their results will have.
        language: code of the language, or auto.
        layout: keep the lines of the pages (page) or join them into paragraphs (flow).
        sides: read the front alone, or both sides of each sheet.
        code: edition of the Spanish code that the pages are written in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: Annotated[list[NewFile], Field(min_length=1)]
    language: str = "es"
    layout: Layout = "page"
    sides: Sides = "front"
    code: Edition = "current"

    @model_serializer(mode="wrap")
    def _serialized(self, of_all: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The fields, without the code where it is the current one: requests have their older digests, and workers
        that do not know the field yet read what they always read."""
        fields: dict[str, Any] = of_all(self)
        if self.code == "current":
            del fields["code"]
        return fields

    @property
    def digest(self) -> str:
        """SHA-256 of the request, hexadecimal."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Job(BaseModel):
    """A job as it is stored in job.json, which never changes.

    Attributes:
        caller: name of the key that created it; "" where jobs need no key.
        created: milliseconds since 1970.
        asked: the request.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    caller: str
    created: int
    asked: NewJob

    @property
    def keys(self) -> Keys:
        """The keys of its objects."""
        return Keys(self.id)


def new_id(caller: str, idempotency_key: str | None) -> str:
    """A job id, 32 hexadecimal digits: random, or the HMAC of the caller and an Idempotency-Key."""
    if idempotency_key is None:
        return secrets.token_hex(16)
    return hmac.digest(caller.encode(), idempotency_key.encode(), "sha256")[:16].hex()
