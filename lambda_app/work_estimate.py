"""How much work some inputs are, told from their headers: pages, pixels, and the seconds that they take here."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from easybraille.imaging import pdfium
from easybraille.imaging.files import LONGEST_SIDE, PDF_DPI, open_image

# On the two cores of the default memory size, with the weights that ship; `python -m bench.work_estimate` compares it
# with what reading takes. A pixel of a PNG costs more, one of a JPEG less.
PAGE_SECONDS = 0.3
PIXEL_SECONDS = 15e-9
# How much one reading counts against those before it.
NEWEST = 0.2


@dataclass(frozen=True, slots=True)
class Effort:
    """What there is to do.

    Attributes:
        pages: 0 for what can't be read at all; saying so is no work.
        pixels: of all pages together, as they are decoded.
    """

    pages: int
    pixels: int

    def __str__(self) -> str:
        return f"{self.pages} page{'s' * (self.pages != 1)}, {self.pixels / 1e6:.0f} megapixels"


class Pace:
    """How long work takes here, learnt from what it took: memory buys cores, and weights differ."""

    def __init__(self) -> None:
        self._factor = 1.0

    def seconds(self, effort: Effort) -> float:
        """What is to be expected."""
        return self._factor * _usual(effort)

    def learn(self, effort: Effort, seconds: float) -> None:
        """Take into account what a reading took."""
        if effort.pages:
            self._factor += NEWEST * (seconds / _usual(effort) - self._factor)


def _usual(effort: Effort) -> float:
    return effort.pages * PAGE_SECONDS + effort.pixels * PIXEL_SECONDS


def measure(inputs: Iterable[bytes]) -> Effort:
    """The work that these files are; nothing is decoded."""
    sizes = [int(width * height) for data in inputs for width, height in _sizes(data)]
    return Effort(len(sizes), sum(sizes))


def _sizes(data: bytes) -> Iterator[tuple[float, float]]:
    """Width and height of each page; of what can't be read, as far as it goes."""
    return _of_pdf(data) if b"%PDF-" in data[:1024] else _of_picture(data)


def _of_pdf(data: bytes) -> Iterator[tuple[float, float]]:
    import pypdfium2  # takes long to import

    try:
        with pdfium.lock, pypdfium2.PdfDocument(data) as document:
            for number in range(len(document)):
                width, height = document.get_page_size(number)
                scale = min(PDF_DPI / 72, LONGEST_SIDE / max(width, height, 1))
                yield width * scale, height * scale
    except pypdfium2.PdfiumError:
        return


def _of_picture(data: bytes) -> Iterator[tuple[float, float]]:
    try:
        with open_image(data) as image:
            # Only a TIFF's frames are pages.
            for number in range(getattr(image, "n_frames", 1) if image.format == "TIFF" else 1):
                image.seek(number)
                yield image.size
    except (OSError, ValueError, SyntaxError, RuntimeError, EOFError, ImportError, struct.error):
        return
