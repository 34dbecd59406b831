"""Pages whose cells are known, read without a network: the tests of what comes after the detector need exact cells."""

from __future__ import annotations

import io
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
from PIL import Image

from easybraille import languages
from easybraille.document import Cell, Line
from easybraille.languages.cells import to_unicode
from easybraille.model_store import SHIPPED
from easybraille.reader import Reader
from easybraille.recognition.detections import Detections
from easybraille.recognition.model import read_manifest
from training.pages import LabelledPage, mask
from training.synthetic import Sheet, render

SHEET = Sheet(grain=0.03)


def rendered(text: str, language: str = "es", sheet: Sheet = SHEET, seed: int = 0) -> LabelledPage:
    """A text embossed and photographed, line by line, with its truth."""
    lines = [[mask(cell) for cell in line] for line in languages.get(language).write(text)]
    columns, rows = max(map(len, lines)), len(lines)
    size = (int((rows + 1) * sheet.line_pitch), int((columns + 1) * sheet.cell_pitch))
    return render(lines, sheet, size, np.random.default_rng(seed))


def png(page: LabelledPage) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    Image.fromarray(page.image).save(file, "PNG")
    return file.getvalue()


def lines_of(text: str, language: str = "es") -> list[Line]:
    """A text as the lines of a page, without a picture."""
    speaker = languages.get(language)
    cells = speaker.write(text)
    return [
        Line("".join(s.text for s in row), to_unicode(line), [_cell(dots, sign) for dots, sign in zip(line, row)])
        for line, row in zip(cells, speaker.read(cells))
    ]


def _cell(dots: str, sign: languages.Sign) -> Cell:
    return Cell(dots, to_unicode([dots]), sign.text, None, None, sign.doubt or None, emphasis=sign.emphasis)


class KnownCells:
    """A detector that finds the cells of the pages it was made with, and recognises a page by its looks."""

    engine = "onnxruntime"
    device = "cpu"

    def __init__(self, pages: Sequence[LabelledPage], confidence: float = 0.97):
        self.manifest = read_manifest(SHIPPED)
        self.pages = [(_thumbnail(page.image), page) for page in pages]
        self.confidence = confidence

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        return [self._find(image) for image in images]

    def _find(self, image: np.ndarray) -> Detections:
        seen = _thumbnail(image)
        apart, page = min(((np.abs(seen - looks).mean(), page) for looks, page in self.pages), key=lambda pair: pair[0])
        if apart > 3:
            page = SimpleNamespace(image=image, boxes=np.empty((0, 4), np.float32), dots=np.empty(0, np.uint8))
        down, across = image.shape[0] / page.image.shape[0], image.shape[1] / page.image.shape[1]
        raised = ((page.dots[:, None] >> np.arange(6)) & 1).astype(np.float32)
        confidence = np.full(len(page.dots), self.confidence, np.float32)
        return Detections(
            page.boxes * np.array([across, down, across, down], np.float32), page.dots, raised, confidence
        )


def _thumbnail(image: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(image).resize((24, 24), Image.Resampling.BOX), np.float32)


def reader_of(*pages: LabelledPage) -> Reader:
    """A reader that knows the cells of these pages."""
    return Reader(KnownCells(pages))
