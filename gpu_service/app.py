"""The application for a machine that does much: the same one, on the best engine that there is."""

from __future__ import annotations

import logging

from fastapi import FastAPI

from easybraille import api
from easybraille.settings import from_environment


def create_app() -> FastAPI:
    """The application with the settings of the environment; loads its weights once it runs."""
    settings = from_environment()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    return api.create_app(settings)
