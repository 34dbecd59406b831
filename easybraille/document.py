"""What was read: the shape of the answer, from the document down to the cell.

Other software relies on these names. Boxes are x1, y1, x2, y2 in pixels of the picture as sent, upright by its EXIF
orientation (a PDF page: as rendered).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .languages import Guess

Box = tuple[float, float, float, float]
Side = Literal["front", "back"]
Rotation = Literal[0, 90, 180, 270]
ParagraphKind = Literal["prose", "heading", "running", "lines"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else a cell may be.

    Attributes:
        dots, braille: as a cell's.
        confidence: 0 to 1, the probability that it is this.
    """

    dots: str
    braille: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a line. A blank has no dots, no box and no confidence.

    Attributes:
        dots: raised dots as ascending digits, "125"; "" for a blank.
        braille: the same as a Unicode character, "⠓"; "⠀" (U+2800) for a blank.
        text: the part of the line's text that this cell stands for; "" where it only changes its neighbours.
        box: the 2 × 3 grid of dots, grown on every side by 0.3 of its width.
        confidence: 0 to 1, the probability that all of its dots are right.
        doubtful: why the reading is uncertain, a machine-readable word; absent where it isn't.
        alternatives: what else it may be, the likeliest first; absent where nothing else is likely.
    """

    dots: str
    braille: str
    text: str
    box: Box | None = None
    confidence: float | None = None
    doubtful: str | None = None
    alternatives: list[Alternative] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page, without cells where the page has an empty one.

    Attributes:
        text: what the line says.
        braille: its cells as Unicode Braille.
        cells: its cells, blanks included; their texts joined are the line's text.
    """

    text: str
    braille: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of a page that belong together, as a reader wants them.

    Attributes:
        kind: "prose" flows; "heading" is centred; "running" is the page's number, perhaps with a title; "lines" is
            verse, a list, a table or an address, whose line ends mean something.
        text: with split words joined; only "heading" and "lines" have newlines in them.
        lines: indices of the page's lines.
    """

    kind: ParagraphKind
    text: str
    lines: list[int]


@dataclass(frozen=True, slots=True)
class Advice:
    """What the person with the camera can do better.

    Attributes:
        code: what it is about, for programs.
        message: a sentence for the person.
    """

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Page:
    """One side of one sheet.

    Attributes:
        source, source_page: name of the file it came from, and its page there, from 1.
        number: its place in the document, from 1.
        side: of the sheet: what is raised is on the front, and its dents are dots on the back.
        width, height: of the upright picture, pixels.
        rotation: clockwise degrees that made the text upright.
        text: the lines joined with newlines, or the paragraphs with empty lines between them, as `layout` asks.
        braille: the lines in Unicode Braille, joined with newlines.
        lines: from top to bottom.
        paragraphs: the lines as a reader wants them, whatever `layout` is.
        advice: what can be done better next time.
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
    """Which weights read, and what ran them.

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
    """An input that could not be read, and why.

    Attributes:
        source: name of the input.
        code: why, for programs.
        message: why, and what can be done about it.
    """

    source: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that was read from one or more inputs.

    Attributes:
        language: code of the language that the text was read in.
        text: of all pages, with empty lines between them.
        model: the weights that read.
        pages: one for each side that was read, in order.
        errors: inputs that could not be read.
        guesses: where the language was to be found out, the choice and the runners-up.
    """

    language: str
    text: str
    model: Model
    pages: list[Page]
    errors: list[Problem] = field(default_factory=list)
    guesses: list[Guess] | None = None
