"""The function: the application and its reader, made once per process.

This happens while the module is imported, in Lambda's init phase, so that the weights are loaded and warm at the first
request. An error here ends the start with a message that says what is wrong.
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
from .check import check
from .gateway import Gateway
from .responses import TEXT, fit
from .routing import RoutingReader

WARM_UP, CHECK = "easybraille.warm-up", "easybraille.check"
# Lambda assigns a core for each so many MB, but shows at least two (docs.aws.amazon.com, "Configure memory").
MB_PER_CORE = 1769
# Warming up with a small page takes a twentieth of the time of a full one, and the first response is as quick.
SMALL = (344, 256)


def start() -> tuple[Settings, Reader]:
    """The settings, and a warm reader.

    Raises:
        EasyBrailleError: a setting or the weights are wrong; the log has the reason.
    """
    try:
        settings = from_environment()
        telemetry.start(settings.log_level)
        if settings.threads == 0:
            memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 2 * MB_PER_CORE))
            cores = max(1, round(memory / MB_PER_CORE))
            # Pages that are read side by side on one core only take memory.
            settings = settings.model_copy(update={"threads": cores, "readers": min(settings.readers, cores)})
        reader = make_reader(settings)
    except EasyBrailleError as error:
        telemetry.log.critical("%s", error)
        raise
    warm_up(reader, SMALL)
    telemetry.log.append_keys(engine=reader.model.engine, weights=f"{reader.model.name} {reader.model.version}")
    return settings, RoutingReader(reader, settings)


_settings, _reader = start()
_mangum = Mangum(Gateway(create_app(_settings, _reader, local_jobs=False)), lifespan="off", text_mime_types=TEXT)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle one event: of an HTTP API, a REST API or a function URL, of a schedule that keeps this process warm, or of
    the check of a new version.
    """
    if event.get("source") in (WARM_UP, "aws.events", "aws.scheduler"):
        return {"status": "warm"}
    if event.get("source") == CHECK:
        return check(_reader)
    return fit(_mangum(event, context), event)
