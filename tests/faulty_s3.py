"""S3 over HTTP, by moto, behind a proxy that can refuse, break off or fail as S3 does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from moto.server import ThreadedMotoServer

DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


class FaultyS3:
    """What a test sees of it.

    Attributes:
        url: for AWS_ENDPOINT_URL.
        faults: what befalls the next GETs of a key that ends in it: "cut" (the body breaks off), "slow down" (503),
            "denied" (403), "silence" (the connection closes without an answer); taken from the front.
        gets: path and status of each GET that was answered.
    """

    def __init__(self, url: str):
        self.url = url
        self.faults: dict[str, list[str]] = {}
        self.gets: list[tuple[str, int]] = []

    def next_fault(self, path: str) -> str | None:
        for key, faults in self.faults.items():
            if path.endswith(key) and faults:
                return faults.pop(0)
        return None


@contextmanager
def faulty_s3() -> Iterator[FaultyS3]:
    """Runs both on free ports of this machine."""
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    moto_host, moto_port = moto.get_host_and_port()

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            fault = s3.next_fault(path) if self.command == "GET" else None
            if fault == "silence":
                self.close_connection = True
            elif fault in ("slow down", "denied"):
                self._answer(path, *((503, SLOW_DOWN) if fault == "slow down" else (403, DENIED)), [])
            else:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                upstream = HTTPConnection(moto_host, moto_port)
                upstream.request(self.command, self.path, body, dict(self.headers))
                answer = upstream.getresponse()
                headers = [
                    h for h in answer.getheaders() if h[0].lower() not in ("content-length", "transfer-encoding")
                ]
                self._answer(path, answer.status, answer.read(), headers, cut=fault == "cut")

        do_PUT = do_POST = do_HEAD = do_DELETE = do_GET

        def _answer(self, path: str, status: int, body: bytes, headers: list, cut: bool = False) -> None:
            if self.command == "GET":
                s3.gets.append((path, status))
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = cut

        def log_message(self, *_: object) -> None:
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    s3 = FaultyS3(f"http://127.0.0.1:{proxy.server_address[1]}")
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield s3
    finally:
        proxy.shutdown()
        moto.stop()
