"""File kinds, and what their headers say, read without a decoder.

Some decoders allocate memory for a whole picture as soon as they open it, or follow chains of headers without bound.
What is read here costs little whatever a file claims.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import Enum

# Brands of the pictures that HEIF files of phones hold (ISO/IEC 23008-12, annex B).
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
# How much of the beginning of a file `kind_of` looks at; a PDF may start behind other bytes.
HEAD_BYTES = 1024
_TIFF = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}
# Start of frame (ITU-T T.81, table B.1): baseline, extended, progressive and lossless, without DHT, JPG and DAC.
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
# Tags and types of TIFF fields (TIFF 6.0, section 8 and page 15).
_IMAGE_WIDTH, _IMAGE_LENGTH, _SHORT = 256, 257, 3
# The next marker after a scan: not a stuffed zero byte, a restart marker or a fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class Kind(Enum):
    """A kind of file that can be opened; the value is Pillow's name of its format."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    TIFF = "TIFF"
    HEIF = "HEIF"


_STARTS = {b"\xff\xd8\xff": Kind.JPEG, b"\x89PNG\r\n\x1a\n": Kind.PNG, **dict.fromkeys(_TIFF, Kind.TIFF)}


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a JPEG, PNG or WebP file declares.

    Attributes:
        width, height: pixels, as stored.
        scans: of a JPEG file; 1 for other kinds.
        progressive: whether a JPEG file is.
    """

    width: int
    height: int
    scans: int = 1
    progressive: bool = False


def kind_of(data: bytes) -> Kind | None:
    """Return the kind of a file by its first bytes; None for an unknown one."""
    if b"%PDF-" in data[:HEAD_BYTES]:
        return Kind.PDF
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return Kind.HEIF
    return next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)


def header(data: bytes, kind: Kind) -> Header | None:
    """Return the header of a JPEG, PNG or WebP file; None where it is incomplete, and for other kinds."""
    read = {Kind.PNG: _png, Kind.WEBP: _webp, Kind.JPEG: _jpeg}.get(kind)
    try:
        return read(data) if read else None
    except (struct.error, IndexError):
        return None


def _png(data: bytes) -> Header | None:
    """Read the size of a PNG file (ISO/IEC 15948, 11.2.2)."""
    return Header(*struct.unpack_from(">II", data, 16)) if data[12:16] == b"IHDR" else None


def _webp(data: bytes) -> Header | None:
    """Read the size of a WebP file (RFC 9649, sections 2.5 to 2.7)."""
    match data[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
            return Header(width, height)
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return Header((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return Header(width & 0x3FFF, height & 0x3FFF)
    return None


def _jpeg(data: bytes) -> Header | None:
    """Read size and number of scans of a JPEG file, by its markers up to the end of the first image."""
    at, frame, scans = 2, None, 0
    while at < len(data):
        if (found := _MARKER.search(data, at)) is None:
            break
        at, marker = found.end(), data[found.end() - 1]
        if marker == _END_OF_IMAGE:
            break
        if marker in _FRAMES and frame is None:
            height, width = struct.unpack_from(">HH", data, at + 3)
            frame = width, height, marker in _PROGRESSIVE
        scans += marker == _START_OF_SCAN
        at += int.from_bytes(data[at : at + 2], "big") or 2
    if frame is None:
        return None
    width, height, progressive = frame
    return Header(width, height, max(1, scans), progressive)


def tiff_pages(data: bytes, most: int) -> list[tuple[int, int]]:
    """Find the pages of a TIFF or BigTIFF file by its chain of directories.

    Args:
        data: the file.
        most: after this number of pages the search ends.

    Returns:
        for each page, the offset of its directory, and the offset of the field that points to the next one. A chain
        that leaves the file or returns to an earlier page ends there.
    """
    order = _TIFF[data[:4]]
    big = data[2:4] in (b"+\0", b"\0+")
    pointer, count, entry = ("Q", "Q", 20) if big else ("I", "H", 12)
    pages: list[tuple[int, int]] = []
    seen: set[int] = set()
    try:
        (at,) = struct.unpack_from(order + pointer, data, 8 if big else 4)
        while at and at not in seen and len(pages) < most:
            seen.add(at)
            (entries,) = struct.unpack_from(order + count, data, at)
            link = at + struct.calcsize(count) + entries * entry
            pages.append((at, link))
            (at,) = struct.unpack_from(order + pointer, data, link)
    except (struct.error, OverflowError):  # a BigTIFF's offset may be larger than the machine addresses
        pass
    return pages


def tiff_sizes(data: bytes, most: int) -> list[Header]:
    """Return the declared size of each page of a TIFF file, of `most` pages at most; 0 × 0 where none is declared."""
    order = _TIFF[data[:4]]
    big = data[2:4] in (b"+\0", b"\0+")
    return [_tiff_size(data, at, order, big) for at, _ in tiff_pages(data, most)]


def _tiff_size(data: bytes, at: int, order: str, big: bool) -> Header:
    found = {_IMAGE_WIDTH: 0, _IMAGE_LENGTH: 0}
    head, entry = (8, order + "HHQQ") if big else (2, order + "HHII")
    (entries,) = struct.unpack_from(order + ("Q" if big else "H"), data, at)
    for place in range(at + head, at + head + entries * struct.calcsize(entry), struct.calcsize(entry)):
        tag, kind, _, value = struct.unpack_from(entry, data, place)
        if tag > _IMAGE_LENGTH:  # they are sorted
            break
        if tag in found:
            short = kind == _SHORT
            (found[tag],) = struct.unpack_from(order + "H", data, place + (12 if big else 8)) if short else (value,)
    return Header(found[_IMAGE_WIDTH], found[_IMAGE_LENGTH])


def tiff_page(data: bytes, number: int) -> bytes:
    """Return a TIFF file of one page, from 1, of a TIFF file.

    Raises:
        ValueError: it has no such page.
    """
    pages = tiff_pages(data, number)
    if len(pages) < number:
        raise ValueError("no such page")
    order = _TIFF[data[:4]]
    big = data[2:4] in (b"+\0", b"\0+")
    pointer, first = (order + "Q", 8) if big else (order + "I", 4)
    at, link = pages[number - 1]
    alone = bytearray(data)
    struct.pack_into(pointer, alone, first, at)
    if link + struct.calcsize(pointer) <= len(alone):
        struct.pack_into(pointer, alone, link, 0)
    return bytes(alone)
