"""JSON: the whole document, and its JSON schema."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from ..document import Document
from .context import PLAIN, Context

MEDIA_TYPE = "application/json"
EXTENSION = "json"
_adapter: TypeAdapter[Document] = TypeAdapter(Document)


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write UTF-8 JSON on one line; absent fields are omitted."""
    return _adapter.dump_json(document, exclude_none=True)


def parse(content: bytes) -> Document:
    """Parse a document written by `write`. Raises ValueError."""
    return _adapter.validate_json(content)


def schema() -> dict[str, Any]:
    """The JSON schema (draft 2020-12) of the output of `write`."""
    # "validation": a field with a default is optional, because `write` omits absent fields.
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | _adapter.json_schema(mode="validation")


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2, ensure_ascii=False))
