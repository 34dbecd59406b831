"""GET /health and GET /ready."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from ..lifecycle import Service
from ..problems import RETRY_AFTER

router = APIRouter(tags=["health"])
# No problem, but the same answer with another state.
NOT_READY = "Pages can't be read yet, or no longer."


class Alive(BaseModel):
    """The process is alive.

    Attributes:
        status: always alive.
    """

    status: Literal["alive"]


class Readiness(BaseModel):
    """Whether pages can be read, and by what; the weights and the engine are absent until they are loaded.

    Attributes:
        status: ready, or why not.
        model: name of the weights.
        version: of the weights.
        engine: that runs them.
        device: that it runs on.
        notice: what the operator should know.
    """

    status: Literal["starting", "ready", "draining", "failed"]
    model: str | None = None
    version: str | None = None
    engine: str | None = None
    device: str | None = None
    notice: str | None = None


@router.get("/health", operation_id="health", summary="Whether the process is alive")
async def health() -> Alive:
    """Always 200 while the process can answer."""
    return Alive(status="alive")


@router.get(
    "/ready",
    operation_id="ready",
    response_model=Readiness,
    summary="Whether pages can be read",
    responses={503: {"model": Readiness, "description": NOT_READY}},
)
async def ready(request: Request) -> JSONResponse:
    """200 once the weights are loaded and warm, else 503 with the state: starting, draining, failed or overloaded.

    It is overloaded while no request can be admitted, and none is about to end. A start that fails has a reason.
    """
    service: Service = request.app.state.service
    state = "overloaded" if service.state == "ready" and request.app.state.admission.blocked else service.state
    if state != "ready":
        reason = {"reason": service.reason} if service.reason else {}
        return JSONResponse({"status": state} | reason, 503, {"Retry-After": RETRY_AFTER})
    reader = service.reader
    model = reader.model
    said = {"status": "ready", "model": model.name, "version": model.version, "engine": model.engine}
    said |= {"device": reader.detector.device}
    notices = [notice for notice in (service.notice, request.app.state.jobs.notice) if notice]
    return JSONResponse(said | ({"notice": " ".join(notices)} if notices else {}))
