"""One page of a picture or PDF in colour, for the formats that show what was read."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageOps

from . import pdfium
from .files import open_image


def decode(data: bytes, number: int, longest: int) -> Image.Image | None:
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
