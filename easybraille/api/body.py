"""The content of a request: one raw picture, or the files of a form, within the limits of the settings."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from ..errors import (
    EmptyInputError,
    InvalidParameterError,
    RequestCancelledError,
    TooLargeError,
    UnsupportedMediaTypeError,
)
from ..settings import Settings
from .reception import BODY, Body

# The last is what curl says of any body when it is told nothing: the content says what it is.
RAW = (
    "image/",
    "application/pdf",
    "application/octet-stream",
    "application/zip",
    "application/x-zip-compressed",
    "application/x-www-form-urlencoded",
)
_SEND = "Send a picture or PDF as the body, or a form with a field `file`."


def kind_of(request: Request) -> str:
    """Return the content type of the body in small letters, without its parameters; "" where none is named."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def files(request: Request, settings: Settings) -> list[tuple[str, bytes]]:
    """Receive the files that a request carries; returns name and content of each, in order.

    Raises:
        InputError: it carries none, too many, too much or something else.
        NotReadyError: the bodies of all requests together take too much memory.
        RequestTimeoutError: it arrives too slowly.
    """
    kind = kind_of(request)
    if kind == "multipart/form-data":
        return await _form(request, settings)
    if kind and not kind.startswith(RAW):
        raise UnsupportedMediaTypeError(f"{kind} is not something that can be read. {_SEND}")
    data = await whole(request, settings)
    if not data:
        raise EmptyInputError(f"The request has no body. {_SEND}")
    return [(request.query_params.get("name", ""), data)]


async def whole(request: Request, settings: Settings, most: int | None = None) -> bytes:
    """Receive the body, of as many bytes as the settings allow, or `most` where that is less.

    Raises:
        TooLargeError, NotReadyError, RequestTimeoutError, RequestCancelledError
    """
    # One growing piece of memory, which the system gets back, and not thousands between which others stay.
    body = bytearray()
    async for chunk in _limited(request, settings, most):
        body += chunk
    return bytes(body)


async def document_and_files(request: Request, settings: Settings, most: int) -> tuple[bytes, list[tuple[str, bytes]]]:
    """A document's JSON, at most `most` bytes, and name and content of each picture that came with it.

    Raises:
        InputError: there is no document, or too much of something.
    """
    if kind_of(request) != "multipart/form-data":
        document, pictures = await whole(request, settings, most), []
    else:
        form = await _parts(request, settings)
        document = b"".join(content for field, _, content in form if field == "document")
        pictures = [(name, content) for field, name, content in form if field == "file"]
    if not document:
        raise EmptyInputError("There is no document. Send it as the body, or in a form's field `document`.")
    if len(document) > most:
        raise TooLargeError(f"The document is larger than the {most / 1e6:.0f} MB allowed. Send fewer pages.")
    return document, pictures


async def _form(request: Request, settings: Settings) -> list[tuple[str, bytes]]:
    parts = [(name, content) for field, name, content in await _parts(request, settings) if field == "file"]
    if not parts:
        came = ", ".join(f"`{name}`" for name in request.state.field_names) or "no field"
        raise EmptyInputError(f"The form has no file in its field `file`; it has {came}.")
    return parts


async def _parts(request: Request, settings: Settings) -> list[tuple[str, str, bytes]]:
    """Field, file name and content of each file of a form."""
    parser = MultiPartParser(request.headers, _limited(request, settings), max_files=settings.max_files, max_fields=20)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise InvalidParameterError(f"The form can't be read: {error.message}") from None
    except KeyError:
        raise InvalidParameterError("The form's content type names no boundary.") from None
    except (LookupError, ValueError):
        raise InvalidParameterError("The form can't be read: its charset or one of its headers is malformed.") from None
    try:
        request.state.fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        request.state.field_names = list(form)
        parts = [(field, part) for field, part in form.multi_items() if isinstance(part, UploadFile)]
        return [(field, part.filename or "", await part.read()) for field, part in parts]
    finally:
        await form.close()


async def _limited(request: Request, settings: Settings, most: int | None = None) -> AsyncGenerator[bytes, None]:
    """Yield the body in pieces, as long as it stays within the limits."""
    limit = min(settings.max_body_bytes, most or settings.max_body_bytes)
    message = f"The body is larger than the {limit / 1e6:.1f} MB allowed. Send less in one request."
    if _declared(request) > limit:
        raise TooLargeError(message)
    body: Body | None = request.scope.get(BODY)
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise TooLargeError(message)
            if body is not None:
                body.hold(len(chunk))
            yield chunk
    except ClientDisconnect:
        raise RequestCancelledError("The caller has disconnected.") from None


def _declared(request: Request) -> int:
    """Return the length that the request declares, 0 for none."""
    declared = request.headers.get("content-length", "0").strip()
    if not (declared.isascii() and declared.isdigit() and len(declared) < 20):
        raise InvalidParameterError("Content-Length is not a number.")
    return int(declared)
