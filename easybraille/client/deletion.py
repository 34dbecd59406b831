"""Nothing of a job stays at the service."""

from __future__ import annotations

from ..errors import UnknownJobError
from .http import Service, ServiceError


async def erase(service: Service, job: str) -> None:
    """Remove all that was uploaded and read. Raises ServiceError."""
    try:
        await service.call("DELETE", f"/v1/jobs/{job}", params={"erase": "true"})
    except ServiceError as error:
        # Tried again after an answer that was lost, it finds nothing any more.
        if error.problem != UnknownJobError.code:
            raise
