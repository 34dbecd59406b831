"""A service that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PROBLEM = "application/problem+json"


@dataclass
class Answer:
    """What comes back.

    Attributes:
        silence: seconds before it begins; a number below 0 closes the connection instead.
        drip: seconds between one byte and the next.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    silence: float = 0.0
    drip: float = 0.0


@dataclass
class Asked:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes


class Scripted:
    """What a test sees of it.

    Attributes:
        url: where it is.
        answers: those that come, the last one again and again.
        asked: what came in.
    """

    def __init__(self, url: str):
        self.url = url
        self.answers: list[Answer] = []
        self.asked: list[Asked] = []

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def problem(status: int, code: str, detail: str = "Because.", **headers: str) -> Answer:
    """A problem as EasyBraille answers it."""
    body: dict[str, Any] = {"type": "about:blank", "title": "Title", "status": status, "detail": detail, "code": code}
    return Answer(status, json.dumps(body).encode(), {"content-type": PROBLEM, **headers})


@contextmanager
def scripted(port: int = 0) -> Iterator[Scripted]:
    """Runs it on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            answer = service.next()
            self.close_connection = True
            if answer.silence < 0:
                return
            time.sleep(answer.silence)
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for byte in answer.body if answer.drip else [answer.body]:
                self.wfile.write(bytes([byte]) if answer.drip else byte)
                time.sleep(answer.drip)

        def log_message(self, *_: Any) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # whoever asked has given up
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    service = Scripted(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
