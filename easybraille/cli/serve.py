"""`easybraille serve`: the page and the API."""

from __future__ import annotations

import argparse
import errno
import logging
import socket
import threading
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..i18n import say
from ..settings import LOOPBACK, Settings
from .console import note
from .parser import FAILED, OK, Parser

if TYPE_CHECKING:
    from fastapi import FastAPI

# Where the port was not chosen, so many are tried: macOS gives 5000 to AirPlay.
_TRIES = 20


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """Describe the command."""
    serve = commands.add_parser(
        "serve",
        help=say("serve the page and the API"),
        examples=(
            ("easybraille serve", say("for this machine alone")),
            ("easybraille serve --host 0.0.0.0 --port 8080", say("for the whole network")),
        ),
    )
    serve.add_argument("--host", help=say("address to listen on; EASYBRAILLE_HOST, or this machine alone, by default"))
    serve.add_argument(
        "--port", type=_port, help=say("port to listen on; PORT by default, or the first free one from 5000 on")
    )
    serve.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until it is stopped, or until the start fails in a way that no later attempt can repair."""
    import uvicorn

    from ..api.protocol import BoundedProtocol

    host = args.host or (settings.host if "host" in settings.model_fields_set else LOOPBACK[0])
    chosen = args.port if args.port is not None else settings.port if "port" in settings.model_fields_set else None
    listening = _bound(host, chosen, settings.port)
    port = listening.getsockname()[1]
    settings = settings.model_copy(update={"host": host, "port": port})
    _log(settings)
    app = _app(settings)
    everywhere = ip_address(listening.getsockname()[0]).is_unspecified
    shown = "localhost" if everywhere or host in LOOPBACK else host
    if chosen is None and port != settings.model_fields["port"].default:
        note(say("Another program uses port {port}.", port=settings.model_fields["port"].default))
    note(say("EasyBraille is at http://{host}:{port}/ (its API's documentation at /docs).", host=shown, port=port))
    if everywhere:
        note(say("The whole network can reach it. --host 127.0.0.1 is for this machine alone."))
    config = uvicorn.Config(app, http=BoundedProtocol, log_config=None, log_level=settings.log_level.lower())
    server = uvicorn.Server(config)
    failed = threading.Event()

    def end() -> None:
        failed.set()
        server.should_exit = True

    app.state.service.when_failed = end
    with listening:
        server.run(sockets=[listening])
    return FAILED if failed.is_set() else OK


def _log(settings: Settings) -> None:
    """Log to standard error, each line with the id of its request."""
    lines = logging.Formatter("%(levelname)s %(name)s [%(x_request_id)s]: %(message)s", defaults={"x_request_id": "-"})
    handler = logging.StreamHandler()
    handler.setFormatter(lines)
    logging.basicConfig(level=settings.log_level, handlers=[handler])


def _bound(host: str, chosen: int | None, first: int) -> socket.socket:
    """A socket that listens to the chosen port, else to the first free one.

    Raises:
        UsageError: the address is none of this machine's, or the port is taken or not allowed.
    """
    ports = [chosen] if chosen is not None else range(first, first + _TRIES)
    for port in ports:
        try:
            return _listening(host, port)
        except socket.gaierror:
            raise UsageError(f"--host is {host!r}, which is no address of this machine.") from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise UsageError(f"--host is {host!r}, which is no address of this machine.") from None
            if error.errno == errno.EACCES:
                raise UsageError(f"Port {port} is not allowed for this user; choose one from 1024 on.") from None
            if error.errno != errno.EADDRINUSE:
                raise
    if chosen is not None:
        raise UsageError(f"Another program uses port {chosen}; choose another one by --port.")
    raise UsageError(f"Other programs use all ports from {first} to {first + _TRIES - 1}; choose one by --port.")


def _listening(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    found = socket.socket(family, kind, protocol)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen()
    except BaseException:
        found.close()
        raise
    return found


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(say("{text} is not a port from 0 to 65535", text=text))
    return int(text)


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
