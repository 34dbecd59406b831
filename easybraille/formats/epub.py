"""EPUB 3 (W3C EPUB 3.3): the text as an accessible electronic book with its contents and pages."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from html import escape

from ..document import Document
from .content import Block, blocks_of, language_tag, title_of
from .context import PLAIN, Context
from .docx import zipped
from .html import STYLE, body, ids, inline

MEDIA_TYPE = "application/epub+zip"
EXTENSION = "epub"
_XHTML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"{language}>
<head><title>{title}</title><link rel="stylesheet" href="style.css"/></head>
<body>
{body}
</body>
</html>
"""
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>{language}</dc:language>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">readingOrder</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Text that was read from Braille, without pictures.</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="text" href="text.xhtml" media-type="application/xhtml+xml"/>
<item id="style" href="style.css" media-type="text/css"/>
</manifest>
<spine><itemref idref="text"/></spine>
</package>
"""


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write an EPUB file."""
    blocks = blocks_of(document)
    tag, title = language_tag(document), escape(title_of(document))
    text = body(blocks)
    language = f' lang="{escape(tag)}" xml:lang="{escape(tag)}"' if tag else ""
    digest = hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()
    parts = {
        "mimetype": MEDIA_TYPE,
        "META-INF/container.xml": _CONTAINER,
        "book/package.opf": _PACKAGE.format(
            identifier=uuid.uuid5(uuid.NAMESPACE_URL, f"urn:easybraille:epub:{digest}").urn,
            title=title,
            language=escape(tag) or "und",
            modified=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        ),
        "book/nav.xhtml": _XHTML.format(language=language, title=title, body=_navigation(blocks)),
        "book/text.xhtml": _XHTML.format(language=language, title=title, body=f"<main>\n{text}\n</main>"),
        "book/style.css": STYLE,
    }
    return zipped(parts, stored="mimetype")


def _navigation(blocks: list[Block]) -> str:
    """The table of contents, and the list of pages where there are several."""
    named = list(zip(blocks, ids(blocks), strict=True))
    headings = [(block, name) for block, name in named if block.kind in ("title", "heading")]
    pages = [(block, name) for block, name in named if block.kind == "page"]
    navigation = f'<nav epub:type="toc" role="doc-toc">\n{_links(headings)}\n</nav>'
    if pages:
        navigation += f'\n<nav epub:type="page-list" role="doc-pagelist" hidden="">\n{_links(pages)}\n</nav>'
    return navigation


def _links(entries: list[tuple[Block, str]]) -> str:
    links = (
        f'<li><a href="text.xhtml#{name}">{inline(block.pieces).replace(chr(10), " ")}</a></li>'
        for block, name in entries
    )
    return "<ol>\n" + "\n".join(links) + "\n</ol>"
