"""API keys: who may call, and for what.

A key is 256 random bits, so its plain SHA-256 can be kept without giving it away; what is configured is a list of
entries `NAME:SCOPES:SHA256`, parted by white space or commas, scopes joined by `+`:

    web:read:2c26b46b…  biblioteca:read+jobs:fcde2b2e…

`python -m easybraille.keys NAME SCOPE…` makes one.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import logging
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .errors import NotReadyError

SCOPES = ("read", "jobs", "metrics")
PREFIX = "eb_"
# How long the keys of a secret are used before it is asked for again: a new or withdrawn key counts after this.
SECONDS = 300.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what for: a key's name and scopes."""

    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key: whose it is, and its hexadecimal SHA-256."""

    caller: Caller
    sha256: str


def parse(text: str) -> tuple[Key, ...]:
    """The keys of a list of entries.

    Raises:
        ValueError: an entry, told by its number, is not one; nothing of it is repeated, since it may be a key.
    """
    keys = []
    for number, entry in enumerate(re.split(r"[\s,]+", text.strip()) if text.strip() else [], 1):
        match = re.fullmatch(r"([\w.-]+):([a-z+]+):([0-9a-f]{64})", entry)
        if match is None:
            raise ValueError(f"entry {number} is not NAME:SCOPES:SHA256 with 64 lower-case hexadecimal digits")
        scopes = frozenset(match[2].split("+"))
        if scopes - set(SCOPES):
            raise ValueError(f"entry {number} has a scope that isn't one of {', '.join(SCOPES)}")
        if any(key.caller.name == match[1] and key.caller.scopes != scopes for key in keys):
            raise ValueError(f"entry {number} gives a name other scopes than an entry before it")
        keys.append(Key(Caller(match[1], scopes), match[3]))
    return tuple(keys)


def make(name: str, scopes: Iterable[str]) -> tuple[str, str]:
    """A new key, and its entry for the configuration."""
    key = PREFIX + secrets.token_urlsafe(32)
    return key, f"{name}:{'+'.join(scopes)}:{_digest(key)}"


class Keyring:
    """The keys that count now; safe to share between threads.

    Args:
        fixed: keys that always count.
        source: gives the text with the others, and may take long or fail; None when there are none.
    """

    def __init__(self, fixed: tuple[Key, ...], source: Callable[[], str] | None = None):
        self._fixed = fixed
        self._source = source
        self._fetched: tuple[Key, ...] = ()
        self._fresh_until: float | None = None
        self._lock = threading.Lock()

    @property
    def stale(self) -> bool:
        """Whether `refresh` has to be called first."""
        return self._source is not None and (self._fresh_until is None or time.monotonic() > self._fresh_until)

    def refresh(self) -> None:
        """Ask the source again where that is due. The keys that were known go on counting if it fails.

        Raises:
            NotReadyError: it fails and nothing is known yet.
        """
        with self._lock:
            if not self.stale:
                return
            try:
                self._fetched = parse(self._source())
            except Exception as error:  # boto3's errors, or a text that is no list of keys: neither lets anyone in
                log.error("the API keys can't be fetched: %s: %s", type(error).__name__, error)
                if self._fresh_until is None:
                    raise NotReadyError("The keys can't be checked just now. Try again in a few seconds.") from None
            self._fresh_until = time.monotonic() + SECONDS

    def caller(self, key: str) -> Caller | None:
        """Whose key this is; None if nobody's. Every key is compared, in constant time."""
        digest = _digest(key)
        found = None
        for known in (*self._fixed, *self._fetched):
            if hmac.compare_digest(known.sha256, digest):
                found = known.caller
        return found


def secrets_manager(secret: str) -> Callable[[], str]:
    """A source of keys: a secret in AWS Secrets Manager, by its name or ARN."""

    def fetch() -> str:
        import boto3  # takes long to import
        from botocore.config import Config

        from .aws.region import region_of_secret

        # Somebody waits for the answer meanwhile.
        config = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
        client = boto3.client("secretsmanager", region_name=region_of_secret(secret), config=config)
        return client.get_secret_value(SecretId=secret)["SecretString"]

    return fetch


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m easybraille.keys", description="Make a key for the API.")
    parser.add_argument("name", help="whose it is; callers see only their own jobs")
    parser.add_argument("scopes", nargs="+", choices=SCOPES)
    args = parser.parse_args()
    if not re.fullmatch(r"[\w.-]+", args.name):
        parser.error("a name has letters, digits, '.', '_' and '-' only")
    key, entry = make(args.name, args.scopes)
    print(f"The key, for whoever calls; it is shown only now:\n  {key}", file=sys.stderr)
    print("Its entry for EASYBRAILLE_API_KEYS or the secret:", file=sys.stderr)
    print(entry)
    return 0


if __name__ == "__main__":
    sys.exit(main())
