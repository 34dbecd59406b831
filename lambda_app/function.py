"""The function: the application, and the reader that it shares, made once per process.

All of it happens while this module is imported, in Lambda's init phase: when the first request comes, the weights are
loaded and warm. An error here ends the start with a message that says what is wrong.
"""

from __future__ import annotations

import os
from typing import Any

from mangum import Mangum

from easybraille.api.app import create_app
from easybraille.errors import EasyBrailleError
from easybraille.reader import Reader
from easybraille.settings import Settings, from_environment
from easybraille.startup import make_reader, warm_up

from . import telemetry
from .gateway import Gateway
from .responses import TEXT, fit
from .routing import TwoPathReader

WARM_UP = "easybraille.warm-up"
# Lambda gives a core for each so many MB, but shows at least two (docs.aws.amazon.com, "Configure memory").
MB_OF_A_CORE = 1769
# A small page leaves the first answer as quick as a full one does, and takes a twentieth of its time.
SMALL = (344, 256)


def start() -> tuple[Settings, Reader]:
    """The settings, and a warm reader.

    Raises:
        EasyBrailleError: a setting or the weights are wrong; the log says what.
    """
    try:
        settings = from_environment()
        telemetry.start(settings.log_level)
        if settings.threads == 0:
            memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 2 * MB_OF_A_CORE))
            settings = settings.model_copy(update={"threads": max(1, round(memory / MB_OF_A_CORE))})
        reader = make_reader(settings)
    except EasyBrailleError as error:
        telemetry.log.critical("%s", error)
        raise
    warm_up(reader, SMALL)
    telemetry.log.append_keys(engine=reader.model.engine, weights=f"{reader.model.name} {reader.model.version}")
    return settings, TwoPathReader(reader, settings)


_mangum = Mangum(Gateway(create_app(*start(), local_jobs=False)), lifespan="off", text_mime_types=TEXT)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One event: of an HTTP API, a REST API or a function URL, or one that only keeps this process warm."""
    if event.get("source") in (WARM_UP, "aws.events", "aws.scheduler"):
        return {"status": "warm"}
    return fit(_mangum(event, context), event)
