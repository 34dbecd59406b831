"""Where the weights come from: S3, a path, or the ones that ship."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from easybraille import model_store
from easybraille.errors import ModelError, SettingError
from easybraille.model_store import SHIPPED, Weights, resolve
from easybraille.recognition.model import sha256
from easybraille.settings import from_environment
from easybraille.startup import make_reader
from tests.faulty_s3 import FaultyS3, faulty_s3

MODELS = SHIPPED.parent
ONNX = MODELS / "best.onnx"
BUCKET = "weights"


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyS3]:
    with faulty_s3() as server:
        yield server


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials of nobody, and an empty cache."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("easybraille.model_store.s3.FIRST_WAIT", 0.01)


@pytest.fixture
def s3(server: FaultyS3, aws: None, monkeypatch: pytest.MonkeyPatch) -> FaultyS3:
    """S3 with the shipped weights under models/1/, in a bucket with versions."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    server.faults.clear()
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for path in MODELS.iterdir():
        if path.suffix in (".onnx", ".pt", ".json"):
            put(f"models/1/{path.name}", path.read_bytes())
    server.gets.clear()
    yield server
    objects = boto3.resource("s3").Bucket(BUCKET)
    objects.object_versions.delete()
    objects.delete()


def put(key: str, content: bytes) -> str:
    """Store an object; gives its version."""
    return boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)["VersionId"]


def fetched(key: str, engines: tuple[str, ...] = ("onnx",), **environment: str) -> Weights:
    return resolve(from_environment({"MODEL_S3_PATH": f"s3://{BUCKET}/{key}", **environment}), engines)


def whole_answers(s3: FaultyS3, name: str) -> int:
    return sum(path.endswith(name) and status == 200 for path, status in s3.gets)


def test_without_settings_the_shipped_weights_are_used_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    make_reader(from_environment({}))
    assert "the weights that ship" in caplog.text


def test_a_path_names_a_manifest_or_one_file(tmp_path: Path) -> None:
    for name in ("manifest.json", "best.onnx"):
        found = resolve(from_environment({"MODEL_PATH": str(MODELS / name)}))
        assert found.onnx == ONNX
        assert found.manifest.name == json.loads(SHIPPED.read_text())["name"]
    alone = tmp_path / "mine.onnx"
    shutil.copy(ONNX, alone)
    assert resolve(from_environment({"MODEL_PATH": str(alone)})).manifest.name == "mine"


def test_a_path_that_does_not_exist_stops_the_start_even_though_weights_ship(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing\.onnx: there is no such file"):
        resolve(from_environment({"MODEL_PATH": str(tmp_path / "missing.onnx")}))


def test_a_lone_checkpoint_stops_a_start_that_can_only_serve_onnx() -> None:
    settings = from_environment({"MODEL_PATH": str(MODELS / "best.pt")})
    with pytest.raises(ModelError, match=r"best\.pt has torch weights; what runs here needs onnx"):
        resolve(settings)
    assert resolve(settings, ("torch", "onnx")).torch == MODELS / "best.pt"


def test_a_file_that_its_manifest_does_not_describe_stops_the_start(tmp_path: Path) -> None:
    shutil.copytree(MODELS, tmp_path / "models")
    with (tmp_path / "models" / "best.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelError, match="sha256 differs"):
        resolve(from_environment({"MODEL_PATH": str(tmp_path / "models" / "manifest.json")}))


def test_a_manifest_reaches_no_file_outside_its_folder(tmp_path: Path) -> None:
    manifest = json.loads(SHIPPED.read_text())
    manifest["files"]["onnx"]["name"] = "../models/best.onnx"
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="is not a manifest"):
        resolve(from_environment({"MODEL_PATH": str(path)}))


@pytest.mark.parametrize("url", ["http://b/k.onnx", "s3://bucket", "s3://bucket/k.onnx?version=1", "s3://bucket/k.zip"])
def test_an_address_that_is_none_is_refused_by_the_name_of_its_variable(url: str) -> None:
    with pytest.raises(SettingError, match=r"MODEL_S3_PATH is .*: must "):
        from_environment({"MODEL_S3_PATH": url})


def test_a_manifest_in_s3_brings_the_file_of_the_engine_along_and_no_other(s3: FaultyS3, tmp_path: Path) -> None:
    target = tmp_path / "here" / "manifest.json"
    found = fetched("models/1/manifest.json", MODEL_PATH=str(target))
    assert found.onnx == target.with_name("best.onnx")
    assert sha256(found.onnx) == sha256(ONNX)
    assert not target.with_name("best.pt").exists()
    assert make_reader(from_environment({"MODEL_PATH": str(target)})).model.sha256 == sha256(ONNX)


def test_both_files_come_where_both_engines_can_be_served(s3: FaultyS3) -> None:
    found = fetched("models/1/manifest.json", ("torch", "onnx"))
    assert sha256(found.torch) == sha256(MODELS / "best.pt")
    assert found.onnx is not None


def test_a_single_file_is_described_by_the_manifest_beside_it(s3: FaultyS3, tmp_path: Path) -> None:
    found = fetched("models/1/best.onnx", MODEL_PATH=str(tmp_path / "other-name.onnx"))
    assert found.onnx == tmp_path / "other-name.onnx"
    assert found.manifest.version == json.loads(SHIPPED.read_text())["version"]
    assert found.origin == f"s3://{BUCKET}/models/1/best.onnx"


def test_a_single_file_without_a_manifest_is_taken_as_it_is(s3: FaultyS3) -> None:
    put("alone/some.onnx", ONNX.read_bytes())
    assert fetched("alone/some.onnx").manifest.name == "some"


def test_an_unchanged_object_is_not_fetched_again(s3: FaultyS3) -> None:
    first = fetched("models/1/manifest.json")
    again = fetched("models/1/manifest.json")
    assert again.onnx == first.onnx
    assert whole_answers(s3, "best.onnx") == 1


def test_a_changed_object_replaces_the_old_one(s3: FaultyS3) -> None:
    put("alone/some.onnx", ONNX.read_bytes())
    before = fetched("alone/some.onnx")
    put("alone/some.onnx", ONNX.read_bytes() + b"\x72\x00")
    after = fetched("alone/some.onnx")
    assert after.onnx == before.onnx
    assert after.manifest.version != before.manifest.version


def test_a_file_that_was_damaged_since_is_fetched_again(s3: FaultyS3) -> None:
    found = fetched("models/1/best.onnx")
    found.onnx.write_bytes(b"\x08 not it")
    assert sha256(fetched("models/1/best.onnx").onnx) == sha256(ONNX)


def test_a_pinned_version_stays_while_the_object_moves_on_and_needs_no_more_requests(s3: FaultyS3) -> None:
    first = put("alone/some.onnx", ONNX.read_bytes())
    put("alone/some.onnx", ONNX.read_bytes() + b"\x72\x00")
    key = f"alone/some.onnx?versionId={first}"
    assert sha256(fetched(key).onnx) == sha256(ONNX)
    fetched(key)
    assert whole_answers(s3, "some.onnx") == 1


def test_a_pinned_version_is_not_described_by_a_later_manifest(s3: FaultyS3, caplog: pytest.LogCaptureFixture) -> None:
    old = put("models/1/best.onnx", ONNX.read_bytes() + b"\x72\x00")
    put("models/1/best.onnx", ONNX.read_bytes())
    found = fetched(f"models/1/best.onnx?versionId={old}")
    assert found.manifest.name == "best"
    assert "describes another version" in caplog.text


@pytest.mark.parametrize("fault", ["cut", "slow down", "silence"])
def test_what_passes_is_tried_again(s3: FaultyS3, fault: str, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    s3.faults["best.onnx"] = [fault, fault]
    found = fetched("models/1/manifest.json", MODEL_PATH=str(tmp_path / "manifest.json"))
    assert sha256(found.onnx) == sha256(ONNX)
    assert caplog.text.count("attempt") == 2
    assert not list(tmp_path.glob("*.tmp"))


def test_what_does_not_pass_for_long_stops_the_start(s3: FaultyS3) -> None:
    s3.faults["best.onnx"] = ["slow down"] * 5
    with pytest.raises(ModelError, match=r"s3://weights/models/1/best\.onnx: .*SlowDown.*gave up after 5 attempts"):
        fetched("models/1/manifest.json")


@pytest.mark.parametrize(
    ("key", "cause"), [("models/1/no.onnx", "no such key"), ("models/2/manifest.json", "no such key")]
)
def test_a_missing_object_is_named_at_once(s3: FaultyS3, key: str, cause: str) -> None:
    with pytest.raises(ModelError, match=f"s3://{BUCKET}/{key}: there is {cause}"):
        fetched(key)
    assert len([path for path, _ in s3.gets if path.endswith(key)]) == 1


def test_a_missing_bucket_is_named(s3: FaultyS3) -> None:
    with pytest.raises(ModelError, match=r"s3://nowhere/best\.onnx: there is no such bucket"):
        resolve(from_environment({"MODEL_S3_PATH": "s3://nowhere/best.onnx"}))


def test_a_forbidden_object_is_named_with_what_is_missing(s3: FaultyS3) -> None:
    s3.faults["best.onnx"] = ["denied"]
    with pytest.raises(ModelError, match=r"s3://weights/models/1/best\.onnx: access is denied.*s3:GetObject"):
        fetched("models/1/best.onnx")


def test_a_truncated_object_does_not_pass_for_the_model(s3: FaultyS3, tmp_path: Path) -> None:
    put("models/1/best.onnx", ONNX.read_bytes()[:1000])
    target = tmp_path / "manifest.json"
    with pytest.raises(ModelError, match=r"best\.onnx: wrong checksum"):
        fetched("models/1/manifest.json", MODEL_PATH=str(target))
    assert not target.with_name("best.onnx").exists()


def test_the_checksum_in_the_setting_counts(s3: FaultyS3) -> None:
    put("alone/some.onnx", ONNX.read_bytes())
    assert fetched("alone/some.onnx", EASYBRAILLE_MODEL_SHA256=sha256(ONNX).upper()).onnx
    with pytest.raises(ModelError, match=r"some\.onnx: wrong checksum; its sha256 is [0-9a-f]{64}, expected was 0{64}"):
        fetched("alone/some.onnx", EASYBRAILLE_MODEL_SHA256="0" * 64)


@pytest.mark.parametrize("name", ["page.onnx", "page.pt", "page.json"])
def test_what_is_no_model_is_refused(s3: FaultyS3, name: str) -> None:
    put(name, b"<html>404</html>")
    with pytest.raises(ModelError, match=rf"s3://weights/{name} is not a m"):
        fetched(name)


def test_what_begins_like_a_model_and_is_none_is_refused_by_its_address(s3: FaultyS3) -> None:
    put("half.onnx", ONNX.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"s3://weights/half\.onnx: .*not a model"):
        make_reader(from_environment({"MODEL_S3_PATH": f"s3://{BUCKET}/half.onnx"}))


def test_an_old_file_stays_in_place_when_the_new_one_is_refused(s3: FaultyS3) -> None:
    put("alone/some.onnx", ONNX.read_bytes())
    found = fetched("alone/some.onnx")
    put("alone/some.onnx", b"<html>404</html>")
    with pytest.raises(ModelError):
        fetched("alone/some.onnx")
    assert sha256(found.onnx) == sha256(ONNX)


def test_a_place_that_cannot_be_written_is_named(s3: FaultyS3) -> None:
    with pytest.raises(ModelError, match=r"can.t be placed at /proc/here/best\.onnx"):
        fetched("models/1/best.onnx", MODEL_PATH="/proc/here/best.onnx")


def test_processes_that_start_at_once_fetch_it_once_and_all_have_it(s3: FaultyS3, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "easybraille.model_store"]
    environment = {
        **os.environ,
        "MODEL_S3_PATH": f"s3://{BUCKET}/models/1/best.onnx",
        "MODEL_PATH": str(tmp_path / "best.onnx"),
    }
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert str(tmp_path / "best.onnx") in out
    assert whole_answers(s3, "best.onnx") == 1
    assert sha256(tmp_path / "best.onnx") == sha256(ONNX)


def test_fetching_alone_fails_with_the_cause_and_no_trace(s3: FaultyS3) -> None:
    environment = {**os.environ, "MODEL_S3_PATH": f"s3://{BUCKET}/models/1/no.onnx"}
    command = [sys.executable, "-m", "easybraille.model_store"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "no such key" in ended.stderr
    assert "Traceback" not in ended.stderr


@mock_aws
def test_it_is_the_same_with_moto_inside_the_process(aws: None) -> None:
    boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    boto3.client("s3").put_object(Bucket=BUCKET, Key="best.onnx", Body=ONNX.read_bytes())
    assert sha256(fetched("best.onnx").onnx) == sha256(ONNX)
    with pytest.raises(ModelError, match="no such key"):
        fetched("gone.onnx")


def test_nothing_but_the_names_that_others_use_is_public() -> None:
    assert set(model_store.__all__) == {"SHIPPED", "Weights", "resolve"}
