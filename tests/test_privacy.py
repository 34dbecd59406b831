"""No entry looks up a name, connects to another machine or leaves a file in the user's home."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT
from tests.lambda_app.emulator import free_ports

LETTER = EXAMPLES / "carta.jpg"
# Starts the server of a module, reads one page over HTTP and stops it.
SERVE = """
import os, signal, subprocess, sys, time, urllib.request
port = os.environ["PORT"]
server = subprocess.Popen([sys.executable, "-m", *{module!r}], start_new_session=True)
url = "http://127.0.0.1:" + port
for _ in range(300):
    time.sleep(0.2)
    try:
        urllib.request.urlopen(url + "/ready").read()
        break
    except OSError:
        continue
request = urllib.request.Request(url + "/v1/read", open({letter!r}, "rb").read(), {{"Content-Type": "image/jpeg"}})
answer = urllib.request.urlopen(request).read()
server.send_signal(signal.SIGTERM)
server.wait()
assert b"Querida" in answer
"""
LAMBDA = """
import base64, types
from lambda_app.handler import handler
event = {{
    "version": "2.0", "rawPath": "/v1/read", "rawQueryString": "", "isBase64Encoded": True,
    "headers": {{"content-type": "image/jpeg", "host": "localhost"}},
    "requestContext": {{"stage": "$default", "http": {{"method": "POST", "path": "/v1/read", "sourceIp": "::1"}}}},
    "body": base64.b64encode(open({letter!r}, "rb").read()).decode(),
}}
context = types.SimpleNamespace(
    aws_request_id="1", get_remaining_time_in_millis=lambda: 60000, function_name="f", memory_limit_in_mb=3008,
    invoked_function_arn="arn:aws:lambda:eu-west-1:1:function:f", function_version="1",
)
assert "Querida" in handler(event, context)["body"]
"""
PROGRAM = """
from pathlib import Path
from easybraille.settings import from_environment
from easybraille.startup import make_reader
assert "Querida" in make_reader(from_environment()).read(Path({letter!r}).read_bytes()).text
"""
ENTRIES = {
    "command line": ["-m", "easybraille", "read", str(LETTER)],
    "serve": ["-c", SERVE.format(module=["easybraille", "serve"], letter=str(LETTER))],
    "gunicorn": ["-c", SERVE.format(module=["gpu_service"], letter=str(LETTER))],
    "lambda": ["-c", LAMBDA.format(letter=str(LETTER))],
    "program": ["-c", PROGRAM.format(letter=str(LETTER))],
    "training": ["-c", "import training.train"],
    "export": ["-c", "import export.build, ultralytics, onnxruntime; onnxruntime.SessionOptions()"],
}
# An address of a call that strace shows: sin_addr=inet_addr("8.8.8.8"), inet_pton(AF_INET6, "2606:4700::1111", …
ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
LOOPBACK = ("127.", "::1", "0.0.0.0", "::")


def run(entry: str, home: Path, port: int, prefix: list[str]) -> None:
    if entry in ("gunicorn", "training", "export"):
        pytest.importorskip("torch", reason="PyTorch is not installed")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ORT_", "YOLO_", "AWS_"))}
    environment |= {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
        "EASYBRAILLE_HOST": "127.0.0.1",
        "EASYBRAILLE_JOBS_FOLDER": str(home.parent / "jobs"),
        "MPLCONFIGDIR": str(home.parent / "matplotlib"),
        "YOLO_CONFIG_DIR": str(home.parent / "ultralytics"),
    }
    command = [*prefix, sys.executable, *ENTRIES[entry]]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("entry", ENTRIES)
def test_nothing_phones_home_and_no_file_is_left_in_the_home_folder(entry, tmp_path):
    home, log = tmp_path / "home", tmp_path / "calls"
    home.mkdir()
    # Without strace the device identifier and the database in the home folder still give telemetry away.
    strace = shutil.which("strace")
    prefix = [strace, "-f", "-qq", "-o", str(log), "-e", "trace=connect,sendto,sendmsg,sendmmsg"] if strace else []
    run(entry, home, free_ports(1)[0], prefix)
    assert [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()] == []
    if strace:
        called = {a or b for a, b in ADDRESS.findall(log.read_text(errors="replace"))}
        assert {address for address in called if not address.startswith(LOOPBACK)} == set()
