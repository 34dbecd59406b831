"""S3 and SQS over HTTP, by moto, behind a proxy that can refuse, break off or fail as they do."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from moto.server import ThreadedMotoServer

DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
INTERNAL = b"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"
ANSWERS = {"denied": (403, DENIED), "slow down": (503, SLOW_DOWN), "error": (500, INTERNAL)}
# Longer than a client of ours waits.
HANG_SECONDS = 8


class FaultyS3:
    """What a test sees of it.

    Attributes:
        url: for AWS_ENDPOINT_URL.
        faults: what befalls the next GETs of a key that ends in it: "cut" (the body breaks off), "slow down" (503),
            "denied" (403), "silence" (the connection closes without an answer); taken from the front.
        chance: of each request of any kind to meet one of `kinds`: of those above, "error" (500), "lost" (it is done,
            and the answer is not sent) or "hang" (no answer, for longer than anybody waits).
        calls, met: requests while there is a chance, and how many of them met something.
        gets: path and status of each GET that was answered.
        direct: the address without the proxy.
    """

    def __init__(self, url: str, direct: str):
        self.url = url
        self.direct = direct
        self.faults: dict[str, list[str]] = {}
        self.chance = 0.0
        self.kinds = ("error", "slow down", "silence", "lost")
        self.random = random.Random(0)
        self.calls = self.met = 0
        self.gets: list[tuple[str, int]] = []

    def next_fault(self, path: str) -> str | None:
        self.calls += bool(self.chance)
        if self.random.random() < self.chance:
            self.met += 1
            return self.random.choice(self.kinds)
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
            fault = s3.next_fault(path) if s3.chance or self.command == "GET" else None
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if fault in ("silence", "hang"):
                time.sleep(HANG_SECONDS if fault == "hang" else 0)
                self.close_connection = True
            elif fault in ANSWERS:
                self._answer(path, *ANSWERS[fault], [])
            else:
                upstream = HTTPConnection(moto_host, moto_port)
                upstream.request(self.command, self.path, body, dict(self.headers))
                answer = upstream.getresponse()
                headers = [h for h in answer.getheaders() if h[0].lower() != "transfer-encoding"]
                content = answer.read()
                upstream.close()
                if fault == "lost":
                    self.close_connection = True
                else:
                    self._answer(path, answer.status, content, headers, cut=fault == "cut")

        do_PUT = do_POST = do_HEAD = do_DELETE = do_GET

        def _answer(self, path: str, status: int, body: bytes, headers: list, cut: bool = False) -> None:
            if self.command == "GET":
                s3.gets.append((path, status))
            self.send_response(status)
            lengths = [h for h in headers if h[0].lower() == "content-length"]
            for name, value in [h for h in headers if h not in lengths]:
                self.send_header(name, value)
            # That of the answer to a HEAD is not the length of its body.
            self.send_header("Content-Length", lengths[0][1] if lengths else str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = cut

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            """Clients that are killed hang up in the middle."""

    proxy = Server(("127.0.0.1", 0), Proxy)
    s3 = FaultyS3(f"http://127.0.0.1:{proxy.server_address[1]}", f"http://{moto_host}:{moto_port}")
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield s3
    finally:
        proxy.shutdown()
        moto.stop()
