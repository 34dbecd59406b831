"""POST /worker: one message of the queue, from Elastic Beanstalk's queue daemon on this machine."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import APIRouter, Header, Request, Response

from ...errors import InvalidParameterError
from ...jobs import messages
from ..body import whole

# SQS takes no larger message.
_MOST_BYTES = 1_048_576

router = APIRouter(include_in_schema=False)


@router.post("/worker")
async def take(request: Request, x_aws_sqsd_receive_count: Annotated[int, Header(ge=1)] = 1) -> Response:
    """200 once the outcome is stored, and only then does the daemon delete the message."""
    state = request.app.state
    body = await whole(request, state.settings, _MOST_BYTES)
    try:
        messages.parse(body)
    except ValueError:
        raise InvalidParameterError("This is no message of a job.") from None
    await anyio.to_thread.run_sync(
        lambda: state.jobs.processor().process(body.decode(), x_aws_sqsd_receive_count), limiter=state.pages
    )
    return Response()
