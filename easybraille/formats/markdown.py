"""Markdown: plain text with its headings and emphasis marked up (CommonMark)."""

from __future__ import annotations

import re

from ..document import Document
from ..languages.base import Emphasis
from .content import Block, Piece, blocks_of
from .context import PLAIN, Context

MEDIA_TYPE = "text/markdown"
EXTENSION = "md"
_MARKS: dict[Emphasis, tuple[str, str]] = {"italic": ("*", "*"), "bold": ("**", "**"), "underline": ("<u>", "</u>")}
_SPECIAL = re.compile(r"([\\`*_\[\]<>&])")
# What would begin a heading, a list, a quotation, a rule or a table.
_LINE_START = re.compile(r"(?m)^(\s*)(\d+(?=[.)]\s)|[#+~|=-])")


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write UTF-8 Markdown; a title that is only the name of the source is left out."""
    blocks = [block for block in blocks_of(document) if block.kind != "page"]
    if blocks[0].kind == "title" and blocks[0].text not in document.text:
        blocks = blocks[1:]
    return ("\n\n".join(map(_block, blocks)) + "\n").encode()


def _block(block: Block) -> str:
    text = _LINE_START.sub(_escaped_start, "".join(map(_piece, block.pieces)))
    match block.kind:
        case "title" | "heading":
            return ("# " if block.kind == "title" else "## ") + " ".join(text.split())
        case "lines":
            # A backslash at its end keeps a line; no-break spaces keep its indent.
            lines = [line.replace(" ", "\u00a0", len(line) - len(line.lstrip(" "))) for line in text.split("\n")]
            return "\\\n".join(lines)
    return text


def _piece(piece: Piece) -> str:
    text = _SPECIAL.sub(r"\\\1", piece.text)
    if not piece.emphasis or not text.strip():
        return text
    opening, closing = _MARKS[piece.emphasis]
    inner = text.strip()
    start = text.index(inner)
    return f"{text[:start]}{opening}{inner}{closing}{text[start + len(inner) :]}"


def _escaped_start(match: re.Match[str]) -> str:
    return match[1] + (match[2] + "\\" if match[2].isdigit() else "\\" + match[2])
