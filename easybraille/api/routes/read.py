"""POST /v1/read: reads pictures into a document."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request, Response

from ... import stats
from ...document import Document
from ...errors import InputError
from ...formats import FORMATS, Context, Pictures
from ...imaging.archive import unpacking
from ...languages import Edition
from ...reader import Layout, RotationChoice, Sides
from .. import responses
from ..body import files
from ..lifecycle import Service
from ..parameters import form_options
from ..problems import MEDIA_TYPE, Problem

router = APIRouter(prefix="/v1", tags=["reading"])
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {
                "type": "array",
                "description": "pictures, PDF and ZIP files",
                "items": {"type": "string", "format": "binary"},
            },
            "language": {"type": "string", "description": "as the parameter in the address"},
            "layout": {"type": "string", "enum": ["page", "flow"], "description": "as the parameter in the address"},
            "sides": {"type": "string", "enum": ["front", "both"], "description": "as the parameter in the address"},
            "format": {"type": "string", "enum": list(FORMATS), "description": "as the parameter in the address"},
            "paper": {"type": "string", "description": "as the parameter in the address"},
            "code": {
                "type": "string",
                "enum": list(get_args(Edition)),
                "description": "as the parameter in the address",
            },
        },
    }
}
_ALL_FORMATS: dict[str, Any] = {"content": {form.MEDIA_TYPE: {} for form in FORMATS.values()}}
_PROBLEM: dict[str, Any] = {"model": Problem, "content": {MEDIA_TYPE: {}}}


@router.post(
    "/read",
    operation_id="read",
    response_model=Document,
    response_model_exclude_none=True,
    summary="Read pictures of Braille pages",
    responses={200: _ALL_FORMATS, **dict.fromkeys((400, 404, 406, 413, 415, 422, 501, 503), _PROBLEM)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": _FORM,
                "image/*": _BINARY,
                "application/pdf": _BINARY,
                "application/zip": _BINARY,
            },
        }
    },
)
async def read(
    request: Request,
    language: Annotated[str, Query(description="code of the language, see /v1/languages")] = "es",
    layout: Annotated[Layout, Query(description="keep the page's lines, or let them flow into paragraphs")] = "page",
    sides: Annotated[Sides, Query(description="front: what is raised; both: the other side's dents as well")] = "front",
    rotation: Annotated[
        RotationChoice, Query(description="clockwise degrees that make the text upright; auto detects them")
    ] = "auto",
    code: Annotated[
        Edition, Query(description="edition of the Spanish code that the pages are written in")
    ] = "current",
    format: responses.FormatName = None,
    paper: responses.PaperSize = None,
) -> Response:
    """Send a JPEG, PNG, WebP, TIFF, HEIC or PDF as the body, or one or more in the field `file` of a form.

    A ZIP file stands for the files in it. The parameters may be fields of the form as well.
    """
    service: Service = request.app.state.service
    reader, admission = service.reader, request.app.state.admission
    name = responses.chosen(request, format)
    size = responses.paper(paper)
    settings = request.app.state.settings
    # The place is taken before the body is received, so that none is received in vain.
    with admission.place():
        sent = await files(request, settings)
        if of_form := form_options(read, request):
            language, layout = of_form.get("language", language), of_form.get("layout", layout)
            sides, rotation = of_form.get("sides", sides), of_form.get("rotation", rotation)
            code = of_form.get("code", code)
            name = responses.chosen(request, of_form.get("format", format))
            size = responses.paper(of_form.get("paper", paper))

        def work() -> bytes:
            with unpacking(sent, settings.max_files, settings.max_unpacked_bytes) as inputs:
                if len(inputs) == 1:
                    source, data = inputs[0]
                    document = reader.read(data, source, language, layout, sides, rotation, code)
                else:
                    document = reader.read_all(inputs, language, layout, sides, rotation, code)
                _check_complete(document, name)
                with stats.stage("answer"):
                    written: bytes = FORMATS[name].write(document, Context(Pictures(inputs), size))
                    return written

        content = await admission.run(request, work)
    return responses.respond(content, name, PurePath(sent[0][0]).stem)


def _check_complete(document: Document, format: str) -> None:
    """Raise InputError where a document has errors that a format can't carry, which would lose them silently."""
    if document.errors and format != "json":
        first = document.errors[0]
        raise InputError(f"{first.source}: {first.message} Only json answers with what could be read of the rest.")
