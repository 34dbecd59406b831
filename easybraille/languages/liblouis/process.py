"""A native liblouis in a worker process, which is started when needed and killed when a request takes too long.

It serves where EASYBRAILLE_LIBLOUIS names a library, for example one that is newer than the bundled one.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .engine import LouisError, Translation

_WORKER = Path(__file__).with_name("worker.py")
_SECONDS = 10.0
# A worker compiles each table once; it is replaced from time to time to bound leaks.
_REQUESTS = 20_000


class LouisProcess:
    """One worker, shared by all threads of this process.

    Args:
        library: path of the shared library.
        seconds: longest time of one request.
    """

    def __init__(self, library: str, seconds: float = _SECONDS) -> None:
        self._library, self.seconds = library, seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answered = 0
        self._pid = os.getpid()

    def version(self) -> tuple[int, ...]:
        """See Engine."""
        return tuple(int(part) for part in re.findall(r"\d+", self._ask(version=True)["version"]))

    def check(self, tables: str) -> bool:
        """See Engine."""
        return bool(self._ask(check=tables)["compiles"])

    def translate(
        self, tables: str, lines: Sequence[str], back: bool, drop_undefined: bool = False
    ) -> list[Translation]:
        """See Engine."""
        answer = self._ask(tables=tables, lines=list(lines), back=back, drop_undefined=drop_undefined)
        return [Translation(*line) for line in answer["lines"]]

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._stop()

    def _ask(self, **request: object) -> dict[str, Any]:
        """The worker's answer. Raises LouisError; the next call starts a new worker."""
        with self._lock:
            process = self._running()
            # The timer kills the worker, which ends a blocked write or read with an error or an empty line.
            timer = threading.Timer(self.seconds, process.kill)
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
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise LouisError(answer["error"])
        return answer

    def _running(self) -> subprocess.Popen[str]:
        if self._pid != os.getpid():
            # After a fork the worker and its pipes belong to the parent.
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
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process = None
