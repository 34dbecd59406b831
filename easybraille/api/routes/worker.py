"""POST /worker: one message of the queue, sent by Elastic Beanstalk's queue daemon on this machine."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio
from fastapi import APIRouter, Header, Request, Response

from ...errors import InvalidParameterError
from ...jobs import messages
from ..body import whole

# The largest message that SQS accepts.
_MOST_BYTES = 1_048_576
# After this a message that came while the weights were not loaded is delivered again.
_GIVE_BACK_SECONDS = 60

router = APIRouter(include_in_schema=False)


@router.post("/worker")
async def take(request: Request, x_aws_sqsd_receive_count: Annotated[int, Header(ge=1)] = 1) -> Response:
    """Process one message; the daemon deletes it after the answer 200: its outcome is stored, or it was sent again."""
    state = request.app.state
    body = await whole(request, state.settings, _MOST_BYTES)
    try:
        messages.parse(body)
    except ValueError:
        raise InvalidParameterError("This is no message of a job.") from None
    if state.service.state != "ready":
        # A refusal would count as a receive, and ten of them make a dead letter: a copy that has not been received yet
        # takes the message's place.
        give_back = partial(state.jobs.open().queue.send, [body.decode()], delay_seconds=_GIVE_BACK_SECONDS)
        await anyio.to_thread.run_sync(give_back)
        return Response()
    await anyio.to_thread.run_sync(
        lambda: state.jobs.processor().process(body.decode(), x_aws_sqsd_receive_count), limiter=state.pages
    )
    return Response()
