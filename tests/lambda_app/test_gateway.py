"""What lies between the gateway and the application, function by function."""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys

import pytest

from easybraille.keys import Caller
from lambda_app.events.make import v1, v2
from lambda_app.gateway import authorized_caller, mounted
from lambda_app.responses import LARGEST, fit, size


@pytest.mark.parametrize(
    ("event", "path", "expected"),
    [
        (v2(path="/v1/read"), "/v1/read", {"root_path": "", "path": "/v1/read"}),
        (v2(path="/v1/read", stage="prod"), "/prod/v1/read", {"root_path": "/prod", "path": "/prod/v1/read"}),
        (v2(path="/", stage="prod"), "/prod/", {"root_path": "/prod", "path": "/prod/"}),
        # A custom domain puts no stage before the path.
        (
            v2(path="/v1/read") | {"requestContext": {"stage": "prod"}},
            "/v1/read",
            {"root_path": "", "path": "/v1/read"},
        ),
        (v1(path="/v1/read", stage="prod"), "/v1/read", {"root_path": "/prod", "path": "/prod/v1/read"}),
    ],
)
def test_the_stage_is_told_from_the_path(event: dict, path: str, expected: dict) -> None:
    assert mounted(path, event) == expected


@pytest.mark.parametrize(
    ("claims", "caller"),
    [
        ({"sub": "ana", "scope": "openid easybraille/read jobs"}, Caller("jwt:ana", frozenset({"read", "jobs"}))),
        ({"sub": "ana", "scope": "openid"}, Caller("jwt:ana", frozenset())),
        ({}, None),
    ],
)
def test_a_token_gives_its_own_scopes_and_no_others(claims: dict, caller: Caller | None) -> None:
    event = v2()
    event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
    assert authorized_caller(event) == caller
    assert authorized_caller(v2()) is None


def answer(characters: int) -> dict:
    text = json.dumps({"text": "⠓" * characters}, ensure_ascii=False)
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": text, "isBase64Encoded": False}


def test_an_answer_that_fits_is_left_alone() -> None:
    response = answer(900_000)
    assert LARGEST * 0.8 < size(response) < LARGEST
    assert fit(response, v2()) is response


def test_an_answer_that_does_not_fit_is_compressed_for_who_takes_that() -> None:
    response = answer(2_000_000)
    small = fit(response, v2(headers={"accept-encoding": "br, gzip"}))
    assert small["headers"]["content-encoding"] == "gzip"
    assert gzip.decompress(base64.b64decode(small["body"])).decode() == response["body"]
    assert size(small) < LARGEST


@pytest.mark.parametrize("event", [v2(), v1(headers={"accept-encoding": "gzip"})])
def test_an_answer_that_cannot_be_sent_becomes_a_problem_that_says_what_to_do(event: dict) -> None:
    sent = fit(answer(2_000_000), event)
    assert sent["statusCode"] == 413
    assert sent["headers"]["content-type"] == "application/problem+json"
    assert "format=text" in json.loads(sent["body"])["detail"]


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    heavy = [
        "torch",
        "ultralytics",
        "boto3",
        "aws_xray_sdk",
        "pypdfium2",
        "tqdm",
        "uvicorn",
        "cv2",
        "matplotlib",
        "httpx",
    ]
    script = f"import sys, lambda_app.handler; print([m for m in {heavy} if m in sys.modules], file=sys.stderr)"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MODEL_", "EASYBRAILLE_"))}
    ended = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "[]"


def test_the_models_that_only_the_documentation_needs_are_not_built_at_the_start() -> None:
    script = (
        "import gc, sys, lambda_app.handler, fastapi.openapi.models as m;"
        "print(m.License.__pydantic_complete__, gc.isenabled(), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "False True"
