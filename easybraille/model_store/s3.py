"""Weights in S3: fetched once, checked, put in place atomically, kept while the object stays the same."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import random
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import Any, TypeVar

from ..aws.s3_address import Location
from ..errors import ModelError
from ..recognition.model import ALIAS, Manifest, parse_alias, parse_manifest, read_manifest, sha256
from .local import ENGINES, MANIFEST, Weights, load

log = logging.getLogger(__name__)
T = TypeVar("T")

ATTEMPTS = 5
# Waits before the 2nd, 3rd … attempt, seconds, each made shorter at random: 3 s in all, so that a start on Lambda,
# which has 10 s, gets through them.
WAITS = (0.2, 0.4, 0.8, 1.6)
CONNECT_SECONDS, READ_SECONDS = 3, 10
CHUNK = 1 << 18
# S3's error codes that pass by themselves; any status of 500 and above does, too.
PASSING = {"SlowDown", "Throttling", "ThrottlingException", "RequestTimeout", "RequestTimeTooSkewed", "InternalError"}
# HEAD-like answers carry no code, only a status.
CAUSES = {
    "NoSuchBucket": "there is no such bucket",
    "NoSuchKey": "there is no such key",
    "NoSuchVersion": "there is no such version",
    "404": "there is no such key",
    "AccessDenied": "access is denied; the role needs s3:GetObject (with a version, s3:GetObjectVersion) on it",
    "403": "access is denied; the role needs s3:GetObject (with a version, s3:GetObjectVersion) on it",
    "InvalidObjectState": "the object is archived; restore it first",
    "MethodNotAllowed": "this version is a deletion, not a file",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """What a file on this machine is a copy of; kept beside it as FILE.origin.json."""

    location: str
    etag: str
    sha256: str


def fetch(url: str, target: Path | None, digest: str | None, engines: Collection[str]) -> Weights:
    """The weights at an address in S3, as verified local files.

    A latest.json stands for the manifest.json that it names; a manifest.json brings the files of `engines` that it
    names along; a single file is checked against the manifest.json beside it in S3 when there is one that names it.

    Args:
        url: s3://bucket/key, perhaps with ?versionId=….
        target: where to place the object; a cache folder when None.
        digest: sha256 that the object must have.
        engines: those that can be served, "onnx" or "torch".

    Raises:
        ModelError: naming bucket, key and cause.
    """
    location, client = Location.parse(url), _client()
    if location.name == ALIAS:
        location, named = _named(client, location)
        digest = digest or named
    target = target or cache_folder() / new_sha256(str(location.beside("")).encode()).hexdigest()[:16] / location.name
    if target.suffix != Path(location.key).suffix:
        raise ModelError(f"{location} can't be placed at MODEL_PATH {target}: their endings differ.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # One process fetches, the others wait for it and find everything in place.
        with _alone(target):
            return _fetch(client, location, target, digest, engines)
    except OSError as error:
        raise ModelError(f"{location} can't be placed at {target}: {error.strerror or error}.") from None


def _fetch(client: Any, location: Location, target: Path, digest: str | None, engines: Collection[str]) -> Weights:
    if target.suffix == ".json":
        _place(client, location, target, digest)
        for engine, file in read_manifest(target).files.items():
            if engine in engines:
                _place(client, location.beside(file.name), target.parent / file.name, file.sha256)
        return load(target, engines, str(location))
    manifest = _manifest_of(client, location)
    described = manifest.files[ENGINES[target.suffix]].sha256 if manifest else None
    if location.version is None:
        _place(client, location, target, digest or described)
    else:
        _place(client, location, target, digest)
        if described not in (None, sha256(target)):
            log.warning("the manifest beside %s describes another version of it; it is not used", location)
            manifest = None
    return load(target, engines, str(location), manifest)


def _named(client: Any, alias: Location) -> tuple[Location, str]:
    """The manifest that a latest.json names, and its sha256."""
    request = {"Bucket": alias.bucket, "Key": alias.key} | ({"VersionId": alias.version} if alias.version else {})
    text = _persistently(alias, lambda: client.get_object(**request)["Body"].read())
    named = parse_alias(text, str(alias))
    log.info("%s names version %s", alias, named.version)
    return alias.beside(f"{named.version}/{MANIFEST}"), named.sha256


def cache_folder() -> Path:
    """Where fetched weights lie by default: below XDG_CACHE_HOME or ~/.cache, else the folder for temporary files."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "easybraille" / "weights"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a user without a home, or one that can't be written to
        folder = Path(tempfile.gettempdir()) / f"easybraille-{os.getuid()}" / "weights"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _client() -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise ModelError("MODEL_S3_PATH needs boto3: pip install 'easybraille[aws]'.") from None
    # Attempts are counted here, because boto3 does not repeat a download that breaks off in the middle.
    return boto3.client(
        "s3",
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 1, "mode": "standard"},
        ),
    )


def _place(client: Any, location: Location, target: Path, digest: str | None) -> None:
    """Bring a file up to date with its object.

    Raises:
        ModelError: naming the object and the cause.
        OSError: the file can't be written.
    """
    kept = _kept(location, target)
    if kept is not None and digest not in (None, kept.sha256):
        kept = None
    # A version never changes, so nothing has to be asked; the one called "null" is none.
    if kept is not None and location.version not in (None, "null"):
        log.info("%s lies at %s already", location, target)
        return
    fresh = _persistently(location, lambda: _download(client, location, target, digest, kept))
    if fresh is None:
        log.info("%s lies at %s already and is unchanged", location, target)
    else:
        _sidecar(target).write_text(json.dumps(asdict(fresh)), "utf-8")


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    with target.with_name(target.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sidecar(target: Path) -> Path:
    return target.with_name(target.name + ".origin.json")


def _kept(location: Location, target: Path) -> Copy | None:
    """What lies at `target` already, if it is a whole copy of this very object."""
    try:
        copy = Copy(**json.loads(_sidecar(target).read_text("utf-8")))
        same = copy.location == str(location) and copy.sha256 == sha256(target)
    except (OSError, ValueError, TypeError):
        return None
    return copy if same else None


def _download(client: Any, location: Location, target: Path, digest: str | None, kept: Copy | None) -> Copy | None:
    """Stream the object into a file beside the target and put it in place; None where it is unchanged.

    Raises:
        ModelError: the object isn't what it should be.
        botocore.exceptions.BotoCoreError, ClientError: see `_persistently`.
    """
    start = time.monotonic()
    request = {"Bucket": location.bucket, "Key": location.key}
    if location.version:
        request["VersionId"] = location.version
    if kept is not None:
        request["IfNoneMatch"] = kept.etag
    answer = _unless_unchanged(client, request)
    if answer is None:
        return None
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        found = new_sha256()
        with os.fdopen(handle, "wb") as stream:
            for chunk in answer["Body"].iter_chunks(CHUNK):
                found.update(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        _check(temporary, location, digest, found.hexdigest())
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    log.info(
        "fetched %s, %.2f MB in %.2f s, to %s", location, target.stat().st_size / 1e6, time.monotonic() - start, target
    )
    return Copy(str(location), answer["ETag"], found.hexdigest())


def _unless_unchanged(client: Any, request: dict[str, str]) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        return client.get_object(**request)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
            return None
        raise


def _check(file: Path, location: Location, digest: str | None, found: str) -> None:
    """Raises ModelError where a file has another checksum, or can't be what its ending says."""
    if digest is not None and found != digest:
        raise ModelError(f"{location}: wrong checksum; its sha256 is {found}, expected was {digest}.")
    with file.open("rb") as stream:
        start = stream.read(4)
    kind = Path(location.key).suffix
    # A checkpoint is a ZIP file; an ONNX file begins with the protobuf field of its IR version.
    if (kind == ".pt" and start != b"PK\x03\x04") or (kind == ".onnx" and start[:1] != b"\x08"):
        raise ModelError(
            f"{location} is not a model: it does not begin like {'a checkpoint' if kind == '.pt' else 'ONNX'}."
        )
    if kind == ".json":
        parse_manifest(file.read_bytes(), str(location))


def _manifest_of(client: Any, location: Location) -> Manifest | None:
    """The manifest beside a single file in S3, if there is one, it may be read, and it names the file."""
    from botocore.exceptions import ClientError

    beside = location.beside(MANIFEST)

    def read() -> bytes | None:
        try:
            return client.get_object(Bucket=beside.bucket, Key=beside.key)["Body"].read()
        except ClientError as error:
            # Without s3:ListBucket a key that isn't there is a 403, too. A missing bucket is told by the file itself.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
                log.info("%s has no manifest beside it that can be read; its sha256 is not known beforehand", location)
                return None
            raise

    text = _persistently(beside, read)
    if text is None:
        return None
    manifest = parse_manifest(text, str(beside))
    file = manifest.files.get(ENGINES[Path(location.key).suffix])
    if file is None or file.name != location.name:
        log.info("%s does not name %s; it is not used", beside, location.name)
        return None
    return manifest


def _persistently(location: Location, attempt: Callable[[], T]) -> T:
    """Repeat what fails for a reason that can pass: throttling, a timeout, a broken connection, a status of 5xx.

    Raises:
        ModelError: it failed for good, or too often.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    for number in range(1, ATTEMPTS + 1):
        try:
            return attempt()
        except (BotoCoreError, ClientError) as error:
            cause = _cause(error)
            if not _passes(error):
                raise ModelError(f"{location}: {cause}.") from None
            if number == ATTEMPTS:
                raise ModelError(f"{location}: {cause}; gave up after {ATTEMPTS} attempts.") from None
            wait = WAITS[number - 1] * random.uniform(0.5, 1)
            log.warning("%s: %s; attempt %d follows in %.1f s", location, cause, number + 1, wait)
            time.sleep(wait)
    raise AssertionError("the last attempt returns or raises")


def _passes(error: Exception) -> bool:
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status >= 500 or status == 429 or error.response["Error"]["Code"] in PASSING
    return isinstance(
        error,
        (
            exceptions.ConnectionError,
            exceptions.HTTPClientError,  # what fails once it is connected; also while a body streams
            exceptions.IncompleteReadError,
            exceptions.FlexibleChecksumError,
        ),
    )


def _cause(error: Exception) -> str:
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        return CAUSES.get(code) or f"S3 answers {code}: {error.response['Error'].get('Message', '').rstrip('.')}"
    return str(error).rstrip(".")
