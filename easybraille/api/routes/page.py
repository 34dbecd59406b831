"""GET /: the page on which a person chooses a photo and reads its text, and the files that it is made of."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

WEB = Path(__file__).resolve().parent.parent.parent / "web"
MEDIA_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FILES = {file.name: file for file in WEB.iterdir() if file.suffix in MEDIA_TYPES}
# Nothing but the page's own files, its own API, and the pictures that the person has chosen (blob:).
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Asked for anew each time, so that no browser mixes the files of two versions.
    "Cache-Control": "no-cache",
}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index() -> FileResponse:
    """The page itself."""
    return await file("index.html")


@router.get("/web/{name}")
async def file(name: str) -> FileResponse:
    """One of the files that it is made of."""
    if name not in FILES:
        raise HTTPException(404)
    return FileResponse(FILES[name], headers=HEADERS, media_type=MEDIA_TYPES[FILES[name].suffix])
