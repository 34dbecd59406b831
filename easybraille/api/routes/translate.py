"""POST /v1/translate: text to Braille and back, without a picture."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...document import Line, Paragraph
from ...errors import InvalidParameterError, TooLargeError, TooManyFilesError
from ...formats import FORMATS as ALL_FORMATS
from ...formats import Paper, braille, brf, pef
from ...formats.embosser import emboss
from ...formats.incoming import SUFFIXES, Incoming, recognise
from ...i18n import say
from ...text.translation import (
    AUTO,
    MOST_CHARACTERS,
    Edition,
    Layout,
    Unknown,
    language_of,
    to_pages,
    to_text,
    write,
)
from .. import responses
from ..body import files, kind_of, whole
from ..parameters import NAME, form_options
from ..problems import MEDIA_TYPE, Problem

router = APIRouter(prefix="/v1", tags=["translating"])
FORMATS = ("json", "text", "braille", "brf", "pef")
# A character may be written as \ud83d\ude00.
_MOST_BYTES = 12 * MOST_CHARACTERS + 10_000


_ANSWERS: dict[str, Any] = {"content": {ALL_FORMATS[name].MEDIA_TYPE: {} for name in FORMATS}}
_PROBLEM: dict[str, Any] = {"model": Problem, "content": {MEDIA_TYPE: {}}}


_BINARY = {"type": "string", "format": "binary"}
_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {**_BINARY, "description": "one text, BRF or PEF file"}},
}
# What is not one of them is JSON, whatever it is called.
_RAW = ("text/", "application/octet-stream", "application/xml", brf.MEDIA_TYPE, pef.MEDIA_TYPE)


class Question(BaseModel):
    """Either text or Unicode Braille.

    Attributes:
        text: what becomes Braille; form feeds part pages.
        braille: what becomes text, Unicode Braille; form feeds part pages.
        language: code of the language.
    """

    model_config = ConfigDict(extra="forbid")

    text: str | None = None
    braille: str | None = None
    language: str | None = Field(None, description="code of the language; es if neither the body nor the query says")


class TranslatedPage(BaseModel):
    """One page of Braille: its lines with the text of every cell, and its paragraphs.

    Attributes:
        lines: from top to bottom, one for each line of the Braille.
        paragraphs: the lines grouped into paragraphs.
    """

    lines: list[Line]
    paragraphs: list[Paragraph]


class Answer(BaseModel):
    """Text and Braille, one of them as it was sent.

    Attributes:
        language: code of the language.
        text: the text.
        braille: the same in Unicode Braille.
        warnings: sentences on characters without Braille, with how often they stand in the text, and on the encoding
            that was recognised; absent without any.
        pages: with `detail=cells`, what every cell of the Braille stands for.
    """

    language: str
    text: str
    braille: str
    warnings: list[str] | None = None
    pages: list[TranslatedPage] | None = None


@router.post(
    "/translate",
    operation_id="translate",
    response_model=Answer,
    response_model_exclude_none=True,
    summary="Translate text to Braille, or Braille to text",
    responses={200: _ANSWERS, **dict.fromkeys((400, 404, 406, 413, 422, 501, 503), _PROBLEM)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": Question.model_json_schema()},
                "multipart/form-data": {"schema": _FORM},
                "text/plain": {"schema": _BINARY},
                brf.MEDIA_TYPE: {"schema": _BINARY},
                pef.MEDIA_TYPE: {"schema": _BINARY},
            },
        }
    },
)
async def translate(
    request: Request,
    language: Annotated[str | None, Query(description="code of the language; what the body says wins")] = None,
    layout: Annotated[Layout, Query(description="of text made from Braille: keep lines, or let them flow")] = "page",
    format: Annotated[str | None, Query(json_schema_extra={"enum": list(FORMATS)})] = None,
    paper: responses.PaperSize = None,
    unknown: Annotated[Unknown, Query(description="what becomes of a character without Braille")] = "mark",
    code: Annotated[Edition, Query(description="edition of the Spanish code that is read or written")] = "current",
    encoding: Annotated[str | None, Query(description="of a text file, cp1252 for instance; else recognised")] = None,
    detail: Annotated[Literal["text", "cells"], Query(description="cells: the text of every cell sent")] = "text",
) -> Response:
    """Send `{"text": …}` or `{"braille": …}`, or a file, as the body or in the field `file` of a form.

    A text file in any encoding becomes Braille; Unicode Braille, PEF, and BRF (by its content type or the suffix of its
    `name`) become text.

    Rows are broken for an embosser in brf and pef (40x25, or `paper`), and in the others if `paper` is given.
    """
    name = responses.chosen(request, format, FORMATS)
    size = responses.paper(paper)
    admission = request.app.state.admission
    with admission.place():
        file, body = await _received(request)
        if of_form := form_options(translate, request):
            language, layout = of_form.get("language", language), of_form.get("layout", layout)
            unknown, code = of_form.get("unknown", unknown), of_form.get("code", code)
            encoding, detail = of_form.get("encoding", encoding), of_form.get("detail", detail)
            name = responses.chosen(request, of_form.get("format", format), FORMATS)
            size = responses.paper(of_form.get("paper", paper))

        def work() -> bytes:
            if file is None:
                sent, asked = _asked(body, language or "es")
            else:
                asked = language or "es"
                sent = recognise(body, encoding, file.lower().endswith(SUFFIXES), asked)
            if sent.is_braille:
                return _read(sent.content, asked, name, layout, code, detail)
            return _embossed(sent, asked, name, size, unknown, code)

        content = await admission.run(request, work)
    return responses.respond(content, name)


async def _received(request: Request) -> tuple[str | None, bytes]:
    """The name of the file that was sent and its content; None in place of the name where it is JSON."""
    settings = request.app.state.settings
    kind = kind_of(request)
    if kind == "multipart/form-data":
        sent = await files(request, settings)
        if len(sent) > 1:
            raise TooManyFilesError(f"There are {len(sent)} files; 1 are allowed.")
        if len(sent[0][1]) > _MOST_BYTES:
            raise TooLargeError(
                f"The body is larger than the {_MOST_BYTES / 1e6:.1f} MB allowed. Send less in one request."
            )
        return sent[0]
    body = await whole(request, settings, _MOST_BYTES)
    if not kind.startswith(_RAW):
        return None, body
    return request.query_params.get(NAME, "") if kind != brf.MEDIA_TYPE else SUFFIXES[0], body


def _read(sent: str, language: str, name: str, layout: Layout, edition: Edition, detail: str) -> bytes:
    if name not in ("json", "text"):
        raise InvalidParameterError(f"Braille becomes text; format can be json or text, not {name}.")
    language = language_of(sent) if language == AUTO else language
    text = to_text(sent, language, layout, edition)
    if name == "text":
        return text.encode() + b"\n"
    answer = Answer(language=language, text=text, braille=sent)
    if detail == "cells":
        pages = to_pages(sent, language, edition)
        answer.pages = [TranslatedPage(lines=lines, paragraphs=paragraphs) for lines, paragraphs in pages]
    return answer.model_dump_json(exclude_none=True).encode()


def _embossed(
    sent: Incoming, language: str, name: str, size: Paper | None, unknown: Unknown, edition: Edition
) -> bytes:
    if size is None and name in ("brf", "pef"):
        size = Paper()
    written = write(sent.content, language, unknown, edition)
    warnings = written.warnings
    if sent.encoding:
        warnings.append(say("The text was read as {encoding}; `encoding` names another one.", encoding=sent.encoding))
    pages = emboss(written.pages, size)
    if name == "brf":
        return brf.encode(pages)
    if name == "pef":
        return pef.encode(pages, language=language, paper=size)
    plain = braille.encode(pages)
    if name == "json":
        made = plain.decode().removesuffix("\n")
        answer = Answer(language=language, text=sent.content, braille=made, warnings=warnings or None)
        return answer.model_dump_json(exclude_none=True).encode()
    return plain if name == "braille" else sent.content.encode() + b"\n"


def _asked(body: bytes, language: str) -> tuple[Incoming, str]:
    """What a body of JSON asks, and in which language."""
    try:
        question = Question.model_validate_json(body)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
        raise InvalidParameterError(f"The body is JSON with text or braille. {said}") from None
    asked = question.language or language
    if (question.text is None) == (question.braille is None):
        raise InvalidParameterError("Send either text or braille.")
    if question.text is not None:
        return Incoming(question.text, False), asked
    return Incoming(question.braille or "", True), asked
