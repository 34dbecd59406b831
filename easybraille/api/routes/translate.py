"""POST /v1/translate: text to Braille and back, without a picture."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...document import Line, Paragraph
from ...errors import InvalidParameterError
from ...formats import FORMATS as ALL_FORMATS
from ...formats import Paper, braille, brf, pef
from ...formats.embosser import emboss
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
from ..body import whole
from ..problems import MEDIA_TYPE, Problem

router = APIRouter(prefix="/v1", tags=["translating"])
FORMATS = ("json", "text", "braille", "brf", "pef")
# A character may be written as \ud83d\ude00.
_MOST_BYTES = 12 * MOST_CHARACTERS + 10_000


_ANSWERS: dict[str, Any] = {"content": {ALL_FORMATS[name].MEDIA_TYPE: {} for name in FORMATS}}
_PROBLEM: dict[str, Any] = {"model": Problem, "content": {MEDIA_TYPE: {}}}


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
        warnings: sentences on characters without Braille, with how often they stand in the text.
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
        "requestBody": {"required": True, "content": {"application/json": {"schema": Question.model_json_schema()}}}
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
    detail: Annotated[Literal["text", "cells"], Query(description="cells: the text of every cell sent")] = "text",
) -> Response:
    """Send `{"text": …}` or `{"braille": …}`.

    Rows are broken for an embosser in brf and pef (40x25, or `paper`), and in the others if `paper` is given.
    """
    name = responses.chosen(request, format, FORMATS)
    size = responses.paper(paper)
    admission = request.app.state.admission
    with admission.place():
        question = _question(await whole(request, request.app.state.settings, _MOST_BYTES))
        asked = question.language or language or "es"

        def work() -> bytes:
            if question.text is not None:
                return _embossed(question.text, asked, name, size, unknown, code)
            return _read(question.braille or "", asked, name, layout, code, detail)

        content = await admission.run(request, work)
    return responses.respond(content, name)


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


def _embossed(text: str, language: str, name: str, size: Paper | None, unknown: Unknown, edition: Edition) -> bytes:
    if size is None and name in ("brf", "pef"):
        size = Paper()
    written = write(text, language, unknown, edition)
    pages = emboss(written.pages, size)
    if name == "brf":
        return brf.encode(pages)
    if name == "pef":
        return pef.encode(pages, language=language, paper=size)
    plain = braille.encode(pages)
    if name == "json":
        made = plain.decode().removesuffix("\n")
        answer = Answer(language=language, text=text, braille=made, warnings=written.warnings or None)
        return answer.model_dump_json(exclude_none=True).encode()
    return plain if name == "braille" else text.encode() + b"\n"


def _question(body: bytes) -> Question:
    try:
        question = Question.model_validate_json(body)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
        raise InvalidParameterError(f"The body is JSON with text or braille. {said}") from None
    if (question.text is None) == (question.braille is None):
        raise InvalidParameterError("Send either text or braille.")
    return question
