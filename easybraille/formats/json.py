"""The whole document as JSON."""

from __future__ import annotations

from pydantic import TypeAdapter

from ..document import Document

MEDIA_TYPE = "application/json"
EXTENSION = "json"
_adapter = TypeAdapter(Document)


def write(document: Document) -> bytes:
    """UTF-8 JSON on one line; what is absent is left out."""
    return _adapter.dump_json(document, exclude_none=True)
