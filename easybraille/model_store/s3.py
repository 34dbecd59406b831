"""Fetches weights from S3 once: checks them, places them atomically, and keeps them while the object is unchanged."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import Any, TypeVar

from ..aws.s3_address import Location
from ..errors import ModelError, ModelUnavailableError
from ..recognition.model import ALIAS, Manifest, parse_alias, parse_manifest, read_manifest, sha256
from ..retries import retried
from .local import ENGINES, MANIFEST, Weights, load

log = logging.getLogger(__name__)
T = TypeVar("T")

# Waits between attempts: 0.2, 0.4, 0.8, 1.6 s and up to 0.1 s more, 3 s in all, so that a Lambda function, whose
# start may take 10 s, gets through them.
ATTEMPTS, FIRST_WAIT, WAIT_JITTER = 5, 0.2, 0.1
CONNECT_SECONDS, READ_SECONDS = 3, 10
CHUNK = 1 << 18
# S3's codes of transient errors; any status of 500 and above is transient, too.
TRANSIENT = {"SlowDown", "Throttling", "ThrottlingException", "RequestTimeout", "RequestTimeTooSkewed", "InternalError"}
# Responses to HEAD-like requests have no code, only a status.
_DENIED = (
    "access is denied, or there is no such key: the role needs s3:GetObject (with a version, s3:GetObjectVersion) on "
    "it, and where it lacks s3:ListBucket, S3 gives the same answer for a key that does not exist"
)
CAUSES = {
    "NoSuchBucket": "there is no such bucket",
    "NoSuchKey": "there is no such key",
    "NoSuchVersion": "there is no such version",
    "404": "there is no such key",
    "AccessDenied": _DENIED,
    "403": _DENIED,
    "InvalidObjectState": "the object is archived; restore it first",
    "MethodNotAllowed": "this version is a deletion, not a file",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """The object that a local file is a copy of; stored next to it as FILE.origin.json."""

    location: str
    etag: str
    sha256: str


def fetch(url: str, target: Path | None, digest: str | None, engines: Collection[str]) -> Weights:
    """The weights at an address in S3, as verified local files.

    A latest.json stands for the manifest.json that it names; a manifest.json includes the files of `engines` that it
    names; a single file is checked against the manifest.json in its S3 folder when there is one that names it.

    Args:
        url: s3://bucket/key, perhaps with ?versionId=….
        target: where to place the object; a cache folder when None.
        digest: sha256 that the object must have.
        engines: engines that can be served, "onnx" or "torch".

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
        # One process fetches; the others wait for it and find everything in place.
        with _file_lock(target):
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
    """The location and sha256 of the manifest that a latest.json names."""
    request = {"Bucket": alias.bucket, "Key": alias.key} | ({"VersionId": alias.version} if alias.version else {})

    def read() -> bytes:
        content: bytes = client.get_object(**request)["Body"].read()
        return content

    text = _retrying(alias, read)
    named = parse_alias(text, str(alias))
    log.info("%s names version %s", alias, named.version)
    return alias.beside(f"{named.version}/{MANIFEST}"), named.sha256


def cache_folder() -> Path:
    """The default folder of fetched weights: below XDG_CACHE_HOME or ~/.cache, else the folder for temporary files."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "easybraille" / "weights"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # a user without a home, or a home that is not writable
        folder = Path(tempfile.gettempdir()) / f"easybraille-{os.getuid()}" / "weights"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _client() -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise ModelError("MODEL_S3_PATH needs boto3: pip install 'easybraille[aws]'.") from None
    # Retries are made here, because botocore does not repeat a response body that breaks off.
    return boto3.client(
        "s3",
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 1, "mode": "standard"},
        ),
    )


def _place(client: Any, location: Location, target: Path, digest: str | None) -> None:
    """Update a file from its object.

    Raises:
        ModelError: naming the object and the cause.
        OSError: the file can't be written.
    """
    kept = _kept(location, target)
    if kept is not None and digest not in (None, kept.sha256):
        kept = None
    # A version never changes, so no request is needed; the one called "null" is not a version.
    if kept is not None and location.version not in (None, "null"):
        log.info("%s is at %s already", location, target)
        return
    fresh = _retrying(location, lambda: _download(client, location, target, digest, kept))
    if fresh is None:
        log.info("%s is at %s already and is unchanged", location, target)
    else:
        _sidecar(target).write_text(json.dumps(asdict(fresh)), "utf-8")


@contextmanager
def _file_lock(target: Path) -> Iterator[None]:
    with target.with_name(target.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sidecar(target: Path) -> Path:
    return target.with_name(target.name + ".origin.json")


def _kept(location: Location, target: Path) -> Copy | None:
    """The origin of the file at `target`, if it is a complete copy of this object."""
    try:
        copy = Copy(**json.loads(_sidecar(target).read_text("utf-8")))
        same = copy.location == str(location) and copy.sha256 == sha256(target)
    except (OSError, ValueError, TypeError):
        return None
    return copy if same else None


def _download(client: Any, location: Location, target: Path, digest: str | None, kept: Copy | None) -> Copy | None:
    """Stream the object into a temporary file and move it to `target`; None where it is unchanged.

    One conditional GET compares the ETag and fetches the object, which boto3's managed transfer cannot do.

    Raises:
        ModelError: the object is not what it should be.
        botocore.exceptions.BotoCoreError, ClientError: see `_retrying`.
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
        answer: dict[str, Any] = client.get_object(**request)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 304:
            return None
        raise
    return answer


def _check(file: Path, location: Location, digest: str | None, found: str) -> None:
    """Raises ModelError where a file has another checksum, or is not of the type of its extension."""
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
    """The manifest in the S3 folder of a single file, if there is one, it may be read, and it names the file."""
    from botocore.exceptions import ClientError

    beside = location.beside(MANIFEST)

    def read() -> bytes | None:
        try:
            content: bytes = client.get_object(Bucket=beside.bucket, Key=beside.key)["Body"].read()
        except ClientError as error:
            # Without s3:ListBucket a missing key is a 403, too. A missing bucket is reported for the file itself.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
                log.info("%s has no manifest beside it that can be read; its sha256 is not known beforehand", location)
                return None
            raise
        return content

    text = _retrying(beside, read)
    if text is None:
        return None
    manifest = parse_manifest(text, str(beside))
    file = manifest.files.get(ENGINES[Path(location.key).suffix])
    if file is None or file.name != location.name:
        log.info("%s does not name %s; it is not used", beside, location.name)
        return None
    return manifest


def _retrying(location: Location, attempt: Callable[[], T]) -> T:
    """The result of `attempt`, which is retried after transient errors: throttling, timeouts, broken connections, 5xx.

    Raises:
        ModelUnavailableError: the error outlasts the retries.
        ModelError: the error is permanent.
    """
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    number = 0

    def retry(error: Exception) -> bool:
        nonlocal number
        number += 1
        if number < ATTEMPTS and _transient(error):
            log.warning("%s: %s; attempt %d follows", location, _cause(error), number + 1)
        return _transient(error)

    try:
        return retried(attempt, retry, ATTEMPTS, FIRST_WAIT, WAIT_JITTER)
    except (BotoCoreError, ClientError) as error:
        if _transient(error):
            message = f"{location}: {_cause(error)}; gave up after {ATTEMPTS} attempts."
            raise ModelUnavailableError(message) from None
        if isinstance(error, NoCredentialsError):
            raise ModelUnavailableError(
                f"{location}: there are no AWS credentials; the machine needs a role."
            ) from None
        raise ModelError(f"{location}: {_cause(error)}.") from None


def _transient(error: Exception) -> bool:
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return bool(status >= 500 or status == 429 or error.response["Error"]["Code"] in TRANSIENT)
    return isinstance(
        error,
        (
            exceptions.ConnectionError,
            exceptions.HTTPClientError,  # after connecting; also while a body streams
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
