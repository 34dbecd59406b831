"""DOCX (Office Open XML, ECMA-376): the text with its headings, emphasis and language, for word processors."""

from __future__ import annotations

import io
import zipfile
from html import escape

from ..document import Document
from ..languages.base import Emphasis
from .content import Block, Piece, blocks_of, language_tag, title_of
from .context import PLAIN, Context

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXTENSION = "docx"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = f"""{_XML}<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{MEDIA_TYPE}.main+xml"/>
<Override PartName="/word/styles.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
</Types>"""
_RELATIONS = f"""{_XML}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>
<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>
</Relationships>"""
_DOCUMENT_RELATIONS = f"""{_XML}<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/>
</Relationships>"""
_CORE = (
    _XML
    + f"""<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>{{title}}</dc:title><dc:language>{{language}}</dc:language>
</cp:coreProperties>"""
)
_STYLES = (
    _XML
    + f"""<w:styles xmlns:w="{_WORD}">
<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="24"/>{{language}}</w:rPr></w:rPrDefault>
<w:pPrDefault><w:pPr><w:spacing w:after="160"/></w:pPr></w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>
<w:pPr><w:keepNext/><w:jc w:val="center"/><w:outlineLvl w:val="0"/></w:pPr>
<w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/>
<w:pPr><w:keepNext/><w:jc w:val="center"/><w:outlineLvl w:val="1"/></w:pPr>
<w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="PageNumber"><w:name w:val="Page Number"/><w:basedOn w:val="Normal"/>
<w:rPr><w:color w:val="595959"/></w:rPr></w:style>
</w:styles>"""
)
_STYLE_OF = {"title": "Heading1", "heading": "Heading2", "running": "PageNumber"}
_EMPHASIS: dict[Emphasis, str] = {"italic": "<w:i/>", "bold": "<w:b/>", "underline": '<w:u w:val="single"/>'}
# The same document gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write a DOCX file; equal documents give equal bytes."""
    tag = language_tag(document)
    paragraphs = "\n".join(_paragraph(block) for block in blocks_of(document) if block.kind != "page")
    language = f'<w:lang w:val="{escape(tag, quote=False)}"/>' if tag else ""
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "docProps/core.xml": _CORE.format(title=_clean(title_of(document)), language=escape(tag, quote=False)),
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "word/styles.xml": _STYLES.format(language=language),
        "word/document.xml": f'{_XML}<w:document xmlns:w="{_WORD}"><w:body>\n{paragraphs}\n</w:body></w:document>',
    }
    return zipped(parts)


def zipped(parts: dict[str, str], stored: str = "") -> bytes:
    """A ZIP file of texts, in their order and without dates; the one that is named is not compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return file.getvalue()


def _paragraph(block: Block) -> str:
    style = _STYLE_OF.get(block.kind)
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(map(_run, block.pieces))}</w:p>"


def _run(piece: Piece) -> str:
    properties = f"<w:rPr>{_EMPHASIS[piece.emphasis]}</w:rPr>" if piece.emphasis else ""
    lines = (f'<w:t xml:space="preserve">{_clean(line)}</w:t>' for line in piece.text.split("\n"))
    return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>"


def _clean(text: str) -> str:
    return escape("".join(character for character in text if character.isprintable()), quote=False)
