"""Reads a picture in the order of its stages: bytes → pages → cells → probabilities → lines → text → document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Literal

import numpy as np

from . import languages, stats
from .document import Alternative, Cell, Document, Line, Model, Page, Problem, Side
from .errors import EasyBrailleError, InputError, InternalInputError
from .i18n import translated
from .i18n.advice import advice_for
from .imaging.files import Frame, Limits, Picture, pictures
from .languages import Edition, Sign
from .languages.cells import unicode_of
from .languages.decoding import decode
from .page_helpers import in_order
from .recognition.calibration import CellReadings, alternatives, pattern_probabilities, presence_probabilities
from .recognition.detections import digits
from .recognition.detectors import Detector
from .recognition.layout import BLANK, Grid, drop_cells
from .recognition.page_detection import DetectedSide, Rotation, detect_back, detect_front
from .recognition.quality import assess
from .text.joining import text_of_pages
from .text.paragraphs import flow, text_of

Layout = Literal["page", "flow"]
Sides = Literal["front", "both"]
AUTO = "auto"
# The rotation as a caller gives it: clockwise degrees that make the text upright, or to be detected.
RotationChoice = Literal["auto", "0", "90", "180", "270"]
_ROTATIONS: dict[RotationChoice, Rotation | None] = {"auto": None, "0": 0, "90": 90, "180": 180, "270": 270}


@dataclass(frozen=True, slots=True)
class RecognisedSide:
    """One side of a page with its cells in reading order, before its language is known.

    Attributes:
        source: name of the input.
        frame: the page, without its pixels.
        side: of the sheet.
        detected: its cells, in pixels of the page's `gray`.
        readings: what each cell may be.
        advice: codes, see `i18n.advice`.
    """

    source: str
    frame: Frame
    side: Side
    detected: DetectedSide
    readings: CellReadings
    advice: list[str]


@dataclass(slots=True)
class _PageOfInput:
    """A page of one of several inputs.

    Attributes:
        number: of the input.
        source: its name.
        picture: the page, until it has been read.
        sides: what was read.
        problem: why it could not be opened or read.
    """

    number: int
    source: str
    picture: Picture | None = None
    sides: list[RecognisedSide] = field(default_factory=list)
    problem: Problem | None = None


@contextmanager
def _problem_of(page: _PageOfInput) -> Iterator[None]:
    """Note what is wrong with an input that cannot be opened or read: it must not take the others with it."""
    try:
        yield
    except InputError as error:
        page.problem = Problem(page.source, error.code, translated(str(error)))
    except EasyBrailleError:
        raise
    except Exception as unforeseen:  # noqa: BLE001
        internal = InternalInputError.logged(unforeseen)
        page.problem = Problem(page.source, internal.code, translated(str(internal)))


class Reader:
    """Reads pictures with one detector; safe to share between threads.

    Args:
        detector: weights in an engine.
        limits: of one input.
    """

    def __init__(self, detector: Detector, limits: Limits = Limits()):
        self.detector = detector
        self.limits = limits
        manifest, engine = detector.manifest, detector.engine
        file = manifest.files["torch" if engine == "torch" else "onnx"]
        self.model = Model(manifest.name, manifest.version, file.sha256, engine)

    def read(
        self,
        data: bytes,
        source: str = "",
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
        rotation: RotationChoice = "auto",
        code: Edition = "current",
    ) -> Document:
        """Read one picture or PDF.

        Args:
            data: a JPEG, PNG, WebP, TIFF, HEIC or PDF file.
            source: its name, for the answer.
            language: code of the language that the page is written in; "auto" detects it.
            layout: keep the page's lines, or let them flow into paragraphs.
            sides: only what is raised, or the other side's dents as well, as a page of its own where there are any.
            rotation: clockwise degrees that make the pages upright; None detects them.
            code: edition of the Spanish code that the page is written in; other languages have one edition.

        Raises:
            InputError: the input cannot be read; its class and message say why.
            LanguageError: the language is unknown or not available here.
        """
        _check_language(language)
        pages = in_order(
            lambda picture: self._sides(picture, source, sides, rotation),
            stats.timed_items("picture", pictures(data, self.limits)),
        )
        return self._document(list(chain.from_iterable(pages)), [], language, layout, code)

    def read_all(
        self,
        inputs: Iterable[tuple[str, bytes]],
        language: str = "es",
        layout: Layout = "page",
        sides: Sides = "front",
        rotation: RotationChoice = "auto",
        code: Edition = "current",
    ) -> Document:
        """Read several inputs into one document; those that cannot be read are named in its `errors`."""
        _check_language(language)

        def read(page: _PageOfInput) -> _PageOfInput:
            with _problem_of(page):
                if page.picture is not None:
                    page.sides = self._sides(page.picture, page.source, sides, rotation)
                    page.picture = None
            return page

        by_input = groupby(in_order(read, self._pages(inputs)), key=lambda page: page.number)
        recognised: list[RecognisedSide] = []
        errors: list[Problem] = []
        for pages in (list(group) for _, group in by_input):
            # Of an input, all pages are read or none.
            if problem := next((page.problem for page in pages if page.problem), None):
                errors.append(problem)
            else:
                recognised += chain.from_iterable(page.sides for page in pages)
        return self._document(recognised, errors, language, layout, code)

    def _pages(self, inputs: Iterable[tuple[str, bytes]]) -> Iterator[_PageOfInput]:
        """The pages of several inputs; what is wrong with an input stands for its further pages."""
        for number, (source, data) in enumerate(inputs):
            ended = _PageOfInput(number, source)
            with _problem_of(ended):
                for picture in stats.timed_items("picture", pictures(data, self.limits)):
                    yield _PageOfInput(number, source, picture)
            if ended.problem:
                yield ended

    def _sides(self, picture: Picture, source: str, sides: Sides, rotation: RotationChoice) -> list[RecognisedSide]:
        """The sides of one page, up to the stage at which the language matters."""
        with stats.stage("cells"):
            front = detect_front(self.detector, picture.gray, _ROTATIONS[rotation])
        recognised = [self._arrange(picture, source, "front", front)]
        if sides == "both":
            with stats.stage("cells"):
                back = detect_back(self.detector, picture.gray, front)
            if len(back.cells):
                recognised.append(self._arrange(picture, source, "back", back))
        return recognised

    def _arrange(self, picture: Picture, source: str, side: Side, detected: DetectedSide) -> RecognisedSide:
        """One side with calibrated probabilities and advice."""
        thresholds, cells = self.detector.manifest.thresholds, detected.cells
        stats.count_page(len(cells))
        patterns = pattern_probabilities(cells.scores, thresholds.dot)
        present = presence_probabilities(cells.confidence, thresholds.confidence)
        readings = CellReadings(cells.dots, patterns, present, np.zeros(len(cells), bool))
        advice = assess(picture.gray, detected, readings.confidence) if side == "front" else []
        return RecognisedSide(source, picture.frame, side, detected, readings, advice)

    def _document(
        self, recognised: list[RecognisedSide], errors: list[Problem], language: str, layout: Layout, code: Edition
    ) -> Document:
        """The document of all sides, in the language that was asked for or detected."""
        with stats.stage("text"):
            guesses = None
            if language == AUTO:
                detection = languages.detect(
                    [line for side in recognised for line in side.readings.digits(side.detected.lines)]
                )
                language = detection.read_as
                guesses = [languages.Guess(detection.code, detection.score), *detection.runners_up]
            pages = [page_of(side, number, language, layout, code) for number, side in enumerate(recognised, 1)]
        text = text_of_pages(pages, layout)
        older = code if code != "current" and languages.has_editions(language) else None
        return Document(language, text, self.model, pages, errors, guesses, older)


def _check_language(language: str) -> None:
    """Raises LanguageError for an unknown language before any picture is read."""
    if language != AUTO:
        languages.get(language)


def page_of(side: RecognisedSide, number: int, language: str, layout: Layout, code: Edition = "current") -> Page:
    """A side as a page of the document: words decoded, signs read, paragraphs formed."""
    readings, kept = decode(side.readings, side.detected.lines, language)
    grid = drop_cells(side.detected.lines, kept)
    boxes = side.detected.boxes[kept]
    signs = languages.get(language, code).read(readings.digits(grid))
    lines = _lines(readings, grid, boxes.astype(float) * side.frame.scale, signs)
    paragraphs = [flowed.paragraph for flowed in flow(lines, language)]
    unflowed = "\n".join(line.text.rstrip() for line in lines)
    return Page(
        source=side.source,
        source_page=side.frame.number,
        number=number,
        side=side.side,
        width=side.frame.width,
        height=side.frame.height,
        rotation=side.detected.rotation,
        text=text_of(paragraphs) if layout == "flow" else unflowed,
        braille="\n".join(line.braille for line in lines),
        lines=lines,
        paragraphs=paragraphs,
        advice=advice_for(side.advice, language),
    )


def _lines(readings: CellReadings, grid: Grid, boxes: np.ndarray, signs: list[list[Sign]]) -> list[Line]:
    """The lines of a page.

    Args:
        readings: of the cells.
        grid: lines of their indices.
        boxes: (n, 4) in pixels of the picture that was sent.
        signs: what each place of the grid stands for.
    """
    rounded = np.round(boxes, 1).tolist()
    confidence = readings.confidence.tolist()
    others = alternatives(readings.patterns, readings.dots)
    result = []
    for row, row_signs in zip(grid, signs):
        cells = [
            Cell("", unicode_of(""), sign.text, doubtful=sign.doubt or None, emphasis=sign.emphasis)
            if i == BLANK
            else _cell(readings, i, rounded[i], confidence[i], others[i], sign)
            for i, sign in zip(row, row_signs)
        ]
        result.append(Line("".join(c.text for c in cells), "".join(c.braille for c in cells), cells))
    return result


def _cell(
    readings: CellReadings, i: int, box: list[float], confidence: float, others: list[tuple[int, float]], sign: Sign
) -> Cell:
    """The cell with index `i`, read as a sign."""
    dots = digits(int(readings.dots[i]))
    x1, y1, x2, y2 = box
    return Cell(
        dots=dots,
        braille=unicode_of(dots),
        text=sign.text,
        box=(x1, y1, x2, y2),
        confidence=round(confidence, 3),
        doubtful=sign.doubt or ("by_its_word" if readings.by_word[i] else None),
        alternatives=[Alternative(digits(other), unicode_of(digits(other)), round(share, 3)) for other, share in others]
        or None,
        emphasis=sign.emphasis,
    )
