"""`easybraille serve`: the page and the API."""

from __future__ import annotations

import argparse
import logging
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command."""
    serve = commands.add_parser("serve", help="serve the page and the API")
    serve.add_argument("--host", help="address to listen on; EASYBRAILLE_HOST by default")
    serve.add_argument("--port", type=int, help="port to listen on; PORT, or 5000, by default")
    serve.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until it is stopped."""
    import uvicorn

    host = settings.host if args.host is None else args.host
    port = settings.port if args.port is None else args.port
    settings = settings.model_copy(update={"host": host, "port": port})
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    shown = "localhost" if host in ("0.0.0.0", "::") else host
    print(f"EasyBraille is at http://{shown}:{port}/ (its API's documentation at /docs)", file=sys.stderr)
    uvicorn.run(_app(settings), host=host, port=port, log_level=settings.log_level.lower())
    return 0


def _app(settings: Settings) -> FastAPI:
    """The application, with /metrics where prometheus-client is installed."""
    from ..api.app import create_app
    from ..reader import Reader
    from ..startup import make_reader

    if find_spec("prometheus_client") is None:
        return create_app(settings)
    from ..api.metrics import Metrics

    metrics = Metrics()

    def load() -> Reader:
        reader = make_reader(settings)
        metrics.engine(reader.detector)
        return reader

    app = create_app(settings, load=load)
    metrics.add_to(app)
    return app
