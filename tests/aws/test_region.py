"""The AWS region, on a machine whose environment does not name it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from easybraille import preflight
from easybraille.aws import region
from easybraille.errors import NotReadyError, SettingError
from easybraille.settings import from_environment

QUEUE = "https://sqs.eu-south-2.amazonaws.com/123456789012/jobs"
JOBS = {"EASYBRAILLE_JOBS_BUCKET": "jobs", "EASYBRAILLE_JOBS_QUEUE": QUEUE}
ARN = "arn:aws:secretsmanager:sa-east-1:123456789012:secret:easybraille/keys-AbCdEf"


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No region, no credentials, no instance metadata; S3 is another server."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    region.own_region.cache_clear()
    yield
    region.own_region.cache_clear()


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Instance metadata (IMDSv2) of a machine in ap-southeast-4; the requests that it gets."""
    requests: list[str] = []

    class Metadata(BaseHTTPRequestHandler):
        def _answer(self, status: int, body: str = "") -> None:
            requests.append(f"{self.command} {self.path}")
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def do_PUT(self) -> None:
            self._answer(200, "the-token")

        def do_GET(self) -> None:
            if self.headers.get("x-aws-ec2-metadata-token") != "the-token":
                self._answer(401)
            elif self.path == "/latest/meta-data/placement/availability-zone/":
                self._answer(200, "ap-southeast-4b")
            else:
                self._answer(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
    yield requests
    server.shutdown()


def test_the_arn_of_a_secret_names_its_region() -> None:
    assert region.region_of_secret(ARN) == "sa-east-1"


def test_the_url_of_a_queue_names_its_region_and_that_of_the_bucket_of_its_stack() -> None:
    assert region.region_of_queue(QUEUE) == "eu-south-2"
    assert region.region_of_queue("https://cn-north-1.queue.amazonaws.com.cn/1/jobs") == "cn-north-1"
    assert region.region_of_bucket("jobs", QUEUE) == "eu-south-2"


def test_the_arn_counts_more_than_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert region.region_of_secret(ARN) == "sa-east-1"
    assert region.region_of_secret("easybraille/keys") == "eu-west-1"


def test_an_instance_says_where_it_is(instance: list[str]) -> None:
    assert region.region_of_secret("easybraille/keys") == "ap-southeast-4"
    assert instance[0] == "PUT /latest/api/token"


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_environment_counts_more_than_the_instance(
    instance: list[str], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "eu-west-3")
    assert region.own_region() == "eu-west-3"
    assert instance == []


def test_where_nothing_tells_the_region_the_start_says_what_to_set() -> None:
    settings = from_environment({"EASYBRAILLE_API_KEYS_SECRET": "easybraille/keys"})
    with pytest.raises(SettingError, match="region of the secret of keys is not known; set AWS_REGION"):
        preflight.check(settings)


def test_without_credentials_the_start_is_not_over_but_says_what_is_missing() -> None:
    with pytest.raises(NotReadyError, match="no AWS credentials"):
        preflight.check(from_environment(JOBS))


def test_a_service_that_uses_nothing_of_aws_needs_no_region_and_no_credentials() -> None:
    preflight.check(from_environment({}))
