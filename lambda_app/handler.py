"""The Lambda entry point: the application, and the reader that it shares, made once per process.

All of it happens while this module is imported, in Lambda's init phase: when the first request comes, the weights are
loaded and warm. An error here ends the start with a message that says what is wrong.
"""

from __future__ import annotations

import gc

# Imports make many objects and no garbage; looking for it takes a tenth of the start.
gc.disable()

import threading  # noqa: E402
from typing import Any  # noqa: E402

from easybraille.errors import EasyBrailleError  # noqa: E402
from easybraille.service import make_reader, warm_up  # noqa: E402
from easybraille.settings import from_environment  # noqa: E402

from . import telemetry  # noqa: E402

WARM_UP = "easybraille.warm-up"

try:
    settings = from_environment()
    telemetry.start(settings.log_level)
    reader = make_reader(settings)
except EasyBrailleError as error:
    telemetry.log.critical("%s", error)
    raise
telemetry.log.append_keys(engine=reader.model.engine, weights=f"{reader.model.name} {reader.model.version}")

# The network's first run is slow and needs no Python, so it goes on beside the imports of the web framework.
_warming = threading.Thread(target=warm_up, args=(reader,))
_warming.start()

from mangum import Mangum  # noqa: E402

from easybraille.api import create_app  # noqa: E402

from .answers import TEXT, fit  # noqa: E402
from .gateway import Gateway  # noqa: E402

_mangum = Mangum(Gateway(create_app(settings, reader)), lifespan="off", text_mime_types=TEXT)
_warming.join()
gc.enable()
gc.freeze()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One event: of an HTTP API, a REST API or a function URL, or one that only keeps this process warm."""
    if event.get("source") in (WARM_UP, "aws.events", "aws.scheduler"):
        return {"status": "warm"}
    return fit(_mangum(event, context), event)
