"""HTML: the text with its paragraphs, headings and verse marked up, for screen readers and word processors."""

from __future__ import annotations

from html import escape

from ..document import Document, Page, Paragraph
from .context import PLAIN, Context

MEDIA_TYPE = "text/html"
EXTENSION = "html"
_LONGEST_LANGUAGE = 3
_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ max-width: 40em; margin: 1em auto; padding: 0 1em; font: 1.1em/1.5 serif }}
.lines {{ white-space: pre-line }} footer, .running {{ color: #595959 }}</style>
</head>
<body>
"""


def write(document: Document, context: Context = PLAIN) -> bytes:
    """Write UTF-8 HTML without scripts or external resources; each page of the document is a section."""
    title = ", ".join(dict.fromkeys(page.source for page in document.pages if page.source)) or "Braille"
    code = document.language.partition("-")[0]
    head = _HEAD.format(language=escape(code if len(code) <= _LONGEST_LANGUAGE else ""), title=escape(title))
    return (head + "\n".join(_section(page) for page in document.pages) + "\n</body>\n</html>\n").encode()


def _section(page: Page) -> str:
    name = f"{page.number}" + (" (back)" if page.side == "back" else "")
    inside = "\n".join(_paragraph(paragraph) for paragraph in page.paragraphs)
    return f'<section aria-label="{name}">\n{inside}\n</section>'


def _paragraph(paragraph: Paragraph) -> str:
    text = escape(paragraph.text, quote=False)
    match paragraph.kind:
        case "heading":
            return "<h2>" + text.replace("\n", "<br>") + "</h2>"
        case "running" | "lines":
            return f'<p class="{paragraph.kind}">{text}</p>'
    return f"<p>{text}</p>"
