"""Erases a job at the service."""

from __future__ import annotations

from ..errors import UnknownJobError
from .http import Service, ServiceError


async def erase(service: Service, job: str) -> None:
    """Remove all uploads and results of a job. Raises ServiceError."""
    try:
        await service.call("DELETE", f"/v1/jobs/{job}", params={"erase": "true"})
    except ServiceError as error:
        # A retry after a lost response finds no job any more.
        if error.problem != UnknownJobError.code:
            raise
