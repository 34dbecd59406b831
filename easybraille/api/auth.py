"""Authentication: which routes need a key, sent as `X-API-Key`, and which may be called without one."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from typing import Annotated
from urllib.parse import urlsplit

import anyio
from fastapi import Depends, Request, Security, params
from fastapi.security import APIKeyHeader

from ..errors import KeyNotAllowedError, KeyRequiredError, RateLimitError, UnsupportedMediaTypeError
from ..keys import Caller, Keyring, parse, secrets_manager
from ..settings import LOOPBACK, Settings
from .body import kind_of

# A deployment that has authenticated the caller itself (a JWT authoriser) puts a Caller here in the ASGI scope.
CHECKED = "easybraille.caller"
# Headers by which a proxy shows that a request does not come from this machine.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
# A caller with wrong keys waits longer for each answer, up to this, seconds; so many addresses are remembered.
_LONGEST_DELAY, _DELAY, _ADDRESSES = 2.0, 0.1, 1024
_header = APIKeyHeader(name="X-API-Key", scheme_name="key", auto_error=False)
audit = logging.getLogger("easybraille.audit")


def make_keyring(settings: Settings) -> Keyring:
    """Return the keys of the settings: those listed there, and those in a secret."""
    source = secrets_manager(settings.api_keys_secret) if settings.api_keys_secret else None
    return Keyring(parse(settings.api_keys or ""), source)


def needs(scope: str, settings: Settings) -> list[params.Depends]:
    """Return the dependencies of the routes of a scope.

    Where a key is needed, `request.state.caller` is the Caller afterwards. Jobs that need none are for programs of this
    machine only, and for no web page but the service's own.
    """
    if scope not in settings.open_scopes:
        return [Depends(_Authenticated(scope, settings.key_requests_per_minute))]
    return [Depends(_only_local)] if scope == "jobs" else []


async def _only_local(request: Request) -> None:
    """Refuse requests that a proxy forwards, or that a page of another site makes a browser send.

    A page can let its own name resolve to this machine (DNS rebinding); then its name is in Host. It can send forms
    across sites; then its name is in Origin, or the body has another type than JSON.

    Raises:
        KeyRequiredError, UnsupportedMediaTypeError
    """
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:  # a bracket in the wrong place
        host = None
    origin = request.headers.get("origin")
    own = f"{request.scope['scheme']}://{request.headers.get('host')}"
    if any(name in request.headers for name in _FORWARDED) or host not in LOOPBACK or origin not in (None, own):
        raise KeyRequiredError("Without a key, jobs are only for programs on this machine. Send one in X-API-Key.")
    kind = kind_of(request) or "application/json"
    if request.method == "POST" and kind != "application/json":
        raise UnsupportedMediaTypeError(f"{kind} is not something that can be read here. Send application/json.")


def _record(request: Request, caller: str, outcome: str) -> None:
    """Write the audit line of one use of a key."""
    audit.info("caller=%s method=%s path=%s outcome=%s", caller, request.method, request.scope["path"], outcome)


class _Authenticated:
    """A dependency that requires a key with a scope, within a rate.

    Args:
        scope: that the key must have.
        rate: requests a minute of each caller; 0 for any number.
    """

    def __init__(self, scope: str, rate: int) -> None:
        self._scope, self._rate = scope, rate
        self._failures: OrderedDict[str, int] = OrderedDict()
        # Of each caller, how many requests are left, and as of when by time.monotonic(): a token bucket.
        self._left: dict[str, tuple[float, float]] = {}

    async def __call__(self, request: Request, key: Annotated[str | None, Security(_header)]) -> None:
        """Authenticate a request.

        Raises:
            KeyRequiredError, KeyNotAllowedError, RateLimitError, NotReadyError
        """
        caller: Caller | None = request.scope.get(CHECKED)
        if caller is None:
            caller = await self._caller(request, request.app.state.keyring, key)
        if self._scope not in caller.scopes:
            _record(request, caller.name, "wrong scope")
            raise KeyNotAllowedError(
                f"This key is not for {self._scope}; it is for {', '.join(sorted(caller.scopes))}."
            )
        self._count(caller)
        _record(request, caller.name, "accepted")
        request.state.caller = caller

    async def _caller(self, request: Request, keyring: Keyring, key: str | None) -> Caller:
        if not key:
            raise KeyRequiredError("This needs a key. Send it in the header X-API-Key.")
        if keyring.stale:
            await anyio.to_thread.run_sync(keyring.refresh)
        caller = keyring.caller(key)
        if caller is None:
            await self._slow_down(request)
            raise KeyRequiredError("Nobody has this key. It may be mistyped or withdrawn.")
        return caller

    async def _slow_down(self, request: Request) -> None:
        """Let an address with wrong keys wait."""
        address = request.client.host if request.client else ""
        failures = self._failures.pop(address, 0) + 1
        self._failures[address] = failures
        while len(self._failures) > _ADDRESSES:
            self._failures.popitem(last=False)
        _record(request, "unknown", f"{failures} unknown keys from {address}")
        await anyio.sleep(min(_LONGEST_DELAY, _DELAY * (failures - 1)))

    def _count(self, caller: Caller) -> None:
        """Raise RateLimitError for a caller with too many requests in a minute."""
        if not self._rate:
            return
        now = time.monotonic()
        left, since = self._left.get(caller.name, (float(self._rate), now))
        left = min(float(self._rate), left + (now - since) * self._rate / 60)
        if left < 1:
            self._left[caller.name] = left, now
            raise RateLimitError(f"This key may send {self._rate} requests a minute. Wait a few seconds.")
        self._left[caller.name] = left - 1, now
