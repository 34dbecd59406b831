"""The answer's data types: a document of pages, lines and cells, and the paragraphs made of the lines.

The field names are part of the public JSON. Boxes are x1, y1, x2, y2 in pixels of the submitted picture, turned upright
by its EXIF orientation (for a PDF: of the rendered page).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .languages import Edition, Guess
from .languages.base import Emphasis
from .recognition.page_detection import Rotation

Box = tuple[float, float, float, float]
Side = Literal["front", "back"]
ParagraphKind = Literal["prose", "heading", "running", "lines"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another possible reading of a cell.

    Attributes:
        dots, braille: as a cell's.
        confidence: 0 to 1, the probability of this reading.
    """

    dots: str
    braille: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One Braille cell of a line. A blank cell has no dots, no box and no confidence.

    Attributes:
        dots: raised dots as ascending digits, "125"; "" for a blank.
        braille: the same as a Unicode character, "⠓"; "⠀" (U+2800) for a blank.
        text: the part of the line's text that this cell stands for; "" where it only changes its neighbours.
        box: the 2 × 3 dot grid, extended on every side by 0.3 of its width.
        confidence: 0 to 1, the probability that all six dots are right.
        doubtful: a machine-readable reason why the reading is uncertain; absent where it is certain.
        alternatives: other possible readings, the most probable first; absent where no other is probable.
        emphasis: the special type of the text, as far as the Braille marks it; absent for plain type.
    """

    dots: str
    braille: str
    text: str
    box: Box | None = None
    confidence: float | None = None
    doubtful: str | None = None
    alternatives: list[Alternative] | None = None
    emphasis: Emphasis | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page; an empty line of the page has no cells.

    Attributes:
        text: what the line says.
        braille: its cells as Unicode Braille.
        cells: its cells, blanks included; their texts joined are the line's text.
    """

    text: str
    braille: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of emphasised text in a paragraph.

    Attributes:
        start, end: indices of its first character and of the one after its last, in the paragraph's text.
        emphasis: the special type.
    """

    start: int
    end: int
    emphasis: Emphasis


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Consecutive lines of a page that form one block of text.

    Attributes:
        kind: "prose" is running text; "heading" is centred; "running" is the page number, with or without a title;
            "lines" is verse, a list, a table or an address, whose line ends carry meaning.
        text: the text with split words joined; only "heading" and "lines" contain newlines.
        lines: indices of the page's lines.
        emphasis: the emphasised parts of the text, in order; absent where there are none.
    """

    kind: ParagraphKind
    text: str
    lines: list[int]
    emphasis: list[Run] | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """A suggestion for taking a better picture.

    Attributes:
        code: what it is about, for programs.
        message: a sentence for the person with the camera.
    """

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Page:
    """One side of one sheet.

    Attributes:
        source, source_page: the name of the input file, and the page's number in it, from 1.
        number: the page's position in the document, from 1.
        side: of the sheet: what is raised is on the front, and its dents are dots on the back.
        width, height: size of the upright picture in pixels.
        rotation: clockwise degrees by which the picture was turned to make the text upright.
        text: the lines joined with newlines, or with layout "flow" the paragraphs separated by empty lines.
        braille: the lines in Unicode Braille, joined with newlines.
        lines: from top to bottom.
        paragraphs: the lines grouped into paragraphs, whatever the `layout`.
        advice: what can be done for a better picture.
    """

    source: str
    source_page: int
    number: int
    side: Side
    width: int
    height: int
    rotation: Rotation
    text: str
    braille: str
    lines: list[Line]
    paragraphs: list[Paragraph] = field(default_factory=list)
    advice: list[Advice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Model:
    """The weights that were used and the engine that ran them.

    Attributes:
        name, version: of the weights.
        sha256: of the file of the weights, hexadecimal.
        engine: that ran them, onnxruntime or torch.
    """

    name: str
    version: str
    sha256: str
    engine: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An input that could not be read, with the reason.

    Attributes:
        source: name of the input.
        code: the reason, for programs.
        message: the reason, and what can be done about it.
    """

    source: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """The result of reading one or more inputs.

    Attributes:
        language: code of the language in which the text was read.
        text: of all pages, with empty lines between them.
        model: the weights that read.
        pages: one for each side that was read, in order.
        errors: inputs that could not be read.
        guesses: with automatic language detection, the detected language and the runners-up.
        code: edition of the Spanish code in which the text was read, where it is not the current one.
    """

    language: str
    text: str
    model: Model
    pages: list[Page]
    errors: list[Problem] = field(default_factory=list)
    guesses: list[Guess] | None = None
    code: Edition | None = None
