"""Format and paper of an answer, and the response that carries it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response

from ..errors import InvalidParameterError, NotAcceptableError
from ..formats import FORMATS, Paper, paper_of
from .negotiation import negotiate

FormatName = Annotated[
    str | None,
    Query(description="the answer's format; else by Accept, else json", json_schema_extra={"enum": list(FORMATS)}),
]
PaperSize = Annotated[
    str | None,
    Query(description='flow braille, brf and pef over pages of cells x rows, "40x25"; else lines stay as they are'),
]


def chosen(request: Request, name: str | None, offered: Sequence[str] = tuple(FORMATS)) -> str:
    """Return the format of the answer: by name, else the one that the Accept header prefers.

    Raises:
        InvalidParameterError: no offered format has that name.
        NotAcceptableError: the header accepts none of them.
    """
    if name is not None:
        if name not in offered:
            raise InvalidParameterError(f"format is {name!r}; it can be {', '.join(offered)}.")
        return name
    by_type = {FORMATS[format_name].MEDIA_TYPE: format_name for format_name in reversed(offered)}
    accept = ", ".join(request.headers.getlist("accept"))
    wanted = negotiate(accept, [FORMATS[format_name].MEDIA_TYPE for format_name in offered])
    if wanted is None:
        raise NotAcceptableError(f"Accept is {accept!r}; there is {', '.join(by_type)}.")
    return by_type[wanted]


def paper(size: str | None) -> Paper | None:
    """Parse the paper size of a query. Raises InvalidParameterError."""
    return paper_of(size)


def respond(content: bytes, format_name: str, stem: str = "") -> Response:
    """Return a response in a format, with a file name for saving."""
    chosen_format = FORMATS[format_name]
    name = quote(f"{stem or 'braille'}.{chosen_format.EXTENSION}", safe="")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}", "Vary": "Accept"}
    return Response(content, media_type=chosen_format.MEDIA_TYPE, headers=headers)
