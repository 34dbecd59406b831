"""Access to the pictures from which a document was read, for the formats that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps

from ..document import Box, Document, Page
from ..errors import PictureNeededError
from ..imaging.rendering import decode

_TURN = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture of a page as a reader sees that side: upright, and mirrored for a back page.

    Attributes:
        image: the picture, RGB.
        page: the page that it shows.
    """

    image: Image.Image
    page: Page

    def place(self, box: Box) -> Box:
        """Convert the box of a cell to pixels of this image."""
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
    """Finds the picture of a page among the submitted inputs.

    Args:
        inputs: name and content of each file, in reading order.
    """

    def __init__(self, inputs: Sequence[tuple[str, bytes]]):
        self._inputs = inputs

    def show(self, document: Document, page: Page, longest: int) -> Shown:
        """The page's picture; its longer side is at most `longest` pixels.

        Raises:
            PictureNeededError: no input has this page.
        """
        # Inputs may share a name, and some are unreadable: the n-th page of a name is in the n-th readable input.
        same = [p for p in document.pages if (p.source, p.source_page, p.side) == _key(page)]
        nth = next(at for at, p in enumerate(same) if p is page)
        for name, data in self._inputs:
            if name != page.source:
                continue
            image = decode(data, page.source_page, longest)
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
