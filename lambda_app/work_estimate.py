"""Estimates the work of some inputs from their headers: pages, pixels, and the seconds that reading them takes here."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from easybraille.imaging import pdfium
from easybraille.imaging.files import LONGEST_SIDE, PDF_DPI, open_image

# Measured on two cores, with the shipped weights; `python -m bench.work_estimate` compares the estimate with the time
# that reading takes. A pixel of a PNG costs more, one of a JPEG less.
PAGE_SECONDS = 0.3
PIXEL_SECONDS = 15e-9
# Weight of the newest measurement in the moving average.
NEWEST = 0.2


@dataclass(frozen=True, slots=True)
class Workload:
    """The size of a request.

    Attributes:
        pages: 0 for inputs that cannot be read; refusing them is no work.
        pixels: of all pages together, as they are decoded.
    """

    pages: int
    pixels: int

    def __str__(self) -> str:
        return f"{self.pages} page{'s' * (self.pages != 1)}, {self.pixels / 1e6:.0f} megapixels"


class DurationModel:
    """Predicts durations, corrected by a moving average of measured ones: memory buys cores, and weights differ."""

    def __init__(self) -> None:
        self._factor = 1.0

    def seconds(self, workload: Workload) -> float:
        """The expected duration."""
        return self._factor * _uncorrected(workload)

    def learn(self, workload: Workload, seconds: float) -> None:
        """Include a measured duration."""
        if workload.pages:
            self._factor += NEWEST * (seconds / _uncorrected(workload) - self._factor)


def _uncorrected(workload: Workload) -> float:
    return workload.pages * PAGE_SECONDS + workload.pixels * PIXEL_SECONDS


def measure(inputs: Iterable[bytes]) -> Workload:
    """The workload of these files; nothing is decoded."""
    sizes = [int(width * height) for data in inputs for width, height in _sizes(data)]
    return Workload(len(sizes), sum(sizes))


def _sizes(data: bytes) -> Iterator[tuple[float, float]]:
    """Width and height of each page, up to the first that cannot be read."""
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
