"""GET /docs: the API's documentation by Swagger UI, whose files are served from here; no other host is called."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

FOLDER = Path(__file__).resolve().parent.parent / "docs_page"
FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "start.js": "text/javascript",
    "swagger-ui-LICENSE": "text/plain",
}
# Swagger UI sets styles of elements, and its icons are data: URLs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>EasyBraille API</title>
<link rel="icon" href='{root}/web/icon.svg'>
<link rel="stylesheet" href='{root}/docs/swagger-ui.css'>
<div id="swagger" data-schema='{root}/openapi.json'></div>
<script src='{root}/docs/swagger-ui-bundle.js'></script>
<script src='{root}/docs/start.js'></script>
"""

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def page(request: Request) -> Response:
    """The page itself."""
    root = escape(request.scope.get("root_path", "").rstrip("/"), quote=True)
    return HTMLResponse(PAGE.format(root=root), headers={"Content-Security-Policy": POLICY})


@router.get("/docs/{name}")
async def file(name: str) -> FileResponse:
    """One of the files that it consists of."""
    if name not in FILES:
        raise HTTPException(404)
    return FileResponse(FOLDER / name, headers={"Cache-Control": "no-cache"}, media_type=FILES[name])
