"""GET /: the page on which a person chooses a photo and reads its text."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

WEB = Path(__file__).resolve().parent.parent.parent / "web"

router = APIRouter(include_in_schema=False)


@router.get("/")
async def index() -> FileResponse:
    """The page itself."""
    return FileResponse(WEB / "index.html", media_type="text/html")


@router.get("/page.css")
async def style() -> FileResponse:
    """Its style."""
    return FileResponse(WEB / "page.css", media_type="text/css")


@router.get("/page.js")
async def script() -> FileResponse:
    """Its script."""
    return FileResponse(WEB / "page.js", media_type="text/javascript")
