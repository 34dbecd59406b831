"""API keys: which callers are known, and what they may do.

A key is 256 random bits, so its plain SHA-256 can be stored without revealing it. The configuration is a list of
entries `NAME:SCOPES:SHA256` or `NAME:SCOPES:SHA256:EXPIRES`, separated by white space or commas, scopes joined by `+`.
A key with a date is accepted through the end of that day (UTC):

    web:read:2c26b46b…  biblioteca:read+jobs:fcde2b2e…:2027-06-30

`python -m easybraille.keys NAME SCOPE… [--expires DATE]` makes one.
"""

from __future__ import annotations

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
from datetime import UTC, date, datetime

from .errors import NotReadyError

SCOPES = ("read", "jobs", "metrics")
PREFIX = "eb_"
# Seconds after which the keys of a secret are fetched again: a new or withdrawn key takes effect by then.
SECONDS = 300.0
# Seconds after which that is tried again where it failed, and for which the keys that are known still count meanwhile.
RETRY_SECONDS, GRACE_SECONDS = 30.0, 6 * 3600.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller: the name and the scopes of a key."""

    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Key:
    """A configured key.

    Attributes:
        sha256: of the key, hexadecimal.
        expires: the last day on which it counts; None for no end.
    """

    caller: Caller
    sha256: str
    expires: date | None = None


def parse(text: str) -> tuple[Key, ...]:
    """Parse a list of entries.

    Raises:
        ValueError: an entry, identified by its number, is malformed; it is not quoted, since it may be a key.
    """
    keys: list[Key] = []
    for number, entry in enumerate(re.split(r"[\s,]+", text.strip()) if text.strip() else [], 1):
        match = re.fullmatch(r"([\w.-]+):([a-z+]+):([0-9a-f]{64})(?::(\d{4}-\d\d-\d\d))?", entry)
        if match is None:
            raise ValueError(f"entry {number} is not NAME:SCOPES:SHA256 with 64 lower-case hexadecimal digits")
        scopes = frozenset(match[2].split("+"))
        if scopes - set(SCOPES):
            raise ValueError(f"entry {number} has a scope that isn't one of {', '.join(SCOPES)}")
        if any(key.caller.name == match[1] and key.caller.scopes != scopes for key in keys):
            raise ValueError(f"entry {number} gives a name other scopes than an entry before it")
        try:
            expires = date.fromisoformat(match[4]) if match[4] else None
        except ValueError:
            raise ValueError(f"entry {number} expires on a day that does not exist") from None
        keys.append(Key(Caller(match[1], scopes), match[3], expires))
    return tuple(keys)


def make(name: str, scopes: Iterable[str], expires: date | None = None) -> tuple[str, str]:
    """Return a new key, and its entry for the configuration."""
    key = PREFIX + secrets.token_urlsafe(32)
    return key, f"{name}:{'+'.join(scopes)}:{_digest(key)}" + (f":{expires.isoformat()}" if expires else "")


class Keyring:
    """The keys that are accepted now; safe to share between threads.

    Args:
        fixed: keys that are always known.
        source: returns the text with further keys, and may take long or fail; None where there are none.

    Attributes:
        last_used: when each caller's keys were last accepted, seconds since 1970, since this process started.
    """

    def __init__(self, fixed: tuple[Key, ...], source: Callable[[], str] | None = None):
        self._fixed = fixed
        self._source = source
        self._fetched: tuple[Key, ...] = ()
        self._fresh_until: float | None = None
        self._usable_until = 0.0
        self.last_used: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def stale(self) -> bool:
        """Whether `refresh` must be called before `caller`."""
        return self._source is not None and (self._fresh_until is None or time.monotonic() > self._fresh_until)

    def refresh(self) -> None:
        """Fetch the keys again where that is due. Where it fails, the known keys count for `GRACE_SECONDS` more.

        Raises:
            NotReadyError: it fails, and no keys are known or they were fetched too long ago.
        """
        with self._lock:
            if self._source is None or not self.stale:
                return
            now = time.monotonic()
            try:
                self._fetched = parse(self._source())
            # boto3's errors have no common class, and a text that is no list of keys is as bad: neither lets anyone in.
            except Exception as error:  # noqa: BLE001
                log.error("the API keys can't be fetched: %s: %s", type(error).__name__, error)
                if now >= self._usable_until:
                    self._fetched = ()
                    raise NotReadyError("The keys can't be checked just now. Try again in a few seconds.") from None
                self._fresh_until = now + RETRY_SECONDS
            else:
                self._fresh_until, self._usable_until = now + SECONDS, now + SECONDS + GRACE_SECONDS

    def caller(self, key: str) -> Caller | None:
        """Return the caller of a key; None for an unknown or expired one. Every key is compared, in constant time."""
        digest = _digest(key)
        found = None
        today = datetime.now(UTC).date()
        for known in (*self._fixed, *self._fetched):
            if hmac.compare_digest(known.sha256, digest) and (known.expires is None or today <= known.expires):
                found = known.caller
        if found is not None:
            self.last_used[found.name] = time.time()
        return found


def secrets_manager(secret: str) -> Callable[[], str]:
    """Return a source of keys: a secret in AWS Secrets Manager, by its name or ARN."""

    def fetch() -> str:
        import boto3  # takes long to import
        from botocore.config import Config

        from .aws.region import region_of_secret

        # A request waits for the answer.
        config = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
        client = boto3.client("secretsmanager", region_name=region_of_secret(secret), config=config)
        return str(client.get_secret_value(SecretId=secret)["SecretString"])

    return fetch


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def main() -> int:
    """Run the command line; returns the exit status."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m easybraille.keys", description="Make a key for the API.")
    parser.add_argument("name", help="of the caller; callers see only their own jobs")
    parser.add_argument("scopes", nargs="+", choices=SCOPES)
    parser.add_argument("--expires", type=date.fromisoformat, metavar="DATE", help="the last day, 2027-06-30")
    args = parser.parse_args()
    if not re.fullmatch(r"[\w.-]+", args.name):
        parser.error("a name has letters, digits, '.', '_' and '-' only")
    key, entry = make(args.name, args.scopes, args.expires)
    print(f"The key, for the caller; it is shown only now:\n  {key}", file=sys.stderr)
    print("Its entry for EASYBRAILLE_API_KEYS or the secret:", file=sys.stderr)
    print(entry)
    return 0


if __name__ == "__main__":
    sys.exit(main())
