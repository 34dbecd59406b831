"""Pages of pictures and PDFs in colour, for the formats that show what was read."""

from __future__ import annotations

from PIL import Image

from ..errors import InputError
from .files import shown


def decode(data: bytes, number: int, longest: int) -> Image.Image | None:
    """Return one page, from 1, upright in RGB, its longer side `longest` pixels at most; None if it is damaged."""
    try:
        return shown(data, number, longest)
    except InputError:
        return None
