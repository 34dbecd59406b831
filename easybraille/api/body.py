"""What a request carries: one raw picture, or the files of a form; never more than the limits allow."""

from __future__ import annotations

from collections.abc import AsyncIterator

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

# The last is what curl says of any body when it is told nothing: the content says what it is.
RAW = (
    "image/",
    "application/pdf",
    "application/octet-stream",
    "application/zip",
    "application/x-zip-compressed",
    "application/x-www-form-urlencoded",
)


async def files(request: Request, settings: Settings) -> list[tuple[str, bytes]]:
    """Name and content of each file that the request carries, in order.

    Raises:
        InputError: it carries none, too many, too much or something else.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _form(request, settings)
    if kind and not kind.startswith(RAW):
        raise UnsupportedMediaTypeError(
            f"{kind} is not something that can be read. Send a picture or PDF as the body, "
            "or a form with a field `file`."
        )
    data = await whole(request, settings)
    if not data:
        raise EmptyInputError(
            "The request has no body. Send a picture or PDF as the body, or a form with a field `file`."
        )
    return [(request.query_params.get("name", ""), data)]


async def whole(request: Request, settings: Settings, most: int | None = None) -> bytes:
    """The body, if it is no larger than the settings allow, and `most` where that is less. Raises TooLargeError."""
    return b"".join([chunk async for chunk in _limited(request, settings, most)])


async def _form(request: Request, settings: Settings) -> list[tuple[str, bytes]]:
    parser = MultiPartParser(request.headers, _limited(request, settings), max_files=settings.max_files, max_fields=20)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise InvalidParameterError(f"The form can't be read: {error.message}") from None
    except KeyError:
        raise InvalidParameterError("The form's content type names no boundary.") from None
    try:
        parts = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        if not parts:
            raise EmptyInputError("The form has no file in its field `file`.")
        return [(part.filename or "", await part.read()) for part in parts]
    finally:
        await form.close()


async def _limited(request: Request, settings: Settings, most: int | None = None) -> AsyncIterator[bytes]:
    """The body in pieces, as long as it stays within the limit. Raises TooLargeError, RequestCancelledError."""
    limit = min(settings.max_body_bytes, most or settings.max_body_bytes)
    message = f"The body is larger than the {limit / 1e6:.1f} MB allowed. Send less at once."
    if int(request.headers.get("content-length") or 0) > limit:
        raise TooLargeError(message)
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise TooLargeError(message)
            yield chunk
    except ClientDisconnect:
        raise RequestCancelledError("The caller has hung up.") from None
