"""A cold start is mostly imports; this way they cost about a fifth less."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_imports() -> Iterator[None]:
    """Imports inside, and what they make, are quick to make and are not looked through for garbage afterwards.

    Imports make many objects and no garbage, so collecting it waits. And FastAPI describes OpenAPI by some forty
    pydantic models that only /docs needs: they are built when it is first asked for.
    """
    gc.disable()
    try:
        _import_fastapi()
        yield
    finally:
        gc.freeze()
        gc.enable()


def _import_fastapi() -> None:
    try:
        # pydantic has no public default for this; without it the models are built at once, as usual.
        from pydantic._internal._config import config_defaults
    except ImportError:
        return
    usual = config_defaults.get("defer_build", False)
    config_defaults["defer_build"] = True
    try:
        import fastapi  # noqa: F401
    finally:
        config_defaults["defer_build"] = usual
