"""The sandboxed process: opens one file after the other within limits of memory and processor time.

It is started by `sandbox` and knows nothing but the files that it is given: no settings, no keys, no network client.

    request   one line of JSON, with a file descriptor of the input attached
              {"do": "gray", "kind": "PDF", "memory": bytes, "seconds": 5, "limits": {…}, …arguments}
    answer    one line of JSON, then `size` bytes
              {"size": 123, "resident": bytes, "seconds": 0.2, …}  or  {"error": class, "message": …}
"""

from __future__ import annotations

import json
import math
import os
import resource
import socket
import sys
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from ..errors import InputError
from . import decoding
from .kinds import Kind

# Other work of the machine comes first: pages that are cheap to open are not slowed by those that are not.
_NICENESS = 3
_LONGEST_LINE = 65_536
# Of the memory limit, what the interpreter needs to report that it was reached.
_SPARE_BYTES = 16_000_000
_PAGE_BYTES = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an operation returns: fields of the answer, and bytes."""

    fields: dict[str, Any] = field(default_factory=dict)
    content: bytes = b""


def _image(decoded: decoding.Decoded) -> _Answer:
    image = decoded.image
    fields = {"mode": image.mode, "image": image.size, "width": decoded.width, "height": decoded.height}
    return _Answer(fields, image.tobytes())


def _do(request: dict[str, Any], data: bytes) -> _Answer:
    kind, limits = Kind(request["kind"]), decoding.Limits(**request["limits"])
    match request["do"]:
        case "count":
            return _Answer({"pages": decoding.count(data, kind, limits.pages)})
        case "sizes":
            return _Answer({"sizes": decoding.sizes(data, kind, limits.pages)})
        case "gray":
            return _image(decoding.gray(data, kind, request["number"], limits))
        case "colour":
            return _image(decoding.colour(data, kind, request["number"], limits, request["longest"]))
        case "alone":
            return _Answer(content=decoding.pdf_page_alone(data, request["number"]))
    raise ValueError("an unknown operation")


def _limit(seconds: int, memory: int) -> None:
    """Limit what the next operation may take, in addition to what this process has taken so far."""
    # Beyond this limit the system ends the process.
    _set_limit(resource.RLIMIT_CPU, math.ceil(_seconds()) + seconds)
    _set_limit(resource.RLIMIT_AS, _memory()[0] + memory + _SPARE_BYTES)


def _seconds() -> float:
    """Return the processor time that this process has taken."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def _set_limit(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _memory() -> tuple[int, int]:
    """Return the bytes of address space and of memory that this process has."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  pathlib would be imported for it
            size, resident = file.read().split()[:2]
    except OSError:  # not Linux, where address space can hardly be limited either
        return 1 << 40, 0
    return int(size) * _PAGE_BYTES, int(resident) * _PAGE_BYTES


def _answer(request: dict[str, Any], descriptor: int) -> _Answer:
    with os.fdopen(descriptor, "rb") as file:
        file.seek(0)
        data = file.read()
    try:
        _limit(request["seconds"], request["memory"])
        return _do(request, data)
    except InputError as error:
        return _Answer({"error": type(error).__name__, "message": str(error)})
    except MemoryError:
        return _Answer({"error": "MemoryError", "message": ""})


def main(descriptor: int) -> None:
    """Answer requests on a socket until it is closed."""
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    Image.MAX_IMAGE_PIXELS = None  # the limits of the request count instead, and this process has its own memory limit
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection = socket.socket(fileno=descriptor)
    while True:
        line, descriptors, _, _ = socket.recv_fds(connection, _LONGEST_LINE, 1)
        if not line or not descriptors:
            return
        before = _seconds()
        answer = _answer(json.loads(line), descriptors[0])
        taken = {"resident": _memory()[1], "seconds": _seconds() - before}
        fields = {"size": len(answer.content), **taken, **answer.fields}
        connection.sendall(json.dumps(fields).encode() + b"\n")
        connection.sendall(answer.content)


if __name__ == "__main__":
    main(int(sys.argv[1]))
