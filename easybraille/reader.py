"""The way of a picture: bytes → pages → cells → lines → text → document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from . import languages, stats
from .document import Alternative, Cell, Document, Line, Model, Page, Problem, Side
from .errors import InputError
from .i18n.advice import in_words
from .imaging.files import Limits, Picture, pictures
from .languages import Sign, decoding
from .languages.cells import unicode_of
from .recognition.calibration import alternatives, likelihoods, presence
from .recognition.detections import digits
from .recognition.detectors import Detector
from .recognition.layout import BLANK, lines
from .recognition.page_detection import Found, find_back, find_cells
from .recognition.quality import measured
from .text.paragraphs import flow, text_of

Layout = Literal["page", "flow"]
Sides = Literal["front", "both"]
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A side of a page whose cells are found and in order, before anybody knows its language.

    Attributes:
        source: name of the input.
        number, width, height, scale: see Picture.
        side: of the sheet.
        found: its cells, in pixels of the picture that was looked at.
        likely: (n, 64) the probability of each dot pattern for each cell.
        there: (n,) the probability that there is a cell at all.
        grid: lines of indices of the cells, `BLANK` for a blank.
        advice: codes.
        by_word: (n,) whether a cell's word says something else than the picture alone.
    """

    source: str
    number: int
    width: int
    height: int
    scale: float
    side: Side
    found: Found
    likely: np.ndarray
    there: np.ndarray
    grid: list[list[int]]
    advice: list[str]
    by_word: np.ndarray

    def read_as(self, language: str) -> _Seen:
        """The same side, its doubtful cells read as their line makes them likely, where it looks like that language."""
        doubtful = self.likely.max(axis=1, initial=0) * self.there < decoding.CERTAIN
        if not doubtful.any() or not decoding.fits(self.likely, self.grid, language):
            return self
        likely = decoding.read(self.likely, self.there, self.grid)
        dots = likely.argmax(axis=1).astype(np.uint8)
        kept = np.flatnonzero(dots)
        found = self.found.only(kept, dots[kept])
        return replace(
            self,
            found=found,
            likely=likely[kept],
            there=self.there[kept],
            grid=lines(found.cells.boxes),
            by_word=(dots != self.found.cells.dots)[kept],
        )

    @property
    def dots(self) -> list[list[str]]:
        """Lines of cells as languages take them."""
        dots = self.found.cells.dots
        return [["" if i == BLANK else digits(int(dots[i])) for i in row] for row in self.grid]


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

    def read(
        self, data: bytes, source: str = "", language: str = "es", layout: Layout = "page", sides: Sides = "front"
    ) -> Document:
        """Read one picture or PDF.

        Args:
            data: a JPEG, PNG, WebP, TIFF, HEIC or PDF file.
            source: its name, for the answer.
            language: code of the language that the page is written in; "auto" finds it out.
            layout: keep the page's lines, or let them flow into paragraphs.
            sides: only what is raised, or the other side's dents as well, as a page of its own where there are any.

        Raises:
            InputError: it can't be read; its kind and message say why.
            LanguageError: nobody knows that language, or it is not available here.
        """
        _known(language)
        return self._document(self._look(data, source, sides), [], language, layout)

    def read_all(
        self,
        inputs: Iterable[tuple[str, bytes]],
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
    ) -> Document:
        """Read several inputs into one document; those that can't be read are named in its `errors`."""
        _known(language)
        seen: list[_Seen] = []
        errors: list[Problem] = []
        for source, data in inputs:
            try:
                seen += self._look(data, source, sides)
            except InputError as error:
                errors.append(Problem(source, error.code, str(error)))
        return self._document(seen, errors, language, layout)

    def _look(self, data: bytes, source: str, sides: Sides) -> list[_Seen]:
        """The cells of each side of each page of one input."""
        seen = []
        for picture in stats.timed_items("picture", pictures(data, self.limits)):
            with stats.stage("cells"):
                front = find_cells(self.detector, picture.gray)
            seen.append(self._side(picture, source, "front", front))
            if sides == "both":
                with stats.stage("cells"):
                    back = find_back(self.detector, picture.gray, front)
                if len(back.cells):
                    seen.append(self._side(picture, source, "back", back))
        return seen

    def _side(self, picture: Picture, source: str, side: Side, found: Found) -> _Seen:
        """One side of a page, its cells in order."""
        with stats.stage("text"):
            grid = lines(found.cells.boxes)
        stats.count_page(len(found.cells))
        likely = likelihoods(found.cells.scores, self.detector.manifest.thresholds.dot)
        confidence = likely[np.arange(len(found.cells)), found.cells.dots]
        certain = self.detector.manifest.thresholds.confidence
        return _Seen(
            source=source,
            number=picture.number,
            width=picture.width,
            height=picture.height,
            scale=picture.scale,
            side=side,
            found=found,
            likely=likely,
            there=presence(found.cells.confidence, certain),
            grid=grid,
            advice=measured(picture.gray, found, confidence) if side == "front" else [],
            by_word=np.zeros(len(found.cells), bool),
        )

    def _document(self, seen: list[_Seen], errors: list[Problem], language: str, layout: Layout) -> Document:
        with stats.stage("text"):
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
    seen = seen.read_as(language)
    rows = _lines(seen, language)
    paragraphs = [flowed.paragraph for flowed in flow(rows, language)]
    as_they_stand = "\n".join(row.text.rstrip() for row in rows)
    return Page(
        source=seen.source,
        source_page=seen.number,
        number=number,
        side=seen.side,
        width=seen.width,
        height=seen.height,
        rotation=seen.found.rotation,
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
    cells = _Cells(seen)
    result = []
    for row, row_dots, row_signs in zip(seen.grid, dots, signs):
        line = [
            Cell("", unicode_of(""), sign.text, doubtful=sign.doubt or None)
            if i == BLANK
            else cells.cell(i, cell_dots, sign)
            for i, cell_dots, sign in zip(row, row_dots, row_signs)
        ]
        result.append(Line("".join(c.text for c in line), "".join(c.braille for c in line), line))
    return result


class _Cells:
    """Makes the cells of a side for the answer."""

    def __init__(self, seen: _Seen):
        self._dots = seen.found.cells.dots
        self._boxes = np.round(seen.found.boxes.astype(float) * seen.scale, 1).tolist()
        self._likely = seen.likely
        self._by_word = seen.by_word

    def cell(self, i: int, dots: str, sign: Sign) -> Cell:
        """The cell of an index, read as a sign."""
        mask = int(self._dots[i])
        others = [
            Alternative(digits(other), unicode_of(digits(other)), round(share, 3))
            for other, share in alternatives(self._likely[i], mask)
        ]
        confidence = round(float(self._likely[i, mask]), 3)
        box = tuple(self._boxes[i])
        doubt = sign.doubt or ("by_its_word" if self._by_word[i] else None)
        return Cell(dots, unicode_of(dots), sign.text, box, confidence, doubt, others or None)
