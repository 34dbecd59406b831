"""Every setting, read from the environment once, when the program starts."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from . import keys
from .aws.s3_address import BUCKET, Location
from .errors import SettingError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
SECRET = {"EASYBRAILLE_API_KEYS", "EASYBRAILLE_GPU_KEY"}
# Of who calls a service, not of the service: `easybraille bulk` sends it.
CLIENT_KEY = "EASYBRAILLE_KEY"


class Settings(BaseModel):
    """The settings, by the names of their environment variables; an empty variable counts as not set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model_path: Path | None = Field(
        None, alias="MODEL_PATH", description="weights: a manifest.json, an .onnx or a .pt file; must exist"
    )
    model_s3_path: str | None = Field(
        None,
        alias="MODEL_S3_PATH",
        description="s3://bucket/key (also ?versionId=…) of a latest.json, a manifest.json, an .onnx or a .pt file: "
        "fetched at start and placed at MODEL_PATH",
    )
    model_sha256: str | None = Field(
        None,
        alias="EASYBRAILLE_MODEL_SHA256",
        pattern="^[0-9a-fA-F]{64}$",
        description="sha256 that the file at MODEL_S3_PATH or MODEL_PATH must have",
    )
    host: str = Field(
        "0.0.0.0",  # noqa: S104  containers and load balancers need it; `serve --host` and the setting change it
        alias="EASYBRAILLE_HOST",
        description="address to listen on",
    )
    port: int = Field(5000, alias="PORT", ge=0, le=65535, description="port to listen on")
    root_path: str = Field(
        "",
        alias="EASYBRAILLE_ROOT_PATH",
        pattern=r"^(/[\w.~-]+)*$",
        description="what a gateway or proxy puts before the path, /braille; a stage of API Gateway is recognized",
    )
    threads: int = Field(
        0, alias="EASYBRAILLE_THREADS", ge=0, le=256, description="threads of one inference; 0: one a core"
    )
    readers: int = Field(
        2, alias="EASYBRAILLE_READERS", ge=1, le=256, description="pages read at the same time in one process"
    )
    queue: int = Field(
        32,
        alias="EASYBRAILLE_QUEUE",
        ge=0,
        le=10_000,
        description="requests that may wait; further ones get 503 immediately",
    )
    queue_seconds: float = Field(
        45,
        alias="EASYBRAILLE_QUEUE_SECONDS",
        gt=0,
        description="longest that a request may wait before it is read, then it gets 503; less than the gateway or "
        "proxy in front waits for an answer",
    )
    gunicorn_workers: int | None = Field(
        None, alias="GUNICORN_WORKERS", ge=1, le=256, description="processes; by default one a GPU, else one"
    )
    gunicorn_timeout: int = Field(
        60,
        alias="GUNICORN_TIMEOUT",
        ge=5,  # a process gives a sign of life every second, on a busy machine less often
        le=3600,
        description="seconds after which a process that gives no sign of life is replaced, and in which one that is "
        "told to stop finishes what it has",
    )
    batch_pages: int = Field(
        16, alias="EASYBRAILLE_BATCH_PAGES", ge=1, le=256, description="most pages that go through a GPU together"
    )
    batch_wait_ms: int = Field(
        5,
        alias="EASYBRAILLE_BATCH_WAIT_MS",
        ge=0,
        le=1000,
        description="longest that a page waits for others to go through a GPU with, milliseconds",
    )
    max_body_bytes: int = Field(
        50_000_000, alias="EASYBRAILLE_MAX_BODY_BYTES", ge=1, description="largest request body"
    )
    max_held_bytes: int = Field(
        256_000_000,
        alias="EASYBRAILLE_MAX_HELD_BYTES",
        ge=1,
        description="most bytes of the bodies of all requests that are received or read at the same time",
    )
    max_files: int = Field(
        20, alias="EASYBRAILLE_MAX_FILES", ge=1, description="most files in one request, those in ZIP files included"
    )
    max_unpacked_bytes: int = Field(
        200_000_000,
        alias="EASYBRAILLE_MAX_UNPACKED_BYTES",
        ge=1,
        description="most that comes out of the ZIP files of a request",
    )
    max_pixels: int = Field(
        64_000_000, alias="EASYBRAILLE_MAX_PIXELS", ge=10_000, description="largest picture, pixels"
    )
    max_side: int = Field(
        32_000, alias="EASYBRAILLE_MAX_SIDE", ge=1000, description="longest side of a picture, pixels"
    )
    decode_seconds: int = Field(
        5,
        alias="EASYBRAILLE_DECODE_SECONDS",
        ge=1,
        le=600,
        description="longest processor time for opening one page of a PDF, TIFF or HEIC file, or of a large picture",
    )
    max_pages: int = Field(50, alias="EASYBRAILLE_MAX_PAGES", ge=1, description="most pages of a PDF or TIFF")
    open: Literal["none", "read", "read,jobs"] | None = Field(
        None,
        alias="EASYBRAILLE_OPEN",
        description="what needs no key: none, read, or read,jobs, the last only where EASYBRAILLE_HOST is this machine "
        "itself (127.0.0.1, ::1, localhost), and then for programs of this machine only; by default none once there "
        "are keys, else as much as is allowed there",
    )
    cors_origins: str = Field(
        "",
        alias="EASYBRAILLE_CORS_ORIGINS",
        pattern=r"^(https?://[\w.:-]+(,https?://[\w.:-]+)*)?$",
        description="web sites whose pages may call from a browser, https://example.org each, parted by commas; by "
        "default only the service's own page",
    )
    metrics: Literal["open", "key"] | None = Field(
        None,
        alias="EASYBRAILLE_METRICS",
        description="whether /metrics is open or needs a key with the scope metrics; open by default where "
        "EASYBRAILLE_HOST is this machine itself",
    )
    api_keys: str | None = Field(
        None,
        alias="EASYBRAILLE_API_KEYS",
        description="API keys, NAME:SCOPES:SHA256 each; python -m easybraille.keys makes them",
    )
    api_keys_secret: str | None = Field(
        None,
        alias="EASYBRAILLE_API_KEYS_SECRET",
        description="name or ARN of a secret in AWS Secrets Manager with more of them, read again every 5 minutes",
    )
    key_requests_per_minute: int = Field(
        0,
        alias="EASYBRAILLE_KEY_REQUESTS_PER_MINUTE",
        ge=0,
        description="most requests of one key in a minute, in each process; 0: any number",
    )
    gpu_url: str | None = Field(
        None,
        alias="EASYBRAILLE_GPU_URL",
        description="address of the GPU service, to which AWS Lambda passes on what is above a soft limit; https, or "
        "http to this machine itself",
    )
    gpu_key: str | None = Field(None, alias="EASYBRAILLE_GPU_KEY", description="Lambda's own key at the GPU service")
    gpu_key_secret: str | None = Field(
        None,
        alias="EASYBRAILLE_GPU_KEY_SECRET",
        description="name or ARN of a secret in AWS Secrets Manager with that key, instead",
    )
    soft_pages: int = Field(
        5, alias="EASYBRAILLE_SOFT_PAGES", ge=1, description="most pages of a request that Lambda keeps for itself"
    )
    soft_pixels: int = Field(
        100_000_000, alias="EASYBRAILLE_SOFT_PIXELS", ge=1, description="most pixels of all its pages together"
    )
    soft_seconds: float = Field(
        5, alias="EASYBRAILLE_SOFT_SECONDS", gt=0, description="longest that reading them may take, as Lambda expects"
    )
    hard_pages: int = Field(
        50,
        alias="EASYBRAILLE_HARD_PAGES",
        ge=1,
        description="most pages of a request that Lambda ever reads, also while the GPU service is away",
    )
    hard_pixels: int = Field(
        400_000_000, alias="EASYBRAILLE_HARD_PIXELS", ge=1, description="most pixels of all its pages together"
    )
    hard_seconds: float = Field(
        20, alias="EASYBRAILLE_HARD_SECONDS", gt=0, description="longest that reading them may take, as Lambda expects"
    )
    role: Literal["web", "worker"] = Field(
        "web",
        alias="EASYBRAILLE_ROLE",
        description="worker takes the pages of bulk jobs at POST /worker, from Elastic Beanstalk's queue daemon",
    )
    jobs_bucket: str | None = Field(
        None,
        alias="EASYBRAILLE_JOBS_BUCKET",
        pattern=f"^{BUCKET}$",
        description="S3 bucket of bulk jobs; without one they live in a folder of this machine",
    )
    jobs_queue: str | None = Field(
        None,
        alias="EASYBRAILLE_JOBS_QUEUE",
        pattern="^https?://.+",
        validate_default=True,
        description="URL of the SQS queue of bulk jobs; goes with EASYBRAILLE_JOBS_BUCKET",
    )
    jobs_folder: Path | None = Field(
        None,
        alias="EASYBRAILLE_JOBS_FOLDER",
        description="folder of bulk jobs where there is no bucket; easybraille/jobs among the user's data by default",
    )
    jobs_days: int = Field(
        7,
        alias="EASYBRAILLE_JOBS_DAYS",
        ge=1,
        le=365,
        description="days after which a job is gone with its uploads and results; in a bucket, its lifecycle rule must "
        "say the same",
    )
    jobs_max_files: int = Field(
        10_000, alias="EASYBRAILLE_JOBS_MAX_FILES", ge=1, le=100_000, description="most files of one job"
    )
    jobs_max_file_bytes: int = Field(
        100_000_000,
        alias="EASYBRAILLE_JOBS_MAX_FILE_BYTES",
        ge=1,
        le=5_000_000_000,
        description="largest file of a job",
    )
    jobs_max_pages: int = Field(
        2000, alias="EASYBRAILLE_JOBS_MAX_PAGES", ge=1, le=9999, description="most pages of a PDF or TIFF of a job"
    )
    jobs_page_seconds: int = Field(
        120,
        alias="EASYBRAILLE_JOBS_PAGE_SECONDS",
        ge=1,
        le=3600,
        description="longest that one attempt at a page may take; the queue's visibility timeout must be longer",
    )
    liblouis: Path | None = Field(
        None,
        alias="EASYBRAILLE_LIBLOUIS",
        description="a shared library of liblouis that takes the place of the bundled one",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="EASYBRAILLE_LOG_LEVEL", description="how much is logged"
    )

    @property
    def open_scopes(self) -> frozenset[str]:
        """The scopes that need no key; never jobs where other machines can call."""
        here = self.host in LOOPBACK
        closed = self.api_keys is not None or self.api_keys_secret is not None
        scopes = self.open or ("none" if closed else "read,jobs" if here else "read")
        metrics = {"metrics"} if (self.metrics or ("open" if here else "key")) == "open" else set()
        return frozenset(scopes.split(",")) - {"none"} - (frozenset() if here else {"jobs"}) | metrics

    @field_validator("open")
    @classmethod
    def _jobs_open_only_here(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value == "read,jobs" and info.data.get("host") not in LOOPBACK:
            raise ValueError(f"can be read,jobs only where EASYBRAILLE_HOST is one of {', '.join(LOOPBACK)}")
        return value

    @field_validator("gpu_url")
    @classmethod
    def _private(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if value is not None and (not safe or not parts.hostname or parts.username or parts.query or parts.fragment):
            raise ValueError("must be https://HOST, or http:// with this machine itself as the host")
        if value is not None and _is_special(parts.hostname or ""):
            raise ValueError("must not be a link-local, multicast or unspecified address")
        return value

    @field_validator("gpu_key_secret")
    @classmethod
    def _one_key(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("gpu_key") is not None:
            raise ValueError("can't go with EASYBRAILLE_GPU_KEY; set one of them")
        return value

    @field_validator("jobs_queue")
    @classmethod
    def _goes_with_a_bucket(cls, value: str | None, info: ValidationInfo) -> str | None:
        if (value is None) != (info.data.get("jobs_bucket") is None):
            raise ValueError("goes with EASYBRAILLE_JOBS_BUCKET; set both or neither")
        return value

    @field_validator("api_keys")
    @classmethod
    def _are_keys(cls, value: str | None) -> str | None:
        keys.parse(value or "")
        return value

    @field_validator("model_s3_path")
    @classmethod
    def _names_weights(cls, value: str | None) -> str | None:
        if value is not None and not Location.parse(value).key.endswith((".json", ".onnx", ".pt")):
            raise ValueError("must name a manifest.json, an .onnx or a .pt file")
        return value

    @field_validator("model_sha256")
    @classmethod
    def _lower(cls, value: str | None) -> str | None:
        return value and value.lower()


# Where clouds tell a machine its credentials, besides the link-local addresses.
_METADATA = {
    "fd00:ec2::254",
    "100.100.100.200",
    "instance-data",
    "instance-data.ec2.internal",
    "metadata",
    "metadata.google.internal",
}


def _is_special(host: str) -> bool:
    """Return whether a host is an address that no service has: 169.254.169.254 gives a machine's own credentials."""
    if host.rstrip(".") in _METADATA:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            # As resolvers do: an address may be one number, in hexadecimal, or have fewer parts.
            address = ipaddress.ip_address(socket.inet_aton(host))
        except OSError:
            return False
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Parse the settings of an environment.

    Raises:
        SettingError: naming each variable, its value and what is allowed; also for an unknown EASYBRAILLE_ variable,
            which is a misspelt one.
    """
    known = {field.alias for field in Settings.model_fields.values()}
    given = {k: v for k, v in environment.items() if v != "" and (k in known or k.startswith("EASYBRAILLE_"))}
    given.pop(CLIENT_KEY, None)
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise SettingError("\n".join(_sentence(item) for item in error.errors())) from None


def _sentence(item: ErrorDetails) -> str:
    name = str(item["loc"][0])
    if item["type"] == "extra_forbidden":
        return f"{name} is not a setting of EasyBraille; the documentation lists them all."
    message = item["msg"].removeprefix("Value error, ")
    value = "not shown" if name in SECRET else repr(item["input"])
    return f"{name} is {value}: {message[0].lower()}{message[1:]}."
