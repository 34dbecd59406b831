"""The pictures that a document was read from, for the formats that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from ..document import Box, Document, Page
from ..errors import PictureNeededError
from ..imaging import pdfium
from ..imaging.files import open_image

_TURN = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture of a page as the reader of that side would see it: upright, and mirrored if it is the back.

    Attributes:
        image: RGB.
        page: whose boxes can be placed in it.
    """

    image: Image.Image
    page: Page

    def place(self, box: Box) -> Box:
        """A box of the page's cells, in pixels of this image."""
        x1, y1, x2, y2 = box
        width, height = self.page.width, self.page.height
        match self.page.rotation:
            case 90:
                x1, y1, x2, y2 = height - y2, x1, height - y1, x2
            case 180:
                x1, y1, x2, y2 = width - x2, height - y2, width - x1, height - y1
            case 270:
                x1, y1, x2, y2 = y1, width - x2, y2, width - x1
        if self.page.rotation in (90, 270):
            width, height = height, width
        if self.page.side == "back":
            x1, x2 = width - x2, width - x1
        across, down = self.image.width / width, self.image.height / height
        return x1 * across, y1 * down, x2 * across, y2 * down


class Pictures:
    """Finds the picture of a page among what was sent.

    Args:
        inputs: name and content of each file, in the order in which they were read.
    """

    def __init__(self, inputs: Sequence[tuple[str, bytes]]):
        self._inputs = inputs

    def show(self, document: Document, page: Page, longest: int) -> Shown:
        """The page's picture, its longer side `longest` pixels at most.

        Raises:
            PictureNeededError: none of the inputs has this page.
        """
        # Two inputs may have one name, and some can't be read: the n-th page of a name is in the n-th that has it.
        same = [p for p in document.pages if (p.source, p.source_page, p.side) == _key(page)]
        nth = next(at for at, p in enumerate(same) if p is page)
        for name, data in self._inputs:
            if name != page.source:
                continue
            image = _decode(data, page.source_page, longest)
            if image is not None and nth == 0:
                return Shown(_as_felt(image, page), page)
            nth -= image is not None
        raise PictureNeededError(f"The picture of page {page.number} is not at hand; this format shows it.")


def _as_felt(image: Image.Image, page: Page) -> Image.Image:
    if page.rotation:
        image = image.transpose(_TURN[page.rotation])
    return ImageOps.mirror(image) if page.side == "back" else image


def _key(page: Page) -> tuple[str, int, str]:
    return page.source, page.source_page, page.side


def _decode(data: bytes, number: int, longest: int) -> Image.Image | None:
    """One page upright in colour, None if it can't be decoded; the reader has held it to its limits already."""
    try:
        image = _of_pdf(data, number, longest) if b"%PDF-" in data[:1024] else _of_picture(data, number, longest)
    except (OSError, ValueError, SyntaxError, EOFError, ImportError):
        return None
    image.thumbnail((longest, longest), reducing_gap=2.0)
    return image


def _of_picture(data: bytes, number: int, longest: int) -> Image.Image:
    with open_image(data) as image:
        image.seek(number - 1)
        share = min(1.0, longest / max(image.size))
        # Lets a JPEG be decoded at a fraction of its size at once; other formats ignore it.
        image.draft("RGB", (int(image.width * share), int(image.height * share)))
        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith("I;16"):
            # Pillow would clip 16 bits at 255 rather than scale them.
            upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        return upright.convert("RGB")


def _of_pdf(data: bytes, number: int, longest: int) -> Image.Image:
    import pypdfium2

    with pdfium.lock:
        try:
            with pypdfium2.PdfDocument(data) as document:
                page = document[number - 1]
                image = page.render(scale=longest / max(page.get_size())).to_pil().convert("RGB")
                page.close()
                return image
        except (pypdfium2.PdfiumError, IndexError, ZeroDivisionError) as error:
            raise ValueError("not a page of a PDF") from error
