"""POST /v1/convert: a document that was read, corrected perhaps, in another format."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from ...document import Document
from ...errors import InvalidParameterError
from ...formats import FORMATS, Context, Pictures, json
from ...text.revision import Layout, revised
from .. import responses
from ..body import document_and_files

# The page's own, until programs ask for it.
router = APIRouter(prefix="/v1", include_in_schema=False)
# A page of 600 cells takes 0.1 MB.
MOST_DOCUMENT_BYTES = 30_000_000
_SHOWN_ERRORS = 3


@router.post("/convert")
async def convert(
    request: Request,
    layout: Annotated[Layout, Query(description="keep the page's lines, or let them flow into paragraphs")] = "page",
    format: responses.FormatName = None,
    paper: responses.PaperSize = None,
) -> Response:
    """Send a document as /v1/read answers it: as JSON, or in the field `document` of a form whose fields `file` carry
    the pictures, by the names that the document's pages have as `source`; pdf and marked need them.

    Dots are taken from the cells; every text, Braille line and paragraph is derived anew from them.
    """
    admission, settings = request.app.state.admission, request.app.state.settings
    name = responses.chosen(request, format)
    size = responses.paper(paper)
    with admission.place():
        body, inputs = await document_and_files(request, settings, MOST_DOCUMENT_BYTES)

        def work() -> bytes:
            written: bytes = FORMATS[name].write(revised(_document(body), layout), Context(Pictures(inputs), size))
            return written

        content = await admission.run(request, work)
    return responses.respond(content, name, PurePath(request.query_params.get("name", "")).stem)


def _document(body: bytes) -> Document:
    try:
        return json.parse(body)
    except ValidationError as error:
        found = [f"{'.'.join(map(str, e['loc'])) or 'document'}: {e['msg']}" for e in error.errors()[:_SHOWN_ERRORS]]
        raise InvalidParameterError(f"The document is not as /v1/read answers it. {'; '.join(found)}") from None
