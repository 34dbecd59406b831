"""Lists GPUs without CUDA, which must not be initialised before the workers are forked."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import count
from pathlib import Path

VISIBLE = "CUDA_VISIBLE_DEVICES"


def visible(devices: Path = Path("/dev")) -> list[str]:
    """Names of the GPUs that a process may use: those of CUDA_VISIBLE_DEVICES, else all of NVIDIA's driver."""
    listed = os.environ.get(VISIBLE)
    if listed is not None:
        return [name for name in listed.split(",") if name not in ("", "-1")]
    return sorted((m[1] for file in devices.iterdir() if (m := re.fullmatch(r"nvidia(\d+)", file.name))), key=int)


def free_place(taken: Iterable[int | None]) -> int:
    """The smallest number, from 0, that no worker has."""
    places = set(taken)
    return next(place for place in count() if place not in places)


def show_only(place: int) -> None:
    """Make one GPU visible to this process: the GPUs are assigned to workers in turn."""
    names = visible()
    if names:
        os.environ[VISIBLE] = names[place % len(names)]
