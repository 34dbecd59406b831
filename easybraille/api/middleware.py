"""What every answer of the application has in common, whatever its route: one layer of middleware for each."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from ..settings import Settings
from .answer_language import AnswerLanguage
from .head_requests import HeadRequests
from .request_id import HEADER, RequestId
from .security_headers import SecurityHeaders
from .unexpected_errors import UnexpectedErrors
from .validators import Validators

# Shorter answers don't become shorter in a packet.
_LEAST_COMPRESSED = 1000
# As quick as the network that the answer goes through; 9 takes three times as long for 2 % less.
_COMPRESSION_LEVEL = 5
_INCOMPRESSIBLE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf", "font/*")
_SHOWN = [HEADER, "ETag", "Retry-After", "Content-Disposition"]


def add_middleware(app: FastAPI, settings: Settings) -> None:
    """Wrap the application; of the layers here the last one meets a request first."""
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(AnswerLanguage)
    app.add_middleware(Validators)
    app.add_middleware(
        GZipMiddleware,
        minimum_size=_LEAST_COMPRESSED,
        compresslevel=_COMPRESSION_LEVEL,
        exclude_content_types=_INCOMPRESSIBLE,
    )
    app.add_middleware(HeadRequests)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins.split(","),
            allow_methods=["GET", "HEAD", "POST", "DELETE"],
            allow_headers=["*"],
            expose_headers=_SHOWN,
            max_age=3600,
        )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestId)
