"""Processes that open files which could hang or take gigabytes; one that does is killed, and costs nothing but itself.

A process is started when it is needed and used again afterwards. It has limits of processor time and memory of its own
(see `sandbox_worker`), a lower priority than its parent, and ends when its parent ends. Requests share a budget of
memory, so that files of several requests together take no more than is allowed.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from .. import cancellation, errors
from ..errors import InputError, NotReadyError, TooCostlyError
from ..slots import released
from .budget import Budget
from .decoding import Limits
from .kinds import Kind

# Bytes that opening a file may take in all processes together.
BUDGET = 768_000_000
# Bytes for a file whose header does not tell how much it takes; one that needs more is tried once more with all.
USUAL = 256_000_000
# Longest wait for memory; a page of a usual file is open in a fraction of a second.
_PATIENCE_SECONDS = 10.0
# Longest wait for a process, as a multiple of its limit of processor time, and seconds at least. One that has had this
# share of its processor time by then is too costly; another one was not given enough time by a busy machine.
_WALL_FACTOR, _WALL_LEAST, _COSTLY_SHARE = 2.0, 8.0, 0.05
_IDLE_PROCESSES = 2
# A process that has grown beyond this is replaced, so that its memory is given back.
_RESIDENT = 160_000_000
_REQUESTS = 500
_LONGEST_LINE = 4_000_000
_LARGEST_ANSWER = 400_000_000
_LOOK_SECONDS = 0.25
# Variables that a process needs to find Python and its libraries; no other one is passed on, least of all a secret.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT", "TMPDIR")
_COSTLY = (
    "Opening the file takes more time or memory than is allowed. Send its pages as JPEG pictures, or export it again."
)


class _KilledError(Exception):
    """The process ended before it answered.

    Attributes:
        status: its exit status, negative for a signal; None where it was killed because it took too long.
    """

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a process: its fields, and bytes."""

    fields: dict[str, Any]
    content: bytes | bytearray = b""


@dataclass(slots=True)
class _Process:
    """A running process and the socket to it."""

    process: subprocess.Popen[bytes]
    connection: socket.socket
    requests: int = 0
    spent: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    @classmethod
    def start(cls) -> _Process:
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(os.path.abspath(path) for path in sys.path)  # noqa: PTH100
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "easybraille.imaging.sandbox_worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        return cls(process, ours)

    def ask(self, request: dict[str, Any], file: BinaryIO, ends: float) -> Reply:
        """Send a request and wait for its answer. Raises _KilledError, RequestCancelledError."""
        self.requests += 1
        self.spent = self._seconds()
        try:
            socket.send_fds(self.connection, [json.dumps(request).encode()], [file.fileno()])
            line = self._line(ends)
            fields = json.loads(line)
            size = int(fields["size"])
            if not 0 <= size <= _LARGEST_ANSWER:
                raise ValueError("an answer of an impossible size")
            return Reply(fields, self._content(size, ends))
        except (OSError, ValueError, KeyError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
            raise _KilledError(self.process.poll()) from None

    def _more(self, most: int, ends: float) -> bytes:
        """Wait for bytes, and meanwhile look whether the request was cancelled."""
        while True:
            cancellation.current()
            left = ends - time.monotonic()
            if left <= 0:
                raise _KilledError(None)
            self.connection.settimeout(min(left, _LOOK_SECONDS))
            try:
                got = self.connection.recv(most)
            except TimeoutError:
                continue
            if not got:
                raise OSError("it has ended")
            return got

    def _line(self, ends: float) -> bytes:
        received = bytearray()
        while b"\n" not in received:
            if len(received) > _LONGEST_LINE:
                raise ValueError("an answer without an end")
            received += self._more(65_536, ends)
        line, _, self.received = received.partition(b"\n")
        return bytes(line)

    def _content(self, size: int, ends: float) -> bytearray:
        content = self.received
        while len(content) < size:
            content += self._more(min(size - len(content), 1 << 20), ends)
        return content

    def spent_now(self) -> float:
        """Seconds of processor time of the current request."""
        return self._seconds() - self.spent

    def _seconds(self) -> float:
        """Seconds of processor time of the process so far (proc(5), /proc/pid/stat); 0 where there is no such file."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def worn(self) -> bool:
        """Whether a new process should take its place."""
        return self.requests >= _REQUESTS

    def kill(self) -> None:
        """End the process and close the socket."""
        self.process.kill()
        self.process.wait()
        self.connection.close()


class Sandbox:
    """Sandboxed processes of this process; safe to share between threads.

    Args:
        budget: bytes of memory that all of them together may take.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget = Budget(budget, _PATIENCE_SECONDS)
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._owner = os.getpid()

    def run(
        self, do: str, data: bytes, kind: Kind, limits: Limits, memory: int | None = None, **arguments: Any
    ) -> Reply:
        """Run one operation of `sandbox_worker` on a file.

        While it waits, this thread releases its slot for computing (see `slots`).

        Args:
            do: the operation.
            data: the file.
            kind: of the file.
            limits: of the input.
            memory: bytes that it takes at most; by default `USUAL`, and all of the budget where that is too little.
            arguments: of the operation.

        Raises:
            InputError: the file cannot be opened, also TooCostlyError where that takes too much time or memory.
            NotReadyError: there was no memory or no processor time for it.
            RequestCancelledError: the request was cancelled.
        """
        request = {"do": do, "kind": kind.value, "seconds": limits.seconds, "limits": asdict(limits), **arguments}
        attempts = [USUAL, self._budget.total] if memory is None else [memory]
        left = max(_WALL_LEAST, _WALL_FACTOR * limits.seconds)
        with _file_of(data) as file, released():
            for bytes_allowed in attempts:
                # What the file itself takes in the process comes on top, and out of the same budget.
                allowed = min(bytes_allowed, self._budget.total)
                with self._budget.reserved(allowed + len(data)):
                    begun = time.monotonic()
                    reply = self._attempt({**request, "memory": allowed}, file, begun + left)
                    left -= time.monotonic() - begun
                if reply is not None:
                    return reply
        raise TooCostlyError(_COSTLY)

    def _attempt(self, request: dict[str, Any], file: BinaryIO, ends: float) -> Reply | None:
        """Run an operation in a process until a time; None where its memory was too little."""
        process = self._take()
        keep = False
        try:
            reply = process.ask(request, file, ends)
            keep = int(reply.fields.get("resident", 0)) < _RESIDENT and not process.worn
        except _KilledError as killed:
            if killed.status == -signal.SIGXCPU:
                raise TooCostlyError(_COSTLY) from None
            if killed.status is None and process.spent_now() >= _COSTLY_SHARE * request["seconds"]:
                raise TooCostlyError(_COSTLY) from None
            if killed.status is None:
                raise NotReadyError("The service has too little time to open the file. Try again later.") from None
            # PDFium ends its process where it gets no memory.
            return None
        finally:
            self._give_back(process, keep)
        return _judged(reply)

    def _take(self) -> _Process:
        with self._lock:
            if self._owner != os.getpid():
                # Forked: the processes belong to the parent.
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                process = self._idle.pop()
                if process.process.poll() is None:
                    return process
                process.kill()
        try:
            return _Process.start()
        except OSError as error:
            raise NotReadyError("The service cannot open files just now. Try again later.") from error

    def _give_back(self, process: _Process, keep: bool) -> None:
        with self._lock:
            keep = keep and len(self._idle) < _IDLE_PROCESSES
            if keep:
                self._idle.append(process)
        if not keep:
            process.kill()

    def close(self) -> None:
        """End the processes that wait for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._owner == os.getpid():
            for process in idle:
                process.kill()


def _judged(reply: Reply) -> Reply | None:
    """Return the reply, None for one that reports too little memory; raise the error that it reports."""
    name = reply.fields.get("error")
    if name is None:
        return reply
    if name == "MemoryError":
        return None
    kind = getattr(errors, str(name), InputError)
    if not (isinstance(kind, type) and issubclass(kind, InputError)):
        kind = InputError
    raise kind(str(reply.fields.get("message", "")))


def _file_of(data: bytes) -> BinaryIO:
    """Return an open file of this content, in memory where the system can do so."""
    if hasattr(os, "memfd_create"):
        file: BinaryIO = os.fdopen(os.memfd_create("input"), "w+b", buffering=0)
    else:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  the caller closes it
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
    return file


shared = Sandbox()
atexit.register(shared.close)
