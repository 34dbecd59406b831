"""Documents that were read one by one become one document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..document import Document, Problem


def join(documents: Sequence[Document], errors: Iterable[Problem] = ()) -> Document:
    """All pages in order, numbered anew; the language and the weights are those of the first.

    Args:
        documents: at least one.
        errors: of what could not be read, besides those that the documents name.
    """
    pages = [page for document in documents for page in document.pages]
    return replace(
        documents[0],
        text="\n\n".join(page.text for page in pages),
        pages=[replace(page, number=number) for number, page in enumerate(pages, 1)],
        errors=[*(error for document in documents for error in document.errors), *errors],
    )
