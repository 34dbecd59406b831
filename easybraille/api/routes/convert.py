"""POST /v1/convert: a document that was read, corrected perhaps, in another format."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from ...document import Document
from ...errors import InvalidParameterError
from ...formats import FORMATS, Context, Pictures, json
from ...imaging.files import Limits
from ...text.revision import Layout, revised
from .. import responses
from ..body import document_and_files
from ..problems import MEDIA_TYPE, Problem
from .preview import check_header

router = APIRouter(prefix="/v1", tags=["reading"])
# A page of 600 cells takes 0.1 MB.
MOST_DOCUMENT_BYTES = 30_000_000
_SHOWN_ERRORS = 3
_FORM = {
    "schema": {
        "type": "object",
        "required": ["document"],
        "properties": {
            "document": {"type": "string", "format": "binary", "description": "the document as a JSON file"},
            "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post(
    "/convert",
    response_model=Document,
    response_model_exclude_none=True,
    summary="Write a document that was read in another format",
    responses={200: {"content": {form.MEDIA_TYPE: {} for form in FORMATS.values()}}}
    | {status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in (400, 404, 406, 413, 422, 501, 503)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Document"}},
                "multipart/form-data": _FORM,
            },
        }
    },
)
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
    admission.check()
    name = responses.chosen(request, format)
    size = responses.paper(paper)
    body, inputs = await document_and_files(request, settings, MOST_DOCUMENT_BYTES)
    limits = Limits(settings.max_pixels, settings.max_pages)

    def work() -> bytes:
        document = revised(_document(body), layout)
        if name in ("pdf", "marked"):
            _check_pictures(document, inputs, limits)
        return FORMATS[name].write(document, Context(Pictures(inputs), size))

    content = await admission.run(request, work)
    stem = PurePath(request.query_params.get("name", "")).stem
    return responses.respond(content, name, stem)


def _document(body: bytes) -> Document:
    try:
        return json.parse(body)
    except ValidationError as error:
        found = [f"{'.'.join(map(str, e['loc'])) or 'document'}: {e['msg']}" for e in error.errors()[:_SHOWN_ERRORS]]
        raise InvalidParameterError(f"The document is not as /v1/read answers it. {'; '.join(found)}") from None


def _check_pictures(document: Document, inputs: list[tuple[str, bytes]], limits: Limits) -> None:
    pages = {(page.source, page.source_page) for page in document.pages}
    for name, data in inputs:
        for source, number in pages:
            if source == name:
                check_header(data, number, limits)
