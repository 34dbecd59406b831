"""What kind of file some bytes begin, whatever the file's name says."""

from __future__ import annotations

from .files import HEIF_BRANDS

# How much of a file's beginning `is_readable` wants to see; a PDF may begin behind some other bytes.
HEAD_BYTES = 1024
_SIGNATURES = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"II*\x00",  # TIFF, and the other way round
    b"MM\x00*",
)


def is_readable(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a picture or a PDF of a kind that can be read."""
    return (
        head.startswith(_SIGNATURES)
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS)
        or b"%PDF-" in head[:HEAD_BYTES]
    )
