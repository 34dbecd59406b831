"""Files become upright pages, within limits that are checked before anything large is decoded.

This is the one place that opens pictures and PDFs: the reader, jobs, the formats and Lambda's estimate of work call it.

    bytes ─▶ kind and header ─┬─ a JPEG, PNG or WebP of modest cost ─▶ decoded here
             (kinds.py)       └─ all else, and every PDF, TIFF, HEIC ─▶ decoded in a sandboxed process
                                                                        (sandbox.py)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from .. import cancellation, slots
from ..errors import DamagedPictureError, EmptyInputError, NotAPictureError, TooCostlyError
from . import decoding
from .budget import Budget
from .decoding import KNOWN, LONGEST_SIDE, PDF_DPI, Decoded, Limits
from .kinds import Header, Kind, header, kind_of, tiff_page, tiff_pages, tiff_sizes
from .sandbox import USUAL, shared

__all__ = [
    "LONGEST_SIDE",
    "PDF_DPI",
    "Frame",
    "Limits",
    "Picture",
    "page_count",
    "pictures",
    "shown",
    "sizes",
]

# What a program that takes a file for UTF-8 text makes of each byte that is none (U+FFFD), and where and how often.
_REPLACEMENT, _LOOK_BYTES, _LEAST_REPLACED = "\ufffd".encode(), 64, 3
# More scans than any camera or program writes; each costs a pass over the whole picture.
_MOST_SCANS = 100
# Pixels, and pixels times scans, up to which a picture is decoded in this process.
_PLAIN_PIXELS = {Kind.JPEG: 64_000_000, Kind.PNG: 16_000_000, Kind.WEBP: 8_000_000}
_PROGRESSIVE_PIXELS, _SCANNED_PIXELS = 16_000_000, 256_000_000
# Bytes that decoding takes for each pixel: what the decoder holds, the pixels, and one conversion of them.
_PIXEL_BYTES = {Kind.JPEG: 8, Kind.PNG: 9, Kind.WEBP: 21, Kind.TIFF: 10}
# Bytes that pictures of all requests may take that are decoded in this process.
_budget = Budget(400_000_000, 60.0)
# Processor time for all pages of one input: this many times the limit of one page, and so many seconds for each page.
_PAGES_FACTOR, _PAGE_SECONDS = 2, 1.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays of a page whose pixels are no longer needed; see Picture."""

    width: int
    height: int
    number: int
    scale: float


@dataclass(frozen=True, slots=True)
class Picture:
    """One page, upright.

    Attributes:
        gray: (rows, columns) uint8 luminance, perhaps smaller than the picture that was sent.
        width, height: of the picture that was sent, upright, pixels.
        number: page of the PDF or TIFF, from 1.
    """

    gray: np.ndarray
    width: int
    height: int
    number: int

    @property
    def scale(self) -> float:
        """Pixels of the sent picture for one of `gray`."""
        return float(self.width / self.gray.shape[1])

    @property
    def frame(self) -> Frame:
        """The page without its pixels."""
        return Frame(self.width, self.height, self.number, self.scale)


def pictures(data: bytes, limits: Limits = Limits()) -> Iterator[Picture]:
    """Yield the pages of a picture or PDF, one at a time.

    Raises:
        InputError: the file cannot be opened; before the first page where the header shows it.
        NotReadyError: the service has too much to decode.
        RequestCancelledError: the request was cancelled.
    """
    kind = check_kind(data)
    count = page_count(data, limits.pages, limits)
    left = float(_PAGES_FACTOR * limits.seconds)
    for number in range(1, count + 1):
        cancellation.current()
        slots.take_turns()
        decoded, seconds = _gray(data, kind, number, limits)
        left += _PAGE_SECONDS - seconds
        if left < 0:
            raise TooCostlyError("Opening the pages of the file takes more time than is allowed. Send it in parts.")
        yield Picture(np.asarray(decoded.image), decoded.width, decoded.height, number)


def page_count(data: bytes, most: int, limits: Limits = Limits()) -> int:
    """Return the number of pages of a file.

    Raises:
        InputError: it cannot be opened, or has more than `most` pages.
    """
    match check_kind(data):
        case Kind.PDF:
            return int(shared.run("count", data, Kind.PDF, replace(limits, pages=most)).fields["pages"])
        case Kind.TIFF:
            found = len(tiff_pages(data, most + 1))
            if found > most:
                raise decoding.too_many_pages(most)
            return max(1, found)
    # The MPO files of phones carry previews and depth maps behind the photo, which are no pages.
    return 1


def sizes(data: bytes, most: int, limits: Limits = Limits()) -> list[tuple[float, float]]:
    """Return (width, height) in pixels of each page as it would be decoded, of `most` pages at most.

    Raises:
        InputError: the file cannot be opened.
    """
    kind = check_kind(data)
    if kind in (Kind.PDF, Kind.HEIF):
        found = shared.run("sizes", data, kind, replace(limits, pages=most)).fields["sizes"]
        return [(float(width), float(height)) for width, height in found]
    return [(float(known.width), float(known.height)) for known in _headers(data, kind, most)]


def shown(data: bytes, number: int, longest: int, limits: Limits = Limits()) -> Image.Image:
    """Return one page, from 1, upright in RGB, its longer side `longest` pixels at most.

    Raises:
        InputError: it cannot be decoded.
    """
    kind = check_kind(data)
    return _decoded(
        "colour",
        data,
        kind,
        number,
        limits,
        lambda content: decoding.colour(content, kind, number, limits, longest),
        longest=longest,
    )[0].image


def check_kind(data: bytes) -> Kind:
    """Return the kind of a file that can be opened.

    Raises:
        InputError: it is empty or of an unknown kind.
    """
    if not data:
        raise EmptyInputError(f"The file is empty. {KNOWN}")
    kind = kind_of(data)
    if kind is None and data[:_LOOK_BYTES].count(_REPLACEMENT) >= _LEAST_REPLACED:
        raise NotAPictureError(
            "The bytes look like text: something between the sender and the service, such as a gateway, has converted "
            "the file. Is its support for binary bodies switched on?"
        )
    if kind is None:
        raise NotAPictureError(f"This is not a picture that can be read. {KNOWN}")
    return kind


def _gray(data: bytes, kind: Kind, number: int, limits: Limits) -> tuple[Decoded, float]:
    return _decoded("gray", data, kind, number, limits, lambda content: decoding.gray(content, kind, number, limits))


def _decoded(
    do: str,
    data: bytes,
    kind: Kind,
    number: int,
    limits: Limits,
    here: Callable[[bytes], Decoded],
    **arguments: int,
) -> tuple[Decoded, float]:
    """Decode a page in this process where that is cheap, else in a sandboxed one.

    Returns:
        the page, and the seconds of processor time that the sandboxed process took for it.
    """
    memory = None
    if kind not in (Kind.PDF, Kind.HEIF):
        known = _headers(data, kind, number)[-1]
        decoding.check_size(known.width, known.height, limits)
        if known.scans > _MOST_SCANS:
            raise DamagedPictureError(f"The JPEG has {known.scans} scans; no picture needs so many. Export it again.")
        if _is_plain(known, kind):
            with _budget.reserved(_bytes_of(known, kind)):
                try:
                    return here(data), 0.0
                except MemoryError:
                    raise TooCostlyError("The picture takes more memory than there is. Scale it down.") from None
        memory = max(USUAL, _bytes_of(known, kind))
    if kind is Kind.TIFF:
        with decoding.damage_named(f"Page {number} of the file is damaged."):
            data, number = tiff_page(data, number), 1
    reply = shared.run(do, data, kind, limits, memory, number=number, **arguments)
    fields = reply.fields
    image = Image.frombytes(fields["mode"], tuple(fields["image"]), bytes(reply.content))
    return Decoded(image, int(fields["width"]), int(fields["height"])), float(fields["seconds"])


def _headers(data: bytes, kind: Kind, most: int) -> list[Header]:
    """Return the header of each page of a file whose kind has them, of `most` pages at most.

    Raises:
        InputError: there is none.
    """
    if kind is Kind.TIFF:
        with decoding.damage_named("The picture's header is damaged. Take or export it once more."):
            found = tiff_sizes(data, most)
        if not found:
            raise DamagedPictureError("The TIFF has no pages. Export it once more.")
        return found
    known = header(data, kind)
    if known is None:
        raise NotAPictureError(f"This is not a picture that can be read. {KNOWN}")
    return [known]


def _is_plain(known: Header, kind: Kind) -> bool:
    if kind not in _PLAIN_PIXELS:
        return False
    pixels = known.width * known.height
    most = _PROGRESSIVE_PIXELS if known.progressive else _PLAIN_PIXELS[kind]
    return pixels <= most and pixels * known.scans <= _SCANNED_PIXELS


def _bytes_of(known: Header, kind: Kind) -> int:
    pixels = known.width * known.height
    if kind is Kind.JPEG and not known.progressive and known.scans == 1:
        # Decoded directly to grey, line by line.
        return 2 * pixels
    return _PIXEL_BYTES[kind] * pixels
