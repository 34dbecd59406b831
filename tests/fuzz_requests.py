"""Fuzzes the server: `python -m tests.fuzz_requests COUNT [--seed N] [--findings FOLDER]`.

Valid requests are mutated as bytes, in their head or in their body, and sent to the application under uvicorn on
loopback, with every route of the API. Only the network is not there: cells are found by a stand-in, so that thousands
of requests take minutes. A finding is an answer of 5xx that is neither 501 nor 503, or none within 30 seconds; it is
written to the folder and the exit status is 1.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import resource
import select
import socket
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from easybraille.formats import pef
from tests import loopback
from tests.damaged import picture_pdf
from tests.fuzz import _picture, _zip, arguments, keep, mutated
from tests.made_page import png, reader_of, rendered

LONGEST_SECONDS = 30.0
PATIENCE_SECONDS = 2.0
SENDERS = 8
# Of the mutants, those whose head is mutated, and those of the others whose length is no longer right.
HEADS, LENGTHS = 0.25, 0.02
# An empty answer to a broken head is no fault: the connection is closed.
HONEST = (501, 503)


def request(line: str, body: bytes = b"", kind: str = "", **headers: str) -> bytes:
    """The bytes of a request."""
    lines = [f"{line} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def seeds() -> list[bytes]:
    """A valid request of each route and kind of body."""
    page = png(rendered("uno"))
    small, jpeg = _picture("PNG"), _picture("JPEG")
    form = b""
    for name, content in (("a.png", small), ("b.jpg", jpeg)):
        form += b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n' % name.encode()
        form += content + b"\r\n"
    form += b'--x\r\nContent-Disposition: form-data; name="language"\r\n\r\nes\r\n--x--\r\n'
    document = {
        "language": "es",
        "text": "a",
        "model": {"name": "n", "version": "1", "sha256": "0" * 64, "engine": "e"},
    }
    job = json.dumps({"files": [{"name": "1.jpg", "size": 9, "md5": "0" * 32}], "language": "es"}).encode()
    identity = "0" * 32
    return [
        request("POST /v1/read?format=text", page, "image/png"),
        request("POST /v1/read?language=auto&sides=both", small, "application/octet-stream"),
        request("POST /v1/read?layout=flow", form, "multipart/form-data; boundary=x"),
        request("POST /v1/read", _zip(jpeg, small), "application/zip", Accept="text/plain;q=0.5, application/json"),
        request("POST /v1/read?rotation=90", picture_pdf([small]), "application/pdf"),
        request("POST /v1/translate", b'{"text": "Hola, 123."}', "application/json", Accept_Language="es-ES,en;q=0.5"),
        request("POST /v1/translate?detail=cells", '{"braille": "⠨⠓⠕⠇⠁"}'.encode(), "application/json"),
        request("POST /v1/translate", "¿Qué tal?".encode("cp850"), "text/plain; charset=cp850"),
        request("POST /v1/translate", pef.encode([["⠓⠕⠇⠁"]], language="es"), "application/x-pef+xml"),
        request("POST /v1/convert?format=brf", json.dumps(document | {"pages": []}).encode(), "application/json"),
        request("POST /v1/preview", small, "image/png"),
        request("POST /v1/jobs", job, "application/json", Idempotency_Key="abc"),
        *(request(f"GET /v1/jobs{rest}") for rest in ("", f"/{identity}", f"/{identity}/results?format=text")),
        request(f"POST /v1/jobs/{identity}/uploads", b"{}", "application/json"),
        request(f"POST /v1/jobs/{identity}/start"),
        request(f"DELETE /v1/jobs/{identity}"),
        request(f"PUT /v1/objects/jobs/{identity}/inputs/000001?token=a.b", b"123456789"),
        *(request(f"GET {path}", X_Request_Id="abc") for path in ("/", "/ready", "/v1/languages", "/openapi.json")),
    ]


def mutant(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """A request with a mutated head or a mutated body."""
    head, _, body = data.partition(b"\r\n\r\n")
    other_head, _, other_body = other.partition(b"\r\n\r\n")
    if not body or chance.random() < HEADS:
        return mutated(head, other_head, chance) + b"\r\n\r\n" + body
    body = mutated(body, other_body, chance)
    if chance.random() >= LENGTHS:
        head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body


def answer_of(url: str, data: bytes) -> bytes:
    """The beginning of the answer to some bytes. Raises TimeoutError."""
    address = urlsplit(url)
    received = b""
    with (
        socket.create_connection((address.hostname, address.port), timeout=LONGEST_SECONDS) as connection,
        contextlib.suppress(ConnectionError),
    ):
        connection.sendall(data)
        # The server waits for the rest of some bodies: after a moment it learns that there is none.
        if not select.select([connection], [], [], PATIENCE_SECONDS)[0]:
            connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65_536):
            received = (received + part)[:64]
    return received


def fuzz(count: int, seed: int, findings: Path) -> tuple[Counter[str], int]:
    """Send so many requests; returns how often each status came, and how many findings there were."""
    inputs = seeds()
    statuses: Counter[str] = Counter()
    found = 0

    def send(number: int) -> tuple[int, bytes, str]:
        chance = random.Random(seed << 32 | number)
        data = mutant(chance.choice(inputs), chance.choice(inputs), chance)
        try:
            line = answer_of(url, data)
        except OSError as error:
            return number, data, f"! {type(error).__name__}"
        status = line[9:12].decode("latin-1") if line.startswith(b"HTTP/") else "closed"
        broken = status.startswith("5") and int(status) not in HONEST
        return number, data, f"! {status}" if broken else status

    with tempfile.TemporaryDirectory() as folder:
        settings = {"EASYBRAILLE_HOST": "127.0.0.1", "EASYBRAILLE_JOBS_FOLDER": folder, "EASYBRAILLE_QUEUE": "8"}
        with loopback.served(reader_of(rendered("uno")), **settings) as client, ThreadPoolExecutor(SENDERS) as pool:
            url = str(client.base_url)
            for number, data, outcome in pool.map(send, range(count)):
                statuses[outcome] += 1
                if outcome.startswith("!"):
                    found += 1
                    keep(findings / f"request-{seed}-{number}", data, outcome)
            assert client.get("/ready").status_code == 200
    return statuses, found


def main() -> int:
    """The command line."""
    args = arguments("python -m tests.fuzz_requests", __doc__, "count", int)
    begin = time.monotonic()
    statuses, found = fuzz(args.count, args.seed, args.findings)
    told = ", ".join(f"{number} × {status}" for status, number in sorted(statuses.items()))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(
        f"{args.count} requests in {time.monotonic() - begin:.0f} s, {found} findings: {told}; {memory:.0f} MB at most"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
