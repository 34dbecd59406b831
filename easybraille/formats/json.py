"""The whole document as JSON, and the schema that says what is in it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from ..document import Document
from .context import PLAIN, Context

MEDIA_TYPE = "application/json"
EXTENSION = "json"
_adapter = TypeAdapter(Document)


def write(document: Document, context: Context = PLAIN) -> bytes:
    """UTF-8 JSON on one line; what is absent is left out."""
    return _adapter.dump_json(document, exclude_none=True)


def parse(content: bytes) -> Document:
    """The document that `write` wrote. Raises ValueError."""
    return _adapter.validate_json(content)


def schema() -> dict[str, Any]:
    """The JSON schema of what `write` writes (draft 2020-12)."""
    # "validation": a field with a default may be left out, as `write` leaves out what is absent.
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | _adapter.json_schema(mode="validation")


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
