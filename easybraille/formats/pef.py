"""PEF 1.0 (Portable Embosser Format): pages and rows in XML (https://braillespecs.github.io/pef)."""

from __future__ import annotations

import hashlib
import uuid
from xml.etree import ElementTree
from xml.parsers import expat

from ..document import Document, Page
from ..errors import InvalidTextError
from . import rows
from .context import PLAIN, Context, Paper

MEDIA_TYPE = "application/x-pef+xml"
EXTENSION = "pef"
_PEF = "http://www.daisy.org/ns/2008/pef"
_DC = "http://purl.org/dc/elements/1.1/"
_LONGEST_LANGUAGE = 3
# Bytes in which a file says that it is PEF.
_BEGINNING = 2000


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write XML in UTF-8; lines and pages are as read, unless the context has a paper size.

    A document with back pages is written as duplex.
    """
    both = any(page.side == "back" for page in document.pages)
    pages = rows.pages(document, context.paper)
    if both and context.paper is None:
        pages = _in_pairs(document.pages, pages)
    title = ", ".join(dict.fromkeys(page.source for page in document.pages if page.source))
    return encode(pages, title, document.language, context.paper, both)


def encode(
    pages: list[list[str]], title: str = "", language: str = "", paper: Paper | None = None, duplex: bool = False
) -> bytes:
    """Encode pages of rows of Unicode Braille as PEF; equal pages give equal bytes.

    Args:
        pages: the rows of each page; without pages one empty page is written.
        title, language: the title and the language code for the metadata; "" where unknown.
        paper: the volume's size; None derives it from the longest row and the fullest page.
        duplex: whether the pages are alternately fronts and backs.
    """
    pages = pages or [[]]
    paper = paper or Paper(max((len(row) for page in pages for row in page), default=0), max(map(len, pages)))
    # ElementTree would otherwise call the namespaces ns0 and ns1: valid, but some embosser software reads the prefixes.
    ElementTree.register_namespace("", _PEF)
    ElementTree.register_namespace("dc", _DC)
    root = ElementTree.Element(f"{{{_PEF}}}pef", version="2008-1")
    meta = _child(_child(root, "head"), "meta")
    _text(meta, "format", MEDIA_TYPE)
    digest = hashlib.sha256("\f".join("\n".join(page) for page in pages).encode()).hexdigest()
    _text(meta, "identifier", uuid.uuid5(uuid.NAMESPACE_URL, f"urn:easybraille:pef:{digest}").urn)
    if title:
        _text(meta, "title", "".join(c for c in title if c.isprintable()))
    code = language.partition("-")[0]
    if 0 < len(code) <= _LONGEST_LANGUAGE:
        _text(meta, "language", code)
    size = {"cols": max(1, paper.cells), "rows": max(1, paper.rows), "rowgap": 0, "duplex": str(duplex).lower()}
    section = _child(_child(_child(root, "body"), "volume", size), "section")
    for page in pages:
        element = _child(section, "page")
        for row in page:
            _child(element, "row").text = row
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def is_pef(data: bytes) -> bool:
    """Whether a file is XML that names the namespace of PEF."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _PEF.encode() in data[:_BEGINNING]


def decode(data: bytes) -> list[list[str]]:
    """Decode PEF to the rows of Unicode Braille of each page, of all volumes in order.

    Raises:
        InvalidTextError: it is damaged, or has a document type, which PEF does not need and which can do harm.
    """
    pages: list[list[str]] = []
    within: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        within.append(name.removeprefix(f"{_PEF}|"))
        if within[-1] == "page":
            pages.append([])
        elif within[-2:] == ["page", "row"]:
            pages[-1].append("")

    def text(piece: str) -> None:
        if within[-2:] == ["page", "row"]:
            pages[-1][-1] += piece

    def refuse(*_: object) -> None:
        raise InvalidTextError("The PEF file has a document type, which is not read. Save it without one.")

    parser = expat.ParserCreate(namespace_separator="|")
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.EndElementHandler = lambda _: within.pop()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InvalidTextError(f"The PEF file is damaged in line {error.lineno}.") from None
    except (LookupError, ValueError):
        # An encoding that its first line names and Python does not know, or not as one of single bytes.
        raise InvalidTextError("The PEF file is damaged in line 1.") from None
    return pages


def _child(parent: ElementTree.Element, name: str, attributes: dict[str, object] | None = None) -> ElementTree.Element:
    given = {key: str(value) for key, value in (attributes or {}).items()}
    return ElementTree.SubElement(parent, f"{{{_PEF}}}{name}", given)


def _text(meta: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(meta, f"{{{_DC}}}{name}").text = text


def _in_pairs(pages: list[Page], written: list[list[str]]) -> list[list[str]]:
    """The pages with an empty one inserted for each side that was not read, so that a back never becomes a front."""
    result: list[list[str]] = []
    for page, page_rows in zip(pages, written):
        if (page.side == "back") != (len(result) % 2 == 1):
            result.append([])
        result.append(page_rows)
    return result
