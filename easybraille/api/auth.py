"""Who may call: some routes need a key, sent as `X-API-Key`, with the right scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import anyio
from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from ..errors import KeyNotAllowedError, KeyRequiredError
from ..keys import Caller, Keyring, parse, secrets_manager
from ..settings import Settings

# A deployment that has checked the caller itself (a JWT authoriser) puts a Caller here in the ASGI scope.
CHECKED = "easybraille.caller"
_header = APIKeyHeader(name="X-API-Key", scheme_name="key", auto_error=False)


def make_keyring(settings: Settings) -> Keyring:
    """The keys of the settings: those listed there, and those in a secret."""
    source = secrets_manager(settings.api_keys_secret) if settings.api_keys_secret else None
    return Keyring(parse(settings.api_keys or ""), source)


def needs(scope: str, settings: Settings) -> list:
    """Dependencies for the routes of a scope: none where it is open, else a key that may do it.

    Behind it `request.state.caller` is the Caller.
    """
    if scope in settings.open_scopes:
        return []
    return [Depends(_checker(scope))]


def _checker(scope: str) -> Callable:
    async def check(request: Request, key: Annotated[str | None, Security(_header)]) -> None:
        caller: Caller | None = request.scope.get(CHECKED)
        if caller is None:
            caller = await _caller(request.app.state.keyring, key)
        if scope not in caller.scopes:
            raise KeyNotAllowedError(f"This key is not for {scope}; it is for {', '.join(sorted(caller.scopes))}.")
        request.state.caller = caller

    return check


async def _caller(keyring: Keyring, key: str | None) -> Caller:
    if not key:
        raise KeyRequiredError("This needs a key. Send it in the header X-API-Key.")
    if keyring.stale:
        await anyio.to_thread.run_sync(keyring.refresh)
    caller = keyring.caller(key)
    if caller is None:
        raise KeyRequiredError("Nobody has this key. It may be mistyped or withdrawn.")
    return caller
