"""Joins documents that were read separately into one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..document import Document, Problem


def join(documents: Sequence[Document], errors: Iterable[Problem] = ()) -> Document:
    """One document with all pages in order, renumbered; the language and the model are those of the first.

    Args:
        documents: the documents to join, at least one.
        errors: further inputs that could not be read, besides those that the documents list.
    """
    pages = [page for document in documents for page in document.pages]
    return replace(
        documents[0],
        text="\n\n".join(page.text for page in pages),
        pages=[replace(page, number=number) for number, page in enumerate(pages, 1)],
        errors=[*(error for document in documents for error in document.errors), *errors],
    )
