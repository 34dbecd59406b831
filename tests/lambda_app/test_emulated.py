"""The function as AWS runs it: the real runtime client under AWS's own emulator."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from PIL import Image

from easybraille import formats, keys
from easybraille.model_store import SHIPPED
from easybraille.reader import Reader
from lambda_app.events.make import v1, v2, warm_up
from tests.conftest import EXAMPLES
from tests.faulty_s3 import faulty_s3
from tests.lambda_app.emulator import Emulator, NoEmulator, emulated, program

try:
    program()
except NoEmulator as reason:
    pytest.skip(f"no Lambda emulator: {reason}", allow_module_level=True)

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def function() -> Iterator[Emulator]:
    with emulated() as function:
        yield function


def body(answer: dict) -> bytes:
    return base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()


def document(answer: dict) -> dict:
    assert answer["statusCode"] == 200, answer
    assert answer["headers"]["content-type"] == "application/json"
    return json.loads(body(answer))


def problem(answer: dict) -> dict:
    assert answer["headers"]["content-type"] == PROBLEM
    found = json.loads(body(answer))
    assert found["status"] == answer["statusCode"]
    assert {"type", "title", "status", "detail", "code"} <= set(found)
    return found


def test_every_kind_of_event_with_a_photo_gives_what_the_local_reader_gives(
    function: Emulator, reader: Reader, letter: bytes
) -> None:
    expected = json.loads(formats.FORMATS["json"].write(reader.read(letter)))
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n' + letter + b"\r\n--x--\r\n"
    for event in (
        v2(letter),
        v2(letter, stage="prod"),
        v1(letter),
        v2(form, headers={"content-type": "multipart/form-data; boundary=x"}),
    ):
        assert document(function.invoke(event)) == expected


def test_a_new_version_reads_the_page_that_it_contains_when_it_is_checked(function: Emulator) -> None:
    said = function.invoke({"source": "easybraille.check"})
    assert said["status"] == "reads"
    # The picture is a part of the example, whose text the example names.
    assert said["text"].splitlines()[0] == (EXAMPLES / "receta.txt").read_text("utf-8").splitlines()[0]


def test_a_warm_call_loads_nothing_again(function: Emulator, letter: bytes) -> None:
    for _ in range(2):
        document(function.invoke(v2(letter)))
    loads = [line for line in function.log.splitlines() if '"message":"weights ' in line]
    assert len(loads) == 1
    assert function.log.count("INIT REPORT") == 1
    assert [line["cold_start"] for line in function.lines("request")][-1] is False


def test_the_log_says_what_was_asked_what_came_of_it_and_what_it_took(function: Emulator, letter: bytes) -> None:
    cells = sum(
        bool(cell["dots"])
        for line in document(function.invoke(v2(letter)))["pages"][0]["lines"]
        for cell in line["cells"]
    )
    line = function.lines("request")[-1]
    assert (line["method"], line["path"], line["status"]) == ("POST", "/v1/read", 200)
    assert (line["pages"], line["cells"]) == (1, cells)
    assert set(line["stages_ms"]) >= {"picture", "cells", "text"}
    assert sum(line["stages_ms"].values()) <= line["ms"]
    assert line["engine"] == "onnxruntime"
    assert line["weights"].startswith(json.loads(SHIPPED.read_text())["name"])
    assert line["request_id"] and line["gateway_id"] == "example-v2"


def test_metrics_are_in_the_embedded_format(function: Emulator, letter: bytes) -> None:
    function.invoke(v2(letter))
    emitted = [json.loads(line) for line in function.log.splitlines() if line.startswith('{"_aws"')][-1]
    described = emitted["_aws"]["CloudWatchMetrics"][0]
    assert described["Namespace"] == "EasyBraille"
    for metric in described["Metrics"]:
        assert metric["Name"] in emitted
    assert emitted["Pages"] == [1.0]
    # An alarm of the stack looks for it by this name.
    assert described["Dimensions"] == [["service"]] and emitted["service"] == "easybraille"
    assert emitted["HeavyPathAway"] == [0.0]


def test_the_documentation_works_behind_a_stage(function: Emulator) -> None:
    page = body(function.invoke(v2(path="/docs", method="GET", stage="prod"))).decode()
    assert "/prod/openapi.json" in page
    schema = function.invoke(v2(path="/openapi.json", method="GET", stage="prod"))
    assert json.loads(body(schema))["servers"] == [{"url": "/prod"}]
    page = body(function.invoke(v1(path="/docs", method="GET", stage="test"))).decode()
    assert "/test/openapi.json" in page
    assert "'/openapi.json'" in body(function.invoke(v2(path="/docs", method="GET"))).decode()


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [
        (v2(b"no picture"), 422, "not_a_picture"),
        (v1(b"no picture"), 422, "not_a_picture"),
        (v2(), 400, "empty"),
        (v2(b"{}", headers={"content-type": "application/json"}), 415, "unsupported_media_type"),
        (v2(path="/v1/nothing", method="GET"), 404, "not_found"),
        (v2(path="/v1/read", method="GET"), 405, "method_not_allowed"),
    ],
)
def test_errors_come_back_as_problems_with_their_status(
    function: Emulator, event: dict, status: int, code: str
) -> None:
    answer = function.invoke(event)
    assert answer["statusCode"] == status
    assert problem(answer)["code"] == code
    assert answer["headers"]["x-request-id"] == function.lines("request")[-1]["request_id"]


def test_a_warm_up_event_is_answered_and_reads_nothing(function: Emulator) -> None:
    assert function.invoke(warm_up()) == {"status": "warm"}


def slow_pages() -> bytes:
    """Fifty white pages of sixty megapixels: few bytes, and more than 10 s of work on any machine."""
    page, file = Image.new("1", (7500, 8000), 1), io.BytesIO()
    page.save(file, "TIFF", save_all=True, append_images=[page] * 49, compression="group4")
    return file.getvalue()


def test_what_takes_too_long_is_answered_before_lambda_ends_it_and_the_next_call_works() -> None:
    never_too_heavy = {"EASYBRAILLE_HARD_PIXELS": "10000000000", "EASYBRAILLE_HARD_SECONDS": "1000"}
    with emulated({"AWS_LAMBDA_FUNCTION_TIMEOUT": "10", "EASYBRAILLE_THREADS": "1", **never_too_heavy}) as function:
        function.warm()
        answer = function.invoke(v2(slow_pages(), headers={"content-type": "image/tiff"}))
        assert answer["statusCode"] == 504
        assert problem(answer)["code"] == "timeout"
        assert function.lines("request")[-1]["ms"] < 10_000
        assert function.invoke(v2(path="/health", method="GET"))["statusCode"] == 200


def test_only_who_has_a_key_reads_where_reading_is_not_open(letter: bytes) -> None:
    (key, entry), (other, other_entry) = keys.make("web", ["read"]), keys.make("jobs", ["jobs"])
    environment = {"EASYBRAILLE_OPEN": "none", "EASYBRAILLE_API_KEYS": f"{entry} {other_entry}"}
    with emulated(environment) as function:
        for event, status, code in (
            (v2(letter), 401, "key_required"),
            (v2(letter, headers={"x-api-key": key[:-1]}), 401, "key_required"),
            (v2(letter, headers={"x-api-key": other}), 403, "key_not_allowed"),
        ):
            answer = function.invoke(event)
            assert (answer["statusCode"], problem(answer)["code"]) == (status, code)
        document(function.invoke(v2(letter, headers={"x-api-key": key})))
        assert function.lines("request")[-1]["caller"] == "web"
        by_token = v2(letter)
        by_token["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": "ana", "scope": "easybraille/read"}}}
        document(function.invoke(by_token))
        assert function.lines("request")[-1]["caller"] == "jwt:ana"
        assert key not in function.log


def test_weights_from_s3_are_fetched_before_the_first_request_and_never_again(letter: bytes, tmp_path: Path) -> None:
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "MODEL_PATH": str(tmp_path / "manifest.json"),
    }
    with faulty_s3() as s3:
        client = boto3.client(
            "s3", endpoint_url=s3.url, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        client.create_bucket(Bucket="of-a-function")
        for name in ("manifest.json", "best.onnx"):
            client.upload_file(str(SHIPPED.parent / name), "of-a-function", f"1/{name}")
        environment |= {"AWS_ENDPOINT_URL": s3.url, "MODEL_S3_PATH": "s3://of-a-function/1/manifest.json"}
        with emulated(environment) as function:
            document(function.invoke(v2(letter)))
            gets = len(s3.gets)
            document(function.invoke(v2(letter)))
            assert gets == len(s3.gets) == 2
            assert "from s3://of-a-function/1/manifest.json" in function.log


def test_weights_that_cannot_be_had_end_the_start_with_bucket_key_and_cause(tmp_path: Path) -> None:
    with faulty_s3() as s3:
        environment = {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": s3.url,
            "MODEL_S3_PATH": "s3://nowhere/9/manifest.json",
        }
        with emulated(environment) as function:
            said = "s3://nowhere/9/manifest.json: there is no such bucket"
            # A busy machine may not get through a start within the 10 s that there are.
            for _ in range(3):
                assert "statusCode" not in function.invoke(v2(path="/health", method="GET"))
                if said in function.log:
                    return
            raise AssertionError(function.log)
