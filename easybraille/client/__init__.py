"""The API for programs (`Client`, `AsyncClient`), and the client of `/v1/jobs` behind `easybraille bulk`.

It keeps no state. The job's Idempotency-Key is derived from the folder's content and the options, so that the same
command finds its own job again, asks which files are missing, and continues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import ApiError, AsyncClient, Client

__all__ = ["ApiError", "AsyncClient", "Client"]


def __getattr__(name: str) -> object:
    """The public names, imported when they are used: the command line needs none of them to read a page."""
    if name not in __all__:
        raise AttributeError(name)
    from . import api

    return getattr(api, name)
