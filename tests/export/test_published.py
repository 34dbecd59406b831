"""Publish, list, roll back: against S3 over HTTP, with its faults."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from easybraille.errors import ModelError
from easybraille.model_store import SHIPPED, resolve
from easybraille.recognition.model import Proof, read_manifest, sha256
from easybraille.settings import from_environment
from export.__main__ import main
from export.published import Published

from ..conftest import ROOT
from ..faulty_s3 import FaultyS3, faulty_s3

URL = "s3://weights/models"


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyS3]:
    with faulty_s3() as server:
        yield server


@pytest.fixture
def s3(server: FaultyS3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FaultyS3]:
    """An empty bucket, and credentials of nobody."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": server.url,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("easybraille.model_store.s3.FIRST_WAIT", 0.01)
    client = boto3.client("s3")
    client.create_bucket(Bucket="weights", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield server
    bucket = boto3.resource("s3").Bucket("weights")
    bucket.objects.delete()
    bucket.delete()


def weights(folder: Path, version: str, extra: bytes = b"", proved: bool = True) -> Path:
    """A folder with weights of that version; `extra` makes the ONNX file another one."""
    folder.mkdir(parents=True)
    for name in ("best.pt", "best.onnx"):
        shutil.copy(SHIPPED.with_name(name), folder)
    with (folder / "best.onnx").open("ab") as onnx:
        onnx.write(extra)
    manifest = read_manifest(SHIPPED)
    manifest.version = version
    manifest.files["onnx"].sha256 = sha256(folder / "best.onnx")
    manifest.proof = Proof(pictures=1, cells=100, differing=0) if proved else None
    (folder / "manifest.json").write_text(manifest.model_dump_json())
    return folder


def publish(folder: Path, version: str, **kwargs) -> None:
    Published(URL).publish(weights(folder / version, version, **kwargs))


def latest() -> dict:
    return json.loads(boto3.client("s3").get_object(Bucket="weights", Key="models/latest.json")["Body"].read())


def served(url: str = f"{URL}/latest.json", **environment: str) -> str:
    """The version that a service which starts now takes."""
    return resolve(from_environment({"MODEL_S3_PATH": url, **environment}), ("onnx", "torch")).manifest.version


def test_published_weights_are_whole_and_the_alias_names_them(s3: FaultyS3, tmp_path: Path) -> None:
    publish(tmp_path, "1.0.0")
    client = boto3.client("s3")
    for name in ("best.pt", "best.onnx", "manifest.json"):
        there = client.get_object(Bucket="weights", Key=f"models/1.0.0/{name}")["Body"].read()
        assert there == (tmp_path / "1.0.0" / name).read_bytes()
    manifest = (tmp_path / "1.0.0" / "manifest.json").read_bytes()
    assert latest() == {"version": "1.0.0", "sha256": hashlib.sha256(manifest).hexdigest(), "before": []}


def test_a_service_takes_a_pinned_version_or_the_alias(s3: FaultyS3, tmp_path: Path) -> None:
    publish(tmp_path, "1.0.0")
    publish(tmp_path, "1.1.0", extra=b"\x72\x00")
    assert served() == "1.1.0"
    assert served(MODEL_PATH=str(tmp_path / "here" / "manifest.json")) == "1.1.0"
    assert served(f"{URL}/1.0.0/manifest.json") == "1.0.0"


def test_a_service_that_starts_after_a_rollback_takes_the_version_before(s3: FaultyS3, tmp_path: Path) -> None:
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        publish(tmp_path, version)
    target = {"MODEL_PATH": str(tmp_path / "here" / "manifest.json")}
    assert served(**target) == "1.2.0"
    Published(URL).rollback()
    assert served(**target) == "1.1.0"
    Published(URL).rollback()
    assert served(**target) == "1.0.0"
    with pytest.raises(ModelError, match="names no version before"):
        Published(URL).rollback()
    Published(URL).rollback("1.2.0")
    assert latest()["version"] == "1.2.0" and latest()["before"] == ["1.0.0"]


def test_a_rollback_to_what_is_not_there_moves_nothing(s3: FaultyS3, tmp_path: Path) -> None:
    publish(tmp_path, "1.0.0")
    with pytest.raises(ModelError, match=r"s3://weights/models/0\.9 is not published"):
        Published(URL).rollback("0.9")
    assert latest()["version"] == "1.0.0"


def test_a_manifest_that_was_changed_since_does_not_pass_for_the_version(s3: FaultyS3, tmp_path: Path) -> None:
    publish(tmp_path, "1.0.0")
    other = (tmp_path / "1.0.0" / "manifest.json").read_bytes() + b" "
    boto3.client("s3").put_object(Bucket="weights", Key="models/1.0.0/manifest.json", Body=other)
    with pytest.raises(ModelError, match="wrong checksum"):
        served()


def test_an_alias_that_is_none_stops_the_start(s3: FaultyS3) -> None:
    boto3.client("s3").put_object(Bucket="weights", Key="models/latest.json", Body=b'{"version": "../x"}')
    with pytest.raises(ModelError, match="does not name a version"):
        served()


def test_the_same_weights_can_be_published_again_and_others_under_their_version_cannot(
    s3: FaultyS3, tmp_path: Path
) -> None:
    publish(tmp_path, "1.0.0")
    Published(URL).publish(tmp_path / "1.0.0")
    assert latest()["before"] == []
    with pytest.raises(ModelError, match=r"1\.0\.0/best\.onnx is there already and is another file"):
        publish(tmp_path / "other", "1.0.0", extra=b"\x72\x00")


def test_what_is_not_proved_incomplete_or_damaged_is_not_published(s3: FaultyS3, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="both engines find the same cells"):
        publish(tmp_path, "1.0.0", proved=False)
    incomplete = weights(tmp_path / "incomplete", "1.0.0")
    (incomplete / "best.onnx").unlink()
    with pytest.raises(ModelError, match="must hold the files of both engines"):
        Published(URL).publish(incomplete)
    with pytest.raises(ModelError, match=r"'\.\./1' can't be a folder's name"):
        Published(URL).publish(weights(tmp_path / "elsewhere", "../1"))
    damaged = weights(tmp_path / "damaged", "1.0.0")
    (damaged / "best.pt").write_bytes(b"PK")
    with pytest.raises(ModelError, match="sha256 differs"):
        Published(URL).publish(damaged)
    assert Published(URL).versions() == []


def test_of_two_publishers_that_began_together_one_is_told(s3: FaultyS3, tmp_path: Path, monkeypatch) -> None:
    publish(tmp_path, "1.0.0")
    slow = Published(URL)
    upload = slow._upload

    def overtaken(path: Path, version: str) -> None:
        upload(path, version)
        if path.name == "manifest.json":
            publish(tmp_path, "1.2.0")

    monkeypatch.setattr(slow, "_upload", overtaken)
    with pytest.raises(
        ModelError, match=r"moved .*latest\.json to 1\.2\.0 meanwhile.*rollback s3://weights/models 1\.1\.0 "
    ):
        slow.publish(weights(tmp_path / "1.1.0", "1.1.0"))
    assert latest()["version"] == "1.2.0" and latest()["before"] == ["1.0.0"]
    Published(URL).rollback("1.1.0")
    assert served() == "1.1.0"


def test_many_publishers_at_once_lose_no_move(s3: FaultyS3, tmp_path: Path) -> None:
    folders = [weights(tmp_path / f"1.{i}.0", f"1.{i}.0") for i in range(6)]
    publishers = [Published(URL) for _ in folders]
    moved, told = [], []

    def run(publisher: Published, folder: Path) -> None:
        try:
            moved.append(publisher.publish(folder).version)
        except ModelError as error:
            told.append(str(error))

    threads = [threading.Thread(target=run, args=pair) for pair in zip(publishers, folders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alias = latest()
    assert len(moved) + len(told) == 6 and moved
    assert all("meanwhile" in message for message in told)
    assert {alias["version"], *alias["before"]} == set(moved)
    assert len(Published(URL).versions()) == 6


def test_an_upload_that_breaks_off_is_never_served_and_is_gone_on_with(
    s3: FaultyS3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, "1.0.0")
    folder = weights(tmp_path / "1.1.0", "1.1.0")
    command = [sys.executable, "-m", "export", "publish", URL, "--from", str(folder)]
    with monkeypatch.context() as broken:
        broken.setattr(s3, "chance", 1e-9)  # PUTs meet faults, too
        broken.setattr(s3, "next_fault", lambda path: "silence" if path.endswith("1.1.0/best.pt") else None)
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr and URL in ended.stderr
    assert served() == "1.0.0"
    listed = {one.name: one for one in Published(URL).versions()}
    assert listed["1.1.0"].published is None and listed["1.0.0"].latest
    with pytest.raises(ModelError, match="is not published"):
        Published(URL).rollback("1.1.0")
    assert subprocess.run(command, cwd=ROOT, timeout=120).returncode == 0
    assert served() == "1.1.0"


def test_an_answer_that_gets_lost_does_not_make_its_own_move_a_foreign_one(
    s3: FaultyS3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, "1.0.0")
    # latest.json is read before it is written.
    faults = {"latest.json": [None, "lost"], "best.onnx": ["lost"]}

    def next_fault(path: str) -> str | None:
        left = faults.get(path.rsplit("/", 1)[-1])
        return left.pop(0) if left else None

    monkeypatch.setattr(s3, "chance", 1e-9)
    monkeypatch.setattr(s3, "next_fault", next_fault)
    publish(tmp_path, "1.1.0")
    assert not any(faults.values())
    assert latest()["version"] == "1.1.0"


def test_the_list_shows_versions_and_which_is_the_latest(s3: FaultyS3, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "export", "list", URL + "/"]
    empty = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (empty.returncode, empty.stdout) == (0, "") and "Nothing is published under" in empty.stderr
    publish(tmp_path, "1.0.0")
    publish(tmp_path, "1.1.0")
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60).stdout.splitlines()
    assert len(lines) == 2
    assert [line.split()[0] for line in lines if line.endswith("latest")] == ["1.1.0"]


def test_a_rollback_says_what_the_alias_names_now(
    s3: FaultyS3, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        publish(tmp_path, version)
    assert main(["rollback", URL]) == main(["rollback", URL, "1.0.0"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{URL}/latest.json names {version}." for version in ("1.1.0", "1.0.0")
    ]
    assert main(["rollback", URL, "3.0.0"]) == 1


def test_a_bucket_that_is_not_there_and_an_address_that_is_none_are_named(s3: FaultyS3) -> None:
    for url, cause in (("s3://nowhere/models", "NoSuchBucket"), ("/models", "must be s3://bucket/prefix")):
        command = [sys.executable, "-m", "export", "list", url]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 1 and cause in ended.stderr and "Traceback" not in ended.stderr
