"""The AWS Lambda Runtime Interface Emulator around the real runtime client, without a container.

It is a program of AWS's that comes inside the wheel of the SAM CLI.
"""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from lambda_app.events.make import warm_up

ROOT = Path(__file__).resolve().parents[2]
SAM_CLI = "aws-sam-cli==1.170.0"
INVOKE = "/2015-03-31/functions/function/invocations"
RUNTIME = (sys.executable, "-m", "awslambdaric", "lambda_app.handler.handler")
HERE = {"x86_64": "x86_64", "aarch64": "arm64"}


class NoEmulator(RuntimeError):
    """It can't be had on this machine; the message says why."""


def program() -> Path:
    """The emulator, fetched once into this Python's folder for programs.

    Raises:
        NoEmulator: it can't be fetched.
    """
    path = Path(sys.prefix) / "bin" / "aws-lambda-rie"
    if path.exists():
        return path
    if sys.platform != "linux" or platform.machine() not in HERE:
        raise NoEmulator(f"there is no Lambda emulator for {sys.platform} on {platform.machine()}")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", folder]
        ended = subprocess.run([*command, SAM_CLI], capture_output=True, text=True)
        if ended.returncode:
            raise NoEmulator(f"{SAM_CLI} can't be downloaded: {ended.stderr.strip()[-200:]}")
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            content = wheel.read(f"samcli/local/rapid/aws-lambda-rie-{HERE[platform.machine()]}")
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(content)
    temporary.chmod(0o755)
    temporary.replace(path)
    return path


class Emulator:
    """One execution environment.

    Args:
        url: where it takes events.
        log: the file with all that the function and the emulator write.
        pid: of the emulator, whose child the function is; None where it runs in a container.
    """

    def __init__(self, url: str, log: Path, pid: int | None = None):
        self.url = url
        self.pid = pid
        self._log = log

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The function's answer to an event; {"error": …} when it gives none."""
        answer = httpx.post(self.url, content=json.dumps(event), timeout=120)
        try:
            return answer.json()
        except ValueError:  # "Task timed out after 4.00 seconds"
            return {"error": answer.text}

    def warm(self) -> None:
        """Have it start. On a busy machine that may take longer than it may; the emulator then starts again.

        Raises:
            AssertionError: it does not start.
        """
        for _ in range(5):
            if self.invoke(warm_up()) == {"status": "warm"}:
                return
        raise AssertionError(self.log)

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def lines(self, message: str) -> list[dict[str, Any]]:
        """The lines of the function's JSON log whose message begins so."""
        found = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return [line for line in found if line.get("message", "").startswith(message)]

    @property
    def init_seconds(self) -> float:
        """Duration of the init phase, as the emulator reports it."""
        found = re.search(r"INIT REPORT\(durationMs: ([\d.]+)\)", self.log)
        assert found, self.log
        return float(found[1]) / 1000


@contextmanager
def emulated(
    environment: Mapping[str, str] = {}, runtime: Sequence[str] = RUNTIME, prefix: Sequence[str] = ()
) -> Iterator[Emulator]:
    """An execution environment for as long as the block lasts.

    Args:
        environment: what differs from this process's.
        runtime: the program that asks for events.
        prefix: what to start the emulator with, e.g. `nice`.

    Raises:
        NoEmulator: see `program`.
    """
    port, api = free_ports(2)
    addresses = [
        "--runtime-interface-emulator-address",
        f"127.0.0.1:{port}",
        "--runtime-api-address",
        f"127.0.0.1:{api}",
    ]
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        process = subprocess.Popen(
            [*prefix, str(program()), *addresses, *runtime],
            cwd=ROOT,
            env={**os.environ, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3538", "XDG_CACHE_HOME": folder, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for(port, process)
            yield Emulator(f"http://127.0.0.1:{port}{INVOKE}", Path(folder) / "log", process.pid)
        finally:
            # The function's process is in a group of its own and would outlive the emulator.
            for child in _children(process.pid):
                os.kill(child, signal.SIGKILL)
            process.kill()
            process.wait()


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def free_ports(count: int) -> list[int]:
    """Ports of this machine on which nobody listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def _wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the emulator ended with status {process.returncode}")
        time.sleep(0.05)
    raise RuntimeError("the emulator takes no connections")
