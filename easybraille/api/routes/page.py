"""GET /: the page where a person photographs, reads, checks and corrects Braille, and the files that it consists of."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse

from ... import __version__
from ...formats import FORMATS
from ...jobs.setup import ServedJobs
from . import read

WEB = Path(__file__).resolve().parent.parent.parent / "web"
MEDIA_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
FILES = {file.relative_to(WEB).as_posix(): file for file in sorted(WEB.rglob("*")) if file.suffix in MEDIA_TYPES}
# Only the page's own files and API, and the pictures that the person has chosen (blob:).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    # Revalidated on each request, so that no browser mixes the files of two versions.
    "Cache-Control": "no-cache",
}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index() -> FileResponse:
    """The page itself."""
    return await file("index.html")


@router.get("/sw.js")
async def service_worker() -> FileResponse:
    """The service worker, at the root because a worker answers only for addresses below its own."""
    return await file("sw.js")


@router.get("/web/service.json")
async def service(request: Request) -> JSONResponse:
    """What the page has to know of this service before it sends anything."""
    return JSONResponse(facts(request), headers=HEADERS)


@router.get("/web/{name:path}")
async def file(name: str) -> FileResponse:
    """One of the files that the page consists of."""
    if name not in FILES:
        raise HTTPException(404)
    return FileResponse(FILES[name], headers=HEADERS, media_type=MEDIA_TYPES[FILES[name].suffix])


def facts(request: Request) -> dict[str, Any]:
    """Limits, formats and options of the service; nothing in it is secret.

    `jobs` says whether a book can be sent as a bulk job: only where its files go to this service itself, since the
    page sends nothing elsewhere.
    """
    settings = request.app.state.settings
    served: ServedJobs = request.app.state.jobs
    return {
        "version": __version__,
        "build": _build(),
        "files": list(FILES),
        "formats": list(FORMATS),
        "key": sorted({"read", "jobs"} - settings.open_scopes),
        "jobs": settings.jobs_bucket is None and served.local,
        "rotation": "rotation" in inspect.signature(read.read).parameters,
        "max_body_bytes": settings.max_body_bytes,
        "max_files": settings.max_files,
    }


def _build() -> str:
    """A name for the state of the page's files, so that a browser knows when its copies are old."""
    marks = [f"{name} {path.stat().st_mtime_ns} {path.stat().st_size}" for name, path in FILES.items()]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]
