"""The heavy service as it runs in production: gunicorn and its workers, as processes on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import ROOT
from tests.lambda_app.emulator import free_ports
from tests.waiting import until


@dataclass
class Served:
    """A running service: gunicorn's process, its address, its log."""

    process: subprocess.Popen
    url: str
    log: Path

    def workers(self) -> list[int]:
        """Process ids of its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def memory(self) -> int:
        """Bytes that its processes hold, each its own (USS): what the workers share is counted for none."""
        pids = [self.process.pid, *self.workers()]
        lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
        return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))

    def status(self) -> str:
        """What /ready says; "away" where nobody answers."""
        try:
            return httpx.get(f"{self.url}/ready", timeout=5).json()["status"]
        except httpx.TransportError:
            return "away"

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Wait for /ready."""

        def ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return self.status() == "ready"

        until(ready, seconds, self.log.read_text)

    def metric(self, line: str) -> float:
        """The value of a metric, 0 where there is none yet."""
        for found in httpx.get(f"{self.url}/metrics", timeout=30).text.splitlines():
            if found.startswith(line + " "):
                return float(found.rsplit(" ", 1)[1])
        return 0.0

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of its processes."""
        os.killpg(self.process.pid, number)


@contextmanager
def served(folder: Path = ROOT, **environment: str) -> Iterator[Served]:
    """The service with these settings; ended afterwards if it is still there.

    Args:
        folder: where its code and its weights are.
    """
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory() as own:
        log = Path(own) / "log"
        usual = {"EASYBRAILLE_HOST": "127.0.0.1", "PORT": str(port), "EASYBRAILLE_JOBS_FOLDER": f"{own}/jobs"}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "gpu_service"],
                cwd=folder,
                env={**os.environ, **usual, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        service = Served(process, f"http://127.0.0.1:{port}", log)
        try:
            yield service
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(90)
                except subprocess.TimeoutExpired:
                    service.signal(signal.SIGKILL)
                    process.wait()
