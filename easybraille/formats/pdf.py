"""Searchable PDF: the picture of each page, with its text as an invisible, tagged layer over the cells.

The file is tagged for accessibility as PDF/UA-1 (ISO 14289-1) asks: headings, paragraphs and emphasis in reading order,
title and language; the picture is an artifact, because the text says what it shows.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

from ..document import Box, Cell, Document, Page
from ..errors import PictureNeededError
from ..languages.base import Emphasis
from ..text.paragraphs import flow
from .context import PLAIN, Context
from .pdf_objects import Name, PdfFile, Ref, Value
from .pictures import Shown

MEDIA_TYPE = "application/pdf"
EXTENSION = "pdf"
LONGEST_SIDE = 2200
# The size of the photographed sheet is unknown; this is the longer side of A4 in points.
_LONGEST_POINTS = 842.0
_QUALITY = 80
# In cell heights: three blanks. A wider gap separates columns.
_WIDEST_BLANK = 3.5
# Size of the text, in cell heights. Poppler takes a gap of more than 0.7 font sizes for a column boundary, and a blank
# cell is 0.95 cell heights wide (cells 6.2 mm apart, 6.5 mm high); lines are 1.5 cell heights apart.
_FONT_SIZE = 1.5
# A font of empty glyphs, each half as wide as the font is high: nothing of the text layer is drawn.
_FONT = Path(__file__).parent / "fonts" / "invisible.ttf"
_GLYPH_WIDTH = 0.5
_BMP = 0x10000
_LONGEST_LANGUAGE = 3
_TAGS = {"heading": "H2", "prose": "P", "running": "P", "lines": "P"}
_EMPHASIS: dict[Emphasis, str] = {"italic": "Em", "bold": "Strong", "underline": "Em"}
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write a PDF with a page for each page of the document; its JPEG pictures are at most 2200 pixels on a side.

    Raises:
        PictureNeededError: the context has no pictures, or lacks one of this document.
    """
    if context.pictures is None:
        raise PictureNeededError("A searchable PDF needs the picture that was read.")
    return bound((context.pictures.show(document, page, LONGEST_SIDE) for page in document.pages), document.language)


def bound(shown: Iterable[Shown], language: str) -> bytes:
    """Bind pages into a PDF, in order; `language` is the code of their text's language."""
    writer = _Writer(language)
    for one in shown:
        writer.add(one)
    return writer.finish()


@dataclass(slots=True)
class _Tag:
    """A structure element: its type, and its marked content or its children."""

    type: str
    content: list[tuple[Ref, int]] = field(default_factory=list)
    children: list[_Tag] = field(default_factory=list)


class _Writer:
    """Adds pages to a PDF file."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._file = PdfFile()
        self._pages = self._file.reserve()
        self._font = _font(self._file)
        self._kids: list[Ref] = []
        self._tags: list[_Tag] = []
        self._owners: list[list[_Tag]] = []
        self._title = self._source = ""
        self._digest = hashlib.sha256()

    def add(self, shown: Shown) -> None:
        """Add one page."""
        scale = _LONGEST_POINTS / max(shown.image.size)
        width, height = shown.image.width * scale, shown.image.height * scale
        self._source = self._source or shown.page.source
        page = self._file.reserve()
        content = [b"/Artifact BMC q %.3f 0 0 %.3f 0 0 cm /Picture Do Q EMC" % (width, height)]
        owners: list[_Tag] = []
        for kind, text, lines in _paragraphs(shown.page, self._language):
            tag = _Tag(self._type(kind, text))
            self._tags.append(tag)
            for cells, line in lines:
                owner = tag
                if emphasis := cells[0].emphasis:
                    owner = _Tag(_EMPHASIS[emphasis])
                    tag.children.append(owner)
                words = _placed(shown, cells, line, scale, height)
                if words:
                    content.append(b"/%s <</MCID %d>> BDC" % (owner.type.encode(), len(owners)))
                    content += [*words, b"EMC"]
                    if owner is tag:
                        # Content and children keep their order: plain text after emphasis is a child of its own.
                        owner = _Tag("Span") if tag.children else tag
                        if owner is not tag:
                            tag.children.append(owner)
                    owner.content.append((page, len(owners)))
                    owners.append(owner)
        self._set_page(page, content, self._picture(shown), (width, height))
        self._owners.append(owners)

    def finish(self) -> bytes:
        """The whole file."""
        file = self._file
        title = self._title or self._source or "Braille"
        file.set(self._pages, {"Type": Name("Pages"), "Kids": self._kids, "Count": len(self._kids)})
        metadata = file.add_stream(
            _XMP.format(title=escape(title, quote=False)).encode(),
            {"Type": Name("Metadata"), "Subtype": Name("XML")},
            compress=False,
        )
        code = self._language.partition("-")[0]
        root = file.add(
            {
                "Type": Name("Catalog"),
                "Pages": self._pages,
                "Lang": (code if len(code) <= _LONGEST_LANGUAGE else "und").encode("ascii"),
                "MarkInfo": {"Marked": True},
                "Metadata": metadata,
                "StructTreeRoot": self._structure(),
                "ViewerPreferences": {"DisplayDocTitle": True},
            }
        )
        return file.finish(root, file.add({"Title": title}), self._digest.digest()[:16])

    def _type(self, kind: str, text: str) -> str:
        """The structure type of a paragraph; the first heading is the title."""
        if kind == "heading" and not self._title:
            self._title = " ".join(text.split())
            return "H1"
        return _TAGS[kind]

    def _picture(self, shown: Shown) -> Ref:
        jpeg = io.BytesIO()
        shown.image.save(jpeg, "JPEG", quality=_QUALITY)
        self._digest.update(jpeg.getvalue())
        entries: dict[str, Value] = {
            "Type": Name("XObject"),
            "Subtype": Name("Image"),
            "Width": shown.image.width,
            "Height": shown.image.height,
            "ColorSpace": Name("DeviceRGB"),
            "BitsPerComponent": 8,
            "Filter": Name("DCTDecode"),
        }
        return self._file.add_stream(jpeg.getvalue(), entries, compress=False)

    def _set_page(self, page: Ref, content: Sequence[bytes], picture: Ref, size: tuple[float, float]) -> None:
        stream = self._file.add_stream(b"\n".join(content), {})
        resources: dict[str, Value] = {"Font": {"Invisible": self._font}, "XObject": {"Picture": picture}}
        self._file.set(
            page,
            {
                "Type": Name("Page"),
                "Parent": self._pages,
                "MediaBox": [0, 0, *size],
                "Resources": resources,
                "Contents": stream,
                "StructParents": len(self._kids),
                "Tabs": Name("S"),
            },
        )
        self._kids.append(page)

    def _structure(self) -> Ref:
        """The structure tree with its parent tree."""
        file = self._file
        root, document = file.reserve(), file.reserve()
        refs: dict[int, Ref] = {}

        def added(tag: _Tag, parent: Ref) -> Ref:
            ref = file.reserve()
            refs[id(tag)] = ref
            kids: list[Value] = [{"Type": Name("MCR"), "Pg": page, "MCID": number} for page, number in tag.content]
            kids += [added(child, ref) for child in tag.children]
            file.set(ref, {"Type": Name("StructElem"), "S": Name(tag.type), "P": parent, "K": kids})
            return ref

        kids = [added(tag, document) for tag in self._tags if tag.content or tag.children]
        file.set(document, {"Type": Name("StructElem"), "S": Name("Document"), "P": root, "K": kids})
        numbers: list[Value] = []
        for number, owners in enumerate(self._owners):
            numbers += [number, [refs[id(owner)] for owner in owners]]
        roles = {"Em": Name("Span"), "Strong": Name("Span")}
        tree: dict[str, Value] = {
            "Type": Name("StructTreeRoot"),
            "K": [document],
            "ParentTree": {"Nums": numbers},
            "RoleMap": roles,
        }
        file.set(root, {**tree, "ParentTreeNextKey": len(self._owners)})
        return root


def _paragraphs(page: Page, language: str) -> Iterable[tuple[str, str, list[tuple[list[Cell], list[Cell]]]]]:
    """The paragraphs of a page: kind, text, and their runs of cells in one type, each with the cells of its line."""
    flowed = flow(page.lines, language)
    owner = {id(cell): at for at, one in enumerate(flowed) for cells in one.cells for cell in cells if cell.dots}
    for at, one in enumerate(flowed):
        runs: list[tuple[list[Cell], list[Cell]]] = []
        for number in one.paragraph.lines:
            line = page.lines[number].cells
            mine = _of(at, line, owner)
            for _, run in groupby(mine, key=lambda cell: cell.emphasis):
                runs.append((list(run), line))
        yield one.paragraph.kind, one.paragraph.text, runs


def _of(paragraph: int, line: Sequence[Cell], owner: dict[int, int]) -> list[Cell]:
    """The cells of a line that belong to a paragraph; those that reflowing drops belong with the cell before them."""
    mine, current = [], None
    first = next((owner[id(cell)] for cell in line if id(cell) in owner), paragraph)
    for cell in line:
        current = owner.get(id(cell), current if current is not None else first)
        if current == paragraph and cell.box:
            mine.append(cell)
    return mine


def _placed(shown: Shown, cells: Sequence[Cell], line: Sequence[Cell], scale: float, height: float) -> list[bytes]:
    """The operators that place the words of some cells of a line over the picture."""
    places = {id(cell): at for at, cell in enumerate(line)}
    words = [list(run) for _, run in groupby(enumerate(cells), key=lambda one: places[id(one[1])] - one[0])]
    operators = []
    for at, numbered in enumerate(words):
        word = [cell for _, cell in numbered]
        after = words[at + 1][0][1] if at + 1 < len(words) else _next(line, places[id(word[-1])])
        operators += _word(shown, word, after, scale, height)
    return operators


def _next(line: Sequence[Cell], at: int) -> Cell | None:
    return next((cell for cell in line[at + 1 :] if cell.box), None)


def _word(shown: Shown, word: Sequence[Cell], after: Cell | None, scale: float, height: float) -> list[bytes]:
    """One word, stretched over its cells and rotated like its line, with the blank before the next word."""
    text = "".join(cell.text for cell in word).strip()
    boxes = [_scaled(shown.place(cell.box), scale) for cell in word if cell.box]
    if not text or not boxes:
        return []
    first, last = boxes[0], boxes[-1]
    size = sum(box[3] - box[1] for box in boxes) / len(boxes)
    length = math.hypot(last[2] - first[0], last[3] - first[3])
    across, up = (last[2] - first[0]) / length, -(last[3] - first[3]) / length
    gap = shown.place(after.box)[0] * scale - last[2] if after and after.box else 0
    # Text extraction takes a gap as wide as a blank cell for a column boundary, unless a space fills it.
    if 0.5 * size < gap < _WIDEST_BLANK * size:
        text, length = text + " ", length + gap
    codes = "".join(character for character in text if ord(character) < _BMP).encode("utf-16-be", "replace")
    size *= _FONT_SIZE
    stretch = length / (size * _GLYPH_WIDTH * max(1, len(codes) // 2))
    matrix = across * stretch, up * stretch, -up, across, first[0], height - first[3]
    placed = b" ".join(b"%.4f" % value for value in matrix)
    return [b"BT 3 Tr /Invisible %.3f Tf %s Tm <%s> Tj ET" % (size, placed, codes.hex().encode())]


def _scaled(box: Box, scale: float) -> Box:
    x1, y1, x2, y2 = (value * scale for value in box)
    return x1, y1, x2, y2


def _font(file: PdfFile) -> Ref:
    """A composite font whose codes are UTF-16 units and whose glyphs are all empty."""
    data = _FONT.read_bytes()
    program = file.add_stream(data, {"Length1": len(data)})
    glyphs = file.add_stream(b"\0\1" * _BMP, {})
    descriptor = file.add(
        {
            "Type": Name("FontDescriptor"),
            "FontName": Name("Invisible"),
            "Flags": 4,
            "FontBBox": [0, -200, 500, 800],
            "ItalicAngle": 0,
            "Ascent": 800,
            "Descent": -200,
            "CapHeight": 800,
            "StemV": 80,
            "FontFile2": program,
        }
    )
    system: dict[str, Value] = {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0}
    descendant = file.add(
        {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": Name("Invisible"),
            "CIDSystemInfo": system,
            "FontDescriptor": descriptor,
            "CIDToGIDMap": glyphs,
            "DW": round(1000 * _GLYPH_WIDTH),
        }
    )
    return file.add(
        {
            "Type": Name("Font"),
            "Subtype": Name("Type0"),
            "BaseFont": Name("Invisible"),
            "Encoding": Name("Identity-H"),
            "DescendantFonts": [descendant],
            "ToUnicode": file.add_stream(_to_unicode(), {}),
        }
    )


def _to_unicode() -> bytes:
    """The CMap that maps every code to the character with this number; a range may not cross a first byte."""
    ranges = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(256) if not 0xD8 <= high <= 0xDF]
    sections = [ranges[start : start + 100] for start in range(0, len(ranges), 100)]
    body = "\n".join(f"{len(part)} beginbfrange\n" + "\n".join(part) + "\nendbfrange" for part in sections)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
