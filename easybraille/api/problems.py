"""Errors as RFC 9457 problem+json: a code, a cause and a remedy, without traces, paths or secrets."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from ..errors import (
    AccessError,
    EasyBrailleError,
    InputError,
    InvalidParameterError,
    LanguageError,
    NotReadyError,
    RequestCancelledError,
)
from ..i18n import translated

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"
log = logging.getLogger(__name__)


class Problem(BaseModel):
    """A problem by RFC 9457, with a `code` for programs.

    Attributes:
        type: the kind of problem, a URN.
        title: the kind of problem in words.
        status: of the answer.
        detail: what is wrong with this request, and what can be done about it.
        code: the kind of problem, for programs.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str


def problem(status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a response that carries one problem, in the preferred language."""
    said = translated(title), translated(detail)
    body = Problem(type=f"urn:easybraille:problem:{code}", title=said[0], status=status, detail=said[1], code=code)
    return JSONResponse(body.model_dump(), status, headers, MEDIA_TYPE)


def unexpected() -> JSONResponse:
    """The answer to an error that no code expects; the log has it."""
    return problem(500, "internal", "Internal error", "Something went wrong here; it has been logged.")


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error of `app` with a problem."""

    @app.exception_handler(EasyBrailleError)
    async def ours(_: Request, error: EasyBrailleError) -> JSONResponse:
        if not isinstance(error, (InputError, AccessError, LanguageError, NotReadyError, RequestCancelledError)):
            log.error("%s: %s", error.code, error)
            return problem(error.status, error.code, error.title, "Something went wrong here; it has been logged.")
        headers = None
        if error.status in (429, 503):
            headers = {"Retry-After": RETRY_AFTER}
        elif error.status == 401:
            headers = {"WWW-Authenticate": "ApiKey"}
        return problem(error.status, error.code, error.title, str(error), headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        found = (f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors())
        detail = "; ".join(translated(one) for one in found)
        return problem(InvalidParameterError.status, InvalidParameterError.code, InvalidParameterError.title, detail)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        title = HTTPStatus(error.status_code).phrase
        code = title.lower().replace(" ", "_")
        return problem(error.status_code, code, title, str(error.detail), error.headers)
