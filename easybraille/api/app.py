"""Builds the application: routes, error handlers and limits around one service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
from fastapi import Depends, FastAPI

from .. import __version__, preflight
from ..jobs.setup import ServedJobs
from ..reader import Reader
from ..settings import Settings, from_environment
from ..startup import make_reader
from .admission import Admission
from .auth import make_keyring, needs
from .lifecycle import Service
from .middleware import add_middleware
from .openapi import describe
from .parameters import refuse_unknown
from .problems import add_error_handlers
from .reception import Bodies, Reception
from .routes import convert, docs, health, jobs, languages, objects, page, preview, read, translate


def create_app(
    settings: Settings | None = None,
    reader: Reader | None = None,
    local_jobs: bool = True,
    load: Callable[[], Reader] | None = None,
) -> FastAPI:
    """Build the application.

    Args:
        settings: by default those of the environment.
        reader: a warm reader; by default one is loaded in the background after the server has started, and `/ready`
            reports when it can be used.
        local_jobs: whether bulk jobs may be kept in a folder of this machine where no bucket is configured.
        load: makes the reader, instead of `make_reader`.
    """
    settings = settings or from_environment()
    make = load or (lambda: make_reader(settings))

    def start() -> Reader:
        preflight.check(settings)
        return make()

    # If a worker exited, its queue daemon would go on sending messages, and these would become dead letters.
    service = Service(start, reader, keep_trying=settings.role == "worker")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = None if service.state == "ready" else asyncio.create_task(anyio.to_thread.run_sync(service.start))
        await anyio.to_thread.run_sync(app.state.jobs.resume)
        yield
        service.drain()
        await anyio.to_thread.run_sync(app.state.jobs.close)
        if loading is not None:
            await loading

    app = FastAPI(
        title="EasyBraille",
        version=__version__,
        summary="Photographs of Braille pages become text.",
        lifespan=lifespan,
        root_path=settings.root_path,
        docs_url=None,
        redoc_url=None,
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    )
    app.state.settings = settings
    app.state.service = service
    app.state.keyring = make_keyring(settings)
    app.state.jobs = ServedJobs(settings, lambda: service.reader, local_jobs)
    app.state.bodies = Bodies(settings.max_held_bytes)
    app.state.admission = Admission(settings.readers, settings.queue, app.state.bodies, settings.queue_seconds)
    app.add_middleware(Reception, bodies=app.state.bodies)
    add_middleware(app, settings)
    add_error_handlers(app)
    for routes in (read, convert, preview, translate):
        app.include_router(routes.router, dependencies=[*needs("read", settings), Depends(refuse_unknown)])
    app.include_router(jobs.router, dependencies=[*needs("jobs", settings), Depends(refuse_unknown)])
    for routes in (languages, health, page, docs, objects):
        app.include_router(routes.router)
    if settings.role == "worker":
        from .routes import worker

        app.state.pages = anyio.CapacityLimiter(settings.readers)
        app.include_router(worker.router)
    describe(app)
    return app
