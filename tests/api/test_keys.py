"""Authentication: keys with scopes, from a setting or a secret."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from fastapi.testclient import TestClient
from moto import mock_aws

from easybraille import keys
from easybraille.api.app import create_app
from easybraille.errors import NotReadyError, SettingError
from easybraille.reader import Reader
from easybraille.settings import from_environment

WEB, WEB_ENTRY = keys.make("web", ["read"])
LIBRARY, LIBRARY_ENTRY = keys.make("biblioteca", ["read", "jobs"])
JOBS, JOBS_ENTRY = keys.make("jobs", ["jobs"])


@contextmanager
def service(reader: Reader, **environment: str) -> Iterator[TestClient]:
    with TestClient(create_app(from_environment(environment), reader)) as client:
        yield client


def status(client: TestClient, key: str | bytes | None = None) -> int:
    return client.post("/v1/read", headers={"X-API-Key": key} if key else {}).status_code


# These have a setting of their own, EASYBRAILLE_METRICS.
METRICS = {"metrics"}
# A request without a body is answered 400, once it is let in.
IN = 400


def test_reading_is_open_by_default_and_shows_no_lock_in_the_documentation(reader: Reader) -> None:
    with service(reader) as client:
        assert status(client) == IN
        assert "security" not in client.get("/openapi.json").json()["paths"]["/v1/read"]["post"]


def test_reading_needs_a_key_where_it_is_not_open(reader: Reader) -> None:
    with service(reader, EASYBRAILLE_OPEN="none", EASYBRAILLE_API_KEYS=f"{WEB_ENTRY}, {JOBS_ENTRY}") as client:
        assert status(client) == 401
        assert status(client, WEB + "x") == 401
        assert status(client, "ñ".encode()) == 401
        assert status(client, JOBS) == 403
        assert status(client, WEB) == IN
        refused = client.post("/v1/read")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["www-authenticate"] == "ApiKey"
        assert refused.json()["code"] == "key_required"
        assert client.get("/openapi.json").json()["paths"]["/v1/read"]["post"]["security"] == [{"key": []}]
        for open_route in ("/health", "/ready", "/docs", "/v1/languages"):
            assert client.get(open_route).status_code == 200


def test_a_name_may_have_several_keys_at_once_so_that_they_can_be_changed(reader: Reader) -> None:
    new, new_entry = keys.make("web", ["read"])
    with service(reader, EASYBRAILLE_OPEN="none", EASYBRAILLE_API_KEYS=f"{WEB_ENTRY}\n{new_entry}") as client:
        assert status(client, WEB) == status(client, new) == IN


def test_every_key_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(known: str, given: str) -> bool:
        compared.append(known)
        return known == given

    monkeypatch.setattr(keys.hmac, "compare_digest", compare)
    keyring = keys.Keyring(keys.parse(f"{WEB_ENTRY} {LIBRARY_ENTRY} {JOBS_ENTRY}"))
    assert keyring.caller(WEB).name == "web"
    assert len(compared) == 3


def test_only_the_hash_of_a_key_is_configured() -> None:
    assert WEB not in WEB_ENTRY
    assert WEB_ENTRY.endswith(hashlib.sha256(WEB.encode()).hexdigest())
    assert len(WEB) > 40


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        (WEB, "entry 1 is not NAME:SCOPES:SHA256"),
        (f"{WEB_ENTRY} a:read:beef", "entry 2 is not"),
        (WEB_ENTRY.replace("read", "write"), "scope that isn't one of read, jobs"),
        (f"{WEB_ENTRY} {JOBS_ENTRY.replace('jobs:jobs', 'web:jobs')}", "other scopes than an entry before it"),
    ],
    ids=["a key", "no hash", "an unknown scope", "two scopes"],
)
def test_a_mistaken_entry_stops_the_start_and_is_not_repeated(entries: str, complaint: str) -> None:
    with pytest.raises(SettingError) as caught:
        from_environment({"EASYBRAILLE_API_KEYS": entries})
    assert complaint in str(caught.value)
    assert WEB not in str(caught.value)


def test_jobs_are_open_on_this_machine_alone() -> None:
    assert from_environment({}).open_scopes == {"read"}
    local = from_environment({"EASYBRAILLE_HOST": "127.0.0.1"})
    assert local.open_scopes - METRICS == {"read", "jobs"}
    assert from_environment({"EASYBRAILLE_HOST": "127.0.0.1", "EASYBRAILLE_OPEN": "none"}).open_scopes <= METRICS
    with pytest.raises(SettingError, match="EASYBRAILLE_OPEN is 'read,jobs': can be read,jobs only where"):
        from_environment({"EASYBRAILLE_OPEN": "read,jobs"})
    # `serve --host` changes the address afterwards.
    assert local.model_copy(update={"host": "0.0.0.0"}).open_scopes == {"read"}


@pytest.mark.parametrize("where", [{"EASYBRAILLE_API_KEYS": WEB_ENTRY}, {"EASYBRAILLE_API_KEYS_SECRET": "keys"}])
def test_once_there_are_keys_nothing_is_open_unless_it_is_said(where: dict[str, str]) -> None:
    for host in ("0.0.0.0", "127.0.0.1"):
        assert from_environment({**where, "EASYBRAILLE_HOST": host}).open_scopes <= METRICS
        opened = from_environment({**where, "EASYBRAILLE_HOST": host, "EASYBRAILLE_OPEN": "read"})
        assert opened.open_scopes - METRICS == {"read"}


def test_reading_and_translating_need_a_key_once_there_is_one(reader: Reader) -> None:
    with service(reader, EASYBRAILLE_API_KEYS=WEB_ENTRY) as client:
        assert status(client) == 401
        assert client.post("/v1/translate", json={"text": "Hola"}).status_code == 401
        assert status(client, WEB) == IN


def jobs(client: TestClient, host: str = "127.0.0.1:5000", **headers: str) -> int:
    """The status of making a job without a key."""
    body = {"files": [{"name": "1.jpg", "size": 10}]}
    return client.post("/v1/jobs", json=body, headers={"Host": host, **headers}).status_code


def test_jobs_without_a_key_are_for_programs_of_this_machine(reader: Reader, tmp_path: Path) -> None:
    with service(reader, EASYBRAILLE_HOST="127.0.0.1", EASYBRAILLE_JOBS_FOLDER=str(tmp_path)) as client:
        assert jobs(client) == jobs(client, "localhost") == jobs(client, "[::1]:5000") == 201
        assert jobs(client, "127.0.0.1:5000", Origin="http://127.0.0.1:5000") == 201
        # A name that resolves to this machine, a page of another site, a proxy in front.
        assert jobs(client, "rebound.example:5000") == 401
        assert jobs(client, "local]ost") == 401
        assert jobs(client, Origin="https://elsewhere.example") == 401
        assert jobs(client, **{"X-Forwarded-For": "203.0.113.7"}) == 401
        assert jobs(client, Forwarded="for=203.0.113.7") == 401
        # What a form of another site can send.
        assert jobs(client, **{"Content-Type": "text/plain"}) == 415
        assert client.get("/v1/jobs", headers={"Host": "rebound.example:5000"}).status_code == 401


def test_a_key_counts_through_its_last_day() -> None:
    today = datetime.now(UTC).date()
    current, entry = keys.make("web", ["read"], today + timedelta(days=1))
    assert entry.endswith(f":{today + timedelta(days=1)}")
    expired, expired_entry = keys.make("web", ["read"], today - timedelta(days=1))
    keyring = keys.Keyring(keys.parse(f"{entry} {expired_entry}"))
    assert keyring.caller(current).name == "web"
    assert keyring.caller(expired) is None
    with pytest.raises(ValueError, match="entry 1 expires on a day that does not exist"):
        keys.parse(f"{WEB_ENTRY}:2027-02-30")


def test_a_key_may_send_so_many_requests_a_minute_and_others_are_not_counted_with_it(reader: Reader) -> None:
    with service(
        reader, EASYBRAILLE_API_KEYS=f"{WEB_ENTRY} {LIBRARY_ENTRY}", EASYBRAILLE_KEY_REQUESTS_PER_MINUTE="3"
    ) as client:
        assert [status(client, WEB) for _ in range(5)] == [IN, IN, IN, 429, 429]
        assert "retry-after" in client.post("/v1/read", headers={"X-API-Key": WEB}).headers
        assert status(client, LIBRARY) == IN


def test_wrong_keys_are_answered_ever_more_slowly(reader: Reader) -> None:
    with service(reader, EASYBRAILLE_API_KEYS=WEB_ENTRY) as client:

        def seconds() -> float:
            begin = time.monotonic()
            assert status(client, "eb_wrong") == 401
            return time.monotonic() - begin

        first, *_, last = [seconds() for _ in range(5)]
        assert last > first + 0.3


def test_each_use_of_a_key_leaves_a_line_without_the_key(reader: Reader, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "easybraille.audit"), service(reader, EASYBRAILLE_API_KEYS=WEB_ENTRY) as client:
        status(client, WEB)
        status(client, "eb_wrong")
        assert client.post("/v1/read", headers={"Host": "a]b", "X-API-Key": WEB}, content=b"x").status_code == 422
    lines = [record.getMessage() for record in caplog.records if record.name == "easybraille.audit"]
    assert lines[0] == "caller=web method=POST path=/v1/read outcome=accepted"
    assert lines[1].startswith("caller=unknown ")
    assert not any(key in line for key in (WEB, "eb_wrong") for line in lines)


def test_keys_of_a_secret_that_can_not_be_fetched_do_not_count_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = iter([WEB_ENTRY])
    keyring = keys.Keyring((), lambda: next(texts))
    keyring.refresh()
    assert keyring.caller(WEB)
    later(monkeypatch, keys.SECONDS + 1)
    keyring.refresh()
    assert keyring.caller(WEB)
    later(monkeypatch, keys.GRACE_SECONDS + keys.SECONDS + 1)
    with pytest.raises(NotReadyError):
        keyring.refresh()
    assert keyring.caller(WEB) is None


@pytest.mark.parametrize(
    "host",
    [
        *(
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "169.254.43518",
            "[::ffff:169.254.169.254]",
            "[fd00:ec2::254]",
        ),
        *("metadata.google.internal", "metadata.google.internal.", "instance-data", "100.100.100.200"),
        *("[fe80::1]", "0.0.0.0", "[::]", "224.0.0.1"),
    ],
)
def test_the_gpu_service_is_no_address_that_gives_a_machine_s_credentials(host: str) -> None:
    with pytest.raises(SettingError, match="EASYBRAILLE_GPU_URL"):
        from_environment({"EASYBRAILLE_GPU_URL": f"https://{host}"})


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name="keys", SecretString=WEB_ENTRY)
        yield "keys"


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    # It goes on: threads of the service wait by the same clock.
    before = keys.time.monotonic
    monkeypatch.setattr(keys.time, "monotonic", lambda: before() + seconds)


def test_keys_of_a_secret_count_beside_those_of_the_setting(reader: Reader, secret: str) -> None:
    with service(
        reader, EASYBRAILLE_OPEN="none", EASYBRAILLE_API_KEYS=LIBRARY_ENTRY, EASYBRAILLE_API_KEYS_SECRET=secret
    ) as client:
        assert status(client, WEB) == status(client, LIBRARY) == IN
        assert status(client, JOBS) == 401


def test_a_key_withdrawn_from_the_secret_counts_no_more_after_a_while(
    reader: Reader, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service(reader, EASYBRAILLE_OPEN="none", EASYBRAILLE_API_KEYS_SECRET=secret) as client:
        assert status(client, WEB) == IN
        boto3.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=LIBRARY_ENTRY)
        assert status(client, WEB) == IN
        later(monkeypatch, keys.SECONDS + 1)
        assert status(client, WEB) == 401
        assert status(client, LIBRARY) == IN


def test_while_the_secret_cannot_be_had_nobody_is_let_in_and_known_keys_go_on(
    reader: Reader, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service(reader, EASYBRAILLE_OPEN="none", EASYBRAILLE_API_KEYS_SECRET="missing") as client:
        refused = client.post("/v1/read", headers={"X-API-Key": WEB})
        assert refused.status_code == NotReadyError.status
        assert "retry-after" in refused.headers
    with service(reader, EASYBRAILLE_OPEN="none", EASYBRAILLE_API_KEYS_SECRET=secret) as client:
        assert status(client, WEB) == IN
        boto3.client("secretsmanager").put_secret_value(SecretId=secret, SecretString="not a list of keys")
        later(monkeypatch, keys.SECONDS + 1)
        assert status(client, WEB) == IN
