"""The way of a picture: bytes → pages → cells → lines → text → document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from . import figures, languages
from .advice import in_words, measured
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
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page whose cells are found and in order, before anybody knows its language.

    Attributes:
        source: name of the input.
        number, width, height, scale: see Picture.
        cells: boxes in pixels of the picture that was looked at.
        grid: lines of indices of `cells`, `BLANK` for a blank.
        advice: codes.
    """

    source: str
    number: int
    width: int
    height: int
    scale: float
    cells: Detections
    grid: list[list[int]]
    advice: list[str]

    @property
    def dots(self) -> list[list[str]]:
        """Lines of cells as languages take them."""
        return [["" if i == BLANK else digits(int(self.cells.dots[i])) for i in row] for row in self.grid]


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
            language: code of the language that the page is written in; "auto" finds it out.
            layout: keep the page's lines, or let them flow into paragraphs.

        Raises:
            InputError: it can't be read; its kind and message say why.
            LanguageError: nobody knows that language, or it is not available here.
        """
        _known(language)
        return self._document(self._look(data, source), [], language, layout)

    def read_all(self, inputs: Iterable[tuple[str, bytes]], language: str = "es", layout: Layout = "page") -> Document:
        """Read several inputs into one document; those that can't be read are named in its `errors`."""
        _known(language)
        seen: list[_Seen] = []
        errors: list[Problem] = []
        for source, data in inputs:
            try:
                seen += self._look(data, source)
            except InputError as error:
                errors.append(Problem(source, error.code, str(error)))
        return self._document(seen, errors, language, layout)

    def _look(self, data: bytes, source: str) -> list[_Seen]:
        """The cells of each page of one input."""
        return [self._page(picture, source) for picture in figures.each("picture", pictures(data, self.limits))]

    def _page(self, picture: Picture, source: str) -> _Seen:
        with figures.stage("cells"):
            cells = find_cells(self.detector, picture.gray)
        with figures.stage("text"):
            grid = lines(cells.boxes)
        figures.page(len(cells))
        codes = measured(picture.gray, cells)
        return _Seen(source, picture.number, picture.width, picture.height, picture.scale, cells, grid, codes)

    def _document(self, seen: list[_Seen], errors: list[Problem], language: str, layout: Layout) -> Document:
        with figures.stage("text"):
            guesses = None
            if language == AUTO:
                found = languages.detect([line for page in seen for line in page.dots])
                language = found.code
                guesses = [languages.Guess(found.code, found.score), *found.runners_up]
            pages = [_read(page, number, language, layout) for number, page in enumerate(seen, 1)]
        text = "\n\n".join(page.text for page in pages)
        return Document(language, text, self.model, pages, errors, guesses)


def _known(language: str) -> None:
    """Refuse a language before the pictures are looked at."""
    if language != AUTO:
        languages.get(language)


def _read(seen: _Seen, number: int, language: str, layout: Layout) -> Page:
    """A page's text."""
    rows = _lines(seen, language)
    paragraphs = [flowed.paragraph for flowed in flow(rows, language)]
    as_they_stand = "\n".join(row.text.rstrip() for row in rows)
    return Page(
        source=seen.source,
        source_page=seen.number,
        number=number,
        side="front",
        width=seen.width,
        height=seen.height,
        rotation=0,
        text=text_of(paragraphs) if layout == "flow" else as_they_stand,
        braille="\n".join(row.braille for row in rows),
        lines=rows,
        paragraphs=paragraphs,
        advice=in_words(seen.advice, language),
    )


def _lines(seen: _Seen, language: str) -> list[Line]:
    """A page's cells with the text that each stands for; boxes in pixels of the picture that was sent."""
    dots = seen.dots
    signs = languages.get(language).read(dots)
    result = []
    for row, row_dots, row_signs in zip(seen.grid, dots, signs):
        cells = [
            Cell(
                dots=cell_dots,
                braille=unicode_of(cell_dots),
                text=sign.text,
                box=None if i == BLANK else tuple(round(float(v) * seen.scale, 1) for v in seen.cells.boxes[i]),
                confidence=None if i == BLANK else round(float(seen.cells.confidence[i]), 3),
                doubtful=sign.doubt or None,
            )
            for i, cell_dots, sign in zip(row, row_dots, row_signs)
        ]
        result.append(Line("".join(c.text for c in cells), "".join(c.braille for c in cells), cells))
    return result
