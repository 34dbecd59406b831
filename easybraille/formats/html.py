"""HTML: the text with its headings, paragraphs, verse and emphasis, for screen readers and word processors."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..document import Document
from ..languages.base import Emphasis
from .content import Block, Piece, blocks_of, language_tag, title_of
from .context import PLAIN, Context

MEDIA_TYPE = "text/html"
EXTENSION = "html"
STYLE = """body { max-width: 40em; margin: 1em auto; padding: 0 1em; font: 1.1em/1.5 serif }
.lines { white-space: pre-wrap } .running { color: #595959 }"""
_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
"""
_TAGS: dict[Emphasis, str] = {"italic": "em", "bold": "strong", "underline": "u"}


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write UTF-8 HTML without scripts or external resources."""
    title = escape(title_of(document))
    head = _HEAD.format(language=escape(language_tag(document)), title=title, style=STYLE)
    return (head + body(blocks_of(document)) + "\n</main>\n</body>\n</html>\n").encode()


def body(blocks: Sequence[Block]) -> str:
    """The blocks as HTML that is also well-formed XML; headings and pages have the ids that `ids` gives them."""
    return "\n".join(_element(block, name) for block, name in zip(blocks, ids(blocks), strict=True))


def ids(blocks: Sequence[Block]) -> list[str]:
    """The id of each heading and page, "" for the other blocks."""
    count = {"heading": 0, "page": 0}
    names = []
    for block in blocks:
        kind = "heading" if block.kind == "title" else block.kind
        if kind in count:
            count[kind] += 1
        names.append(f"{kind}-{count[kind]}" if kind in count else "")
    return names


def inline(pieces: Sequence[Piece]) -> str:
    """Text with its emphasis."""
    return "".join(_piece(piece) for piece in pieces)


def _element(block: Block, name: str) -> str:
    text = inline(block.pieces)
    match block.kind:
        case "title" | "heading":
            level = 1 if block.kind == "title" else 2
            return f'<h{level} id="{name}">' + text.replace("\n", "<br/>") + f"</h{level}>"
        case "page":
            return f'<hr id="{name}" role="doc-pagebreak" aria-label="{text}"/>'
        case "running" | "lines":
            return f'<p class="{block.kind}">{text}</p>'
    return f"<p>{text}</p>"


def _piece(piece: Piece) -> str:
    text = escape("".join(c for c in piece.text if c.isprintable() or c in "\n "), quote=False)
    tag = _TAGS[piece.emphasis] if piece.emphasis else None
    return f"<{tag}>{text}</{tag}>" if tag else text
