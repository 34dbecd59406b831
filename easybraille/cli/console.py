"""What is said beside the results, on standard error: messages, and progress where a person watches."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm

_RED, _PLAIN = "\033[1;31m", "\033[0m"


def error(message: object, about: object = "easybraille") -> None:
    """Say what is wrong, in red on a terminal unless NO_COLOR is set."""
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    name = f"{_RED}{about}:{_PLAIN}" if colour else f"{about}:"
    tqdm.write(f"{name} {message}", file=sys.stderr)


def note(message: str) -> None:
    """Say something that is no error."""
    tqdm.write(message, file=sys.stderr)


@contextmanager
def progress(total: int, unit: str, quiet: bool) -> Iterator[tqdm[NoReturn]]:
    """A bar for several things on a terminal; nothing elsewhere."""
    hidden = quiet or total < 2 or not sys.stderr.isatty()
    with tqdm(total=total, unit=unit, disable=hidden, file=sys.stderr, dynamic_ncols=True) as bar:
        yield bar
