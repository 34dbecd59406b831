"""The HTTP application, the same in every deployment."""

from .app import create_app

__all__ = ["create_app"]
