"""The way of a picture: bytes → pages → cells → lines → text → document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from . import figures, languages
from .advice import advice
from .detectors import Detections, Detector
from .detectors.decode import digits
from .document import Cell, Document, Line, Model, Page, Problem
from .errors import InputError
from .flow import flow, text_of
from .languages.cells import unicode_of
from .layout import BLANK, lines
from .picture import Limits, Picture, pictures
from .scaling import find_cells

Layout = Literal["page", "flow"]


class Reader:
    """Reads pictures with one detector; safe to share between threads.

    Args:
        detector: weights in an engine.
        limits: what one input may ask for.
    """

    def __init__(self, detector: Detector, limits: Limits = Limits()):
        self.detector = detector
        self.limits = limits
        manifest, engine = detector.manifest, detector.engine
        file = manifest.files["torch" if engine == "torch" else "onnx"]
        self.model = Model(manifest.name, manifest.version, file.sha256, engine)

    def read(self, data: bytes, source: str = "", language: str = "es", layout: Layout = "page") -> Document:
        """Read one picture or PDF.

        Args:
            data: a JPEG, PNG, WebP, TIFF or PDF file.
            source: its name, for the answer.
            language: code of the language that the page is written in.
            layout: keep the page's lines, or let them flow into paragraphs.

        Raises:
            InputError: it can't be read; its kind and message say why.
        """
        pages: list[Page] = []
        for picture in figures.each("picture", pictures(data, self.limits)):
            pages.append(self._page(picture, source, len(pages) + 1, language, layout))
        return self._document(pages, [], language)

    def read_all(self, inputs: Iterable[tuple[str, bytes]], language: str = "es", layout: Layout = "page") -> Document:
        """Read several inputs into one document; those that can't be read are named in its `errors`."""
        pages: list[Page] = []
        errors: list[Problem] = []
        for source, data in inputs:
            try:
                for picture in figures.each("picture", pictures(data, self.limits)):
                    pages.append(self._page(picture, source, len(pages) + 1, language, layout))
            except InputError as error:
                errors.append(Problem(source, error.code, str(error)))
        return self._document(pages, errors, language)

    def _document(self, pages: list[Page], errors: list[Problem], language: str) -> Document:
        return Document(language, "\n\n".join(page.text for page in pages), self.model, pages, errors)

    def _page(self, picture: Picture, source: str, number: int, language: str, layout: Layout) -> Page:
        with figures.stage("cells"):
            cells = find_cells(self.detector, picture.gray)
        with figures.stage("text"):
            rows = as_lines(cells, picture.scale, language)
            paragraphs = [flowed.paragraph for flowed in flow(rows, language)]
        figures.page(len(cells))
        as_they_stand = "\n".join(row.text.rstrip() for row in rows)
        return Page(
            source=source,
            source_page=picture.number,
            number=number,
            side="front",
            width=picture.width,
            height=picture.height,
            rotation=0,
            text=text_of(paragraphs) if layout == "flow" else as_they_stand,
            braille="\n".join(row.braille for row in rows),
            lines=rows,
            paragraphs=paragraphs,
            advice=advice(picture.gray, cells, language),
        )


def as_lines(cells: Detections, scale: float, language: str) -> list[Line]:
    """Cells, still loose, as lines with their text.

    Args:
        cells: boxes in pixels of the picture that was looked at.
        scale: pixels of the picture that was sent for one of these.
    """
    grid = lines(cells.boxes)
    dots = [["" if i == BLANK else digits(int(cells.dots[i])) for i in row] for row in grid]
    signs = languages.get(language).read(dots)
    result = []
    for row, row_dots, row_signs in zip(grid, dots, signs):
        line = [
            Cell(
                dots=cell_dots,
                braille=unicode_of(cell_dots),
                text=sign.text,
                box=None if i == BLANK else tuple(round(float(v) * scale, 1) for v in cells.boxes[i]),
                confidence=None if i == BLANK else round(float(cells.confidence[i]), 3),
                doubtful=sign.doubt or None,
            )
            for i, cell_dots, sign in zip(row, row_dots, row_signs)
        ]
        result.append(Line("".join(c.text for c in line), "".join(c.braille for c in line), line))
    return result
