"""A document in the formats that people and programs read; one file a format, each with the same three names."""

from __future__ import annotations

from types import ModuleType

from . import braille, json, text

# Each module has MEDIA_TYPE, EXTENSION and write(document) -> bytes.
FORMATS: dict[str, ModuleType] = {"json": json, "text": text, "braille": braille}

__all__ = ["FORMATS"]
