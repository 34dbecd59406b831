"""What is installed is pinned by version and, without PyTorch, by the hashes that PyPI lists; and it can be audited."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy import audit, hashes
from tests.conftest import ROOT

PIN = re.compile(r"^([\w.-]+)==", re.MULTILINE)
HASHED = ("run", "lambda", "serve")


@pytest.fixture
def index(monkeypatch) -> Iterator[dict[str, str]]:
    """An index of packages on loopback; its files by name, each with its SHA-256."""
    files: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listed = [{"filename": name, "hashes": {"sha256": digest}} for name, digest in files.items()]
            body = json.dumps({"files": listed}).encode()
            self.send_response(200 if self.path == "/simple/some-thing/" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setattr(hashes, "INDEX", f"http://127.0.0.1:{server.server_port}/simple/")
    yield files
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", HASHED)
def test_every_pin_of_a_service_has_hashes(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert len(PIN.findall(text)) > 15
    for line in text.splitlines():
        assert not PIN.match(line) or line.endswith(" \\"), line
    assert not re.search(r"^torch(vision)?==", text, re.MULTILINE)


def test_images_and_make_run_install_nothing_without_its_hash():
    assert "--require-hashes --only-binary :all: --prefix /install -r lambda.txt" in (
        ROOT / "Dockerfile.lambda"
    ).read_text("utf-8")
    assert "onnx) set -- --require-hashes -r serve.txt" in (ROOT / "Dockerfile.ec2").read_text("utf-8")
    assert "--require-hashes -r requirements/run.txt" in (ROOT / "Makefile").read_text("utf-8")


def test_hashes_are_those_of_the_release_for_supported_pythons_and_take_the_place_of_others(index):
    index |= {
        "some_thing-1.2-py3-none-any.whl": "a" * 64,
        "some_thing-1.2-cp312-cp312-win_amd64.whl": "b" * 64,
        "some_thing-1.2-cp38-abi3-manylinux2014_x86_64.whl": "c" * 64,
        "some_thing-1.2.tar.gz": "d" * 64,
        "some_thing-1.2-cp39-cp39-win_amd64.whl": "0" * 64,
        "some_thing-1.2.1-py3-none-any.whl": "1" * 64,
        "some_thing-1.2.1.tar.gz": "2" * 64,
    }
    wanted = "Some.Thing==1.2" + "".join(f" \\\n    --hash=sha256:{letter * 64}" for letter in "abcd")
    text = f"# pins\n{wanted}\n    # via other\n"
    assert hashes.with_hashes("# pins\nSome.Thing==1.2\n    # via other\n") == text
    assert hashes.with_hashes(text.replace("a" * 64, "9" * 64)) == text


def test_a_release_that_is_nowhere_is_an_error(index):
    with pytest.raises(LookupError, match=r"some-thing.*1\.2"):
        hashes.hashes_of("some-thing", "1.2")


def test_pip_refuses_a_file_that_was_exchanged(tmp_path: Path):
    wheel = tmp_path / "some_thing-1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        info = "some_thing-1.2.dist-info/"
        packed.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: some-thing\nVersion: 1.2\n")
        packed.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(info + "RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    command = [sys.executable, "-m", "pip", "download", "--no-index", "--no-deps", "--require-hashes"]
    for found, status in ((digest, 0), ("0" * 64, 1)):
        (tmp_path / "pins.txt").write_text(f"some-thing==1.2 \\\n    --hash=sha256:{found}\n")
        options = ["--find-links", str(tmp_path), "--dest", str(tmp_path / "out"), "-r", str(tmp_path / "pins.txt")]
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == status, done.stderr
        assert ("DO NOT MATCH THE HASHES" in done.stderr) == (status == 1)


def test_an_audit_without_advisories_fails_and_says_that_nothing_was_audited(capsys):
    assert audit.main("http://127.0.0.1:9/pypi/pip/json") == 1
    assert "Nothing was audited: http://127.0.0.1:9" in capsys.readouterr().err
