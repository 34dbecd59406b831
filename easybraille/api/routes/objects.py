"""/v1/objects: uploads and downloads of jobs kept in a folder, by addresses that the service has signed."""

from __future__ import annotations

import hashlib
import tempfile
from typing import Any, BinaryIO, cast
from urllib.parse import quote

import anyio
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from ...errors import InvalidParameterError
from ...jobs.storage.folder import FolderStore
from ...jobs.unavailable import disk

router = APIRouter(prefix="/v1/objects", include_in_schema=False)
# Larger uploads are kept in a temporary file instead of memory.
_IN_MEMORY = 4_000_000


@router.put("/{key:path}")
async def put(request: Request, key: str) -> Response:
    """Store the body as the object, if it has the declared size and MD5."""
    store, terms = await _allowed(request, key)
    size, md5 = terms["size"], terms["md5"]
    digest, found = hashlib.md5(usedforsecurity=False), 0
    with disk(), tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        async for chunk in request.stream():
            found += len(chunk)
            if found > size:
                break
            digest.update(chunk)
            file.write(chunk)
        if found != size:
            raise InvalidParameterError(
                f"The file was said to have {size} bytes, and has {'more' if found > size else found}."
            )
        if md5 not in ("", digest.hexdigest()):
            raise InvalidParameterError("The file's MD5 is not the one that was said.")
        file.seek(0)
        await anyio.to_thread.run_sync(store.put, key, cast(BinaryIO, file))
    return Response()


@router.get("/{key:path}")
async def get(request: Request, key: str) -> FileResponse:
    """Return the object under the declared name."""
    store, terms = await _allowed(request, key)
    path = store.path(key)
    if not path.is_file():
        raise HTTPException(404)
    name = quote(terms["name"], safe="")
    return FileResponse(path, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


async def _allowed(request: Request, key: str) -> tuple[FolderStore, dict[str, Any]]:
    """The store, and the terms that the address was signed with."""
    store = (await anyio.to_thread.run_sync(request.app.state.jobs.open)).store
    if isinstance(store, FolderStore):
        terms = store.signed_terms(request.method, key, request.query_params.get("token", ""))
        if terms is not None:
            return store, terms
    raise HTTPException(403, "This address was not made by the service, or has expired. Ask for a new one.")
