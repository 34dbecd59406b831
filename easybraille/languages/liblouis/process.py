"""The worker process that runs liblouis: started when needed, killed when too slow, started again."""

from __future__ import annotations

import contextlib
import ctypes.util
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

_WORKER = Path(__file__).with_name("worker.py")
_SECONDS = 10.0
# One worker compiles each table once; it is renewed now and then, whatever it leaks.
_REQUESTS = 20_000


class LouisError(RuntimeError):
    """liblouis crashed, hung or refused."""


def find_library() -> str | None:
    """The liblouis of this machine: EASYBRAILLE_LIBLOUIS, or where the system has it."""
    if path := os.environ.get("EASYBRAILLE_LIBLOUIS"):
        return path if Path(path).is_file() else None
    return ctypes.util.find_library("louis")


class LouisProcess:
    """One worker at a time, shared by all threads of this process."""

    def __init__(self, library: str, seconds: float = _SECONDS) -> None:
        self._library, self._seconds = library, seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answered = 0
        self._pid = os.getpid()

    def ask(self, **request: object) -> dict:
        """The worker's answer. Raises LouisError; the next call starts a fresh worker."""
        with self._lock:
            process = self._running()
            # The timer kills the worker, which ends a blocked write or read with an error or an empty line.
            timer = threading.Timer(self._seconds, process.kill)
            timer.daemon = True
            timer.start()
            try:
                assert process.stdin and process.stdout
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = ""
            finally:
                timer.cancel()
            if not line.endswith("\n"):
                self._stop()
                raise LouisError("liblouis crashed or took too long")
            self._answered += 1
            if self._answered >= _REQUESTS:
                self._stop()
        answer = json.loads(line)
        if "error" in answer:
            raise LouisError(answer["error"])
        return answer

    def close(self) -> None:
        """Ends the worker."""
        with self._lock:
            self._stop()

    def _running(self) -> subprocess.Popen[str]:
        if self._pid != os.getpid():
            # Forked: the worker and its pipes belong to the parent.
            self._process, self._pid = None, os.getpid()
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_WORKER), self._library],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
            self._answered = 0
        return self._process

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe and pipe.close()
        self._process = None
