"""The API answers what its own description allows, whatever parameters it is sent."""

from __future__ import annotations

import random

import pytest
from fastapi.testclient import TestClient

from easybraille.api.app import create_app
from easybraille.settings import from_environment

# Values that break what takes them for well-formed: empty, long, of other types, at limits, of other alphabets.
ODD = [
    "",
    "x" * 5000,
    "0",
    "-1",
    "9" * 40,
    "null",
    "true",
    "{}",
    "%00",
    "../../etc/passwd",
    "⠓",
    "ñ\u202e",
    "1e999",
    "40x25",
    "'",
]
HEADERS = ["Accept", "Content-Type", "X-API-Key", "Idempotency-Key", "Content-Length", "Range", "If-None-Match"]


@pytest.fixture(scope="module")
def client(reader, tmp_path_factory):
    folder = tmp_path_factory.mktemp("jobs")
    settings = from_environment({"EASYBRAILLE_HOST": "127.0.0.1", "EASYBRAILLE_JOBS_FOLDER": str(folder)})
    with TestClient(create_app(settings, reader), "http://127.0.0.1:5000", raise_server_exceptions=False) as made:
        yield made


def requests(schema: dict, chance: random.Random):
    """Requests to every operation, with parameters, headers and bodies that its description does not foresee."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            for _ in range(12):
                known = operation.get("parameters", [])
                names = [p["name"] for p in known if p["in"] == "query"] + ["unknown"]
                query = {name: chance.choice(ODD) for name in names if chance.random() < 0.6}
                address = path
                for parameter in known:
                    if parameter["in"] == "path":
                        value = chance.choice([v for v in ODD if v and "/" not in v])
                        address = address.replace(f"{{{parameter['name']}}}", value)
                headers = {
                    name: chance.choice([v for v in ODD if v.isascii()]) for name in HEADERS if chance.random() < 0.2
                }
                body = chance.choice([b"", b"{}", b"[]", b'{"text": 1}', b"\xff\xd8\xff", b"--x", b'{"files": [{}]}'])
                yield method.upper(), address, query, headers, body


@pytest.mark.parametrize("seed", range(3))
def test_no_request_makes_the_service_fail_and_every_refusal_is_a_problem(client, seed):
    schema = client.get("/openapi.json").json()
    for method, path, query, headers, body in requests(schema, random.Random(seed)):
        answer = client.request(method, path, params=query, headers=headers, content=body)
        said = (method, path, query, headers, body, answer.text[:300])
        assert answer.status_code < 500 or answer.status_code in (501, 503), said
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", said
            assert "Traceback" not in answer.text
