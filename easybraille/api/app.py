"""create_app(): routes, errors and limits around one service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio
from fastapi import FastAPI

from .. import __version__, preflight
from ..jobs.setup import ServedJobs
from ..reader import Reader
from ..settings import Settings, from_environment
from ..startup import make_reader
from .admission import Admission
from .auth import make_keyring, needs
from .lifecycle import Service
from .problems import add_error_handlers
from .routes import health, jobs, languages, objects, page, read, translate


def create_app(
    settings: Settings | None = None,
    reader: Reader | None = None,
    local_jobs: bool = True,
    load: Callable[[], Reader] | None = None,
) -> FastAPI:
    """The application.

    Args:
        settings: those of the environment when None.
        reader: a warm one; when None, one is made in the background after the server has started, and `/ready` says
            when it is there.
        local_jobs: whether bulk jobs may live in a folder of this machine where there is no bucket.
        load: makes the reader in another way than `make_reader`.
    """
    settings = settings or from_environment()
    make = load or (lambda: make_reader(settings))

    def start() -> Reader:
        preflight.check(settings)
        return make()

    # A worker that ended would leave its queue daemon alone, which makes dead letters of messages that nobody answers.
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
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    )
    app.state.settings = settings
    app.state.service = service
    app.state.keyring = make_keyring(settings)
    app.state.jobs = ServedJobs(settings, lambda: service.reader, local_jobs)
    app.state.admission = Admission(settings.readers, settings.queue)
    add_error_handlers(app)
    for routes in (read, translate):
        app.include_router(routes.router, dependencies=needs("read", settings))
    app.include_router(jobs.router, dependencies=needs("jobs", settings))
    for routes in (languages, health, page, objects):
        app.include_router(routes.router)
    if settings.role == "worker":
        from .routes import worker

        app.state.pages = anyio.CapacityLimiter(settings.readers)
        app.include_router(worker.router)
    return app
