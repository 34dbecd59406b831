"""Reads a picture in the order of its stages: bytes → pages → cells → probabilities → lines → text → document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
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
from .recognition.calibration import CellReadings, alternatives, pattern_probabilities, presence_probabilities
from .recognition.detections import digits
from .recognition.detectors import Detector
from .recognition.layout import BLANK, Grid, arrange_lines, drop_cells
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
        grid: lines of indices of the cells, `BLANK` for a blank.
        advice: codes, see `i18n.advice`.
    """

    source: str
    frame: Frame
    side: Side
    detected: DetectedSide
    readings: CellReadings
    grid: Grid
    advice: list[str]


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
        return self._document(list(self._recognise(data, source, sides, rotation)), [], language, layout, code)

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
        recognised: list[RecognisedSide] = []
        errors: list[Problem] = []
        for source, data in inputs:
            try:
                recognised += list(self._recognise(data, source, sides, rotation))
            except InputError as error:
                errors.append(Problem(source, error.code, translated(str(error))))
            except EasyBrailleError:
                raise
            except Exception as unforeseen:  # noqa: BLE001  an input must not take the others with it
                internal = InternalInputError.logged(unforeseen)
                errors.append(Problem(source, internal.code, translated(str(internal))))
        return self._document(recognised, errors, language, layout, code)

    def _recognise(self, data: bytes, source: str, sides: Sides, rotation: RotationChoice) -> Iterator[RecognisedSide]:
        """The sides of the pages of one input, up to the stage at which the language matters."""
        for picture in stats.timed_items("picture", pictures(data, self.limits)):
            with stats.stage("cells"):
                front = detect_front(self.detector, picture.gray, _ROTATIONS[rotation])
            yield self._arrange(picture, source, "front", front)
            if sides == "both":
                with stats.stage("cells"):
                    back = detect_back(self.detector, picture.gray, front)
                if len(back.cells):
                    yield self._arrange(picture, source, "back", back)

    def _arrange(self, picture: Picture, source: str, side: Side, detected: DetectedSide) -> RecognisedSide:
        """One side with calibrated probabilities, lines and advice."""
        thresholds, cells = self.detector.manifest.thresholds, detected.cells
        with stats.stage("text"):
            grid = arrange_lines(cells.boxes)
        stats.count_page(len(cells))
        patterns = pattern_probabilities(cells.scores, thresholds.dot)
        present = presence_probabilities(cells.confidence, thresholds.confidence)
        readings = CellReadings(cells.dots, patterns, present, np.zeros(len(cells), bool))
        advice = assess(picture.gray, detected, readings.confidence) if side == "front" else []
        return RecognisedSide(source, picture.frame, side, detected, readings, grid, advice)

    def _document(
        self, recognised: list[RecognisedSide], errors: list[Problem], language: str, layout: Layout, code: Edition
    ) -> Document:
        """The document of all sides, in the language that was asked for or detected."""
        with stats.stage("text"):
            guesses = None
            if language == AUTO:
                detection = languages.detect([line for side in recognised for line in side.readings.digits(side.grid)])
                language = detection.read_as
                guesses = [languages.Guess(detection.code, detection.score), *detection.runners_up]
            pages = [_page(side, number, language, layout, code) for number, side in enumerate(recognised, 1)]
        text = text_of_pages(pages, layout)
        older = code if code != "current" and languages.has_editions(language) else None
        return Document(language, text, self.model, pages, errors, guesses, older)


def _check_language(language: str) -> None:
    """Raises LanguageError for an unknown language before any picture is read."""
    if language != AUTO:
        languages.get(language)


def _page(side: RecognisedSide, number: int, language: str, layout: Layout, code: Edition) -> Page:
    """A side as a page of the document: words decoded, signs read, paragraphs formed."""
    readings, kept = decode(side.readings, side.grid, language)
    grid = drop_cells(side.grid, kept)
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
    rounded = np.round(boxes, 1)
    result = []
    for row, row_signs in zip(grid, signs):
        cells = [
            Cell("", unicode_of(""), sign.text, doubtful=sign.doubt or None, emphasis=sign.emphasis)
            if i == BLANK
            else _cell(readings, i, rounded[i], sign)
            for i, sign in zip(row, row_signs)
        ]
        result.append(Line("".join(c.text for c in cells), "".join(c.braille for c in cells), cells))
    return result


def _cell(readings: CellReadings, i: int, box: np.ndarray, sign: Sign) -> Cell:
    """The cell with index `i`, read as a sign."""
    mask = int(readings.dots[i])
    others = [
        Alternative(digits(other), unicode_of(digits(other)), round(share, 3))
        for other, share in alternatives(readings.patterns[i], mask)
    ]
    x1, y1, x2, y2 = box.tolist()
    return Cell(
        dots=digits(mask),
        braille=unicode_of(digits(mask)),
        text=sign.text,
        box=(x1, y1, x2, y2),
        confidence=round(float(readings.patterns[i, mask]), 3),
        doubtful=sign.doubt or ("by_its_word" if readings.by_word[i] else None),
        alternatives=others or None,
        emphasis=sign.emphasis,
    )
