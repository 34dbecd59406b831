"""GET /health and GET /ready."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from ..lifecycle import Service
from ..problems import RETRY_AFTER

router = APIRouter(tags=["health"])


@router.get("/health", summary="Whether the process is alive")
async def health() -> dict[str, str]:
    """Always 200 while the process can answer."""
    return {"status": "alive"}


@router.get("/ready", summary="Whether pages can be read", responses={503: {"description": "not yet, or no longer"}})
async def ready(request: Request) -> JSONResponse:
    """200 once the weights are loaded and warm, else 503 with the state, and the reason of a start that fails."""
    service: Service = request.app.state.service
    if service.state != "ready":
        reason = {"reason": service.reason} if service.reason else {}
        return JSONResponse({"status": service.state} | reason, 503, {"Retry-After": RETRY_AFTER})
    reader = service.reader
    model = reader.model
    said = {"status": "ready", "model": model.name, "version": model.version, "engine": model.engine}
    said |= {"device": reader.detector.device}
    return JSONResponse(said | ({"notice": service.notice} if service.notice else {}))
