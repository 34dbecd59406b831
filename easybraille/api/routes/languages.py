"""GET /v1/languages."""

from __future__ import annotations

from fastapi import APIRouter

from ... import languages

router = APIRouter(prefix="/v1", tags=["reading"])


@router.get("/languages", operation_id="list_languages", summary="What can be read, and how well each is tested")
def list_languages() -> list[languages.LanguageInfo]:
    """List every language with its code and whether it is available here."""
    return languages.languages()
