"""Makes imports faster: a cold start consists mostly of them, and this saves about a fifth."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace


@contextmanager
def quick_imports() -> Iterator[None]:
    """Imports inside run without garbage collection, and later collections skip the objects that they make.

    Imports make many objects and no garbage. FastAPI describes OpenAPI by some forty pydantic models that only /docs
    needs: they are built at the first request for it.
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
        # pydantic has no public default for this; without it the models are built immediately, as usual.
        import pydantic
        from pydantic._internal._config import config_defaults
    except ImportError:
        return
    usual = config_defaults.get("defer_build", False)
    config_defaults["defer_build"] = True
    try:
        import fastapi  # noqa: F401
    finally:
        config_defaults["defer_build"] = usual
    # FastAPI refuses models of pydantic 1, and would import all of that to recognise one. There are none here.
    pydantic.v1 = SimpleNamespace(BaseModel=type("BaseModel", (), {}))  # type: ignore[assignment]
