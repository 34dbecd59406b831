"""`python -m deploy.rehearse`: both images against one S3, SQS and Secrets Manager (moto), with faults of operation.

It needs a container engine (see tests/containers/engine.py) and AWS's Lambda emulator. Containers share the network of
this machine, so that each finds the others on 127.0.0.1. Every step is an assertion; times are printed at the end.
"""

from __future__ import annotations

import io
import json
import logging
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx
from PIL import Image

from easybraille import keys
from easybraille.model_store import SHIPPED
from easybraille.recognition.model import sha256
from lambda_app.events.make import v2
from tests.containers.engine import BUILD_FLAGS, DOCKER, ROOT, docker, why_not
from tests.faulty_s3 import FaultyS3, faulty_s3
from tests.lambda_app.emulator import INVOKE, RUNTIME, free_ports, program

REGION = "eu-west-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
PICTURE = ROOT / "examples" / "receta.jpg"
TEXT = "Tortilla de patatas"
HARDENED = ("--read-only", "--volume", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")  # noqa: S108
KEY, ENTRY = keys.make("escuela", ["read", "jobs"])


class Rehearsal:
    """The images, the cloud and what has been shown so far.

    Attributes:
        times: seconds of each step.
    """

    def __init__(self, s3: FaultyS3, heavy: str, light: str):
        self.s3, self.heavy_image, self.light_image = s3, heavy, light
        self.times: dict[str, float] = {}
        self.secret = self._make_cloud()

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.s3.direct,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106 -- moto's
        )

    def _make_cloud(self) -> str:
        client, sqs = self._client("s3"), self._client("sqs")
        for bucket in ("weights", "jobs"):
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for version in ("1.0.0", "1.1.0"):
            self.publish(version)
        self.point_latest("1.0.0")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 10})
        url = sqs.create_queue(QueueName="jobs", Attributes={"RedrivePolicy": policy})["QueueUrl"]
        self.queue = url.replace(self.s3.direct, self.s3.url)
        made = self._client("secretsmanager").create_secret(Name="easybraille/keys", SecretString=ENTRY)
        return str(made["ARN"])

    def publish(self, version: str, damage: bytes = b"") -> None:
        """The shipped weights under a version of their own; `damage` is appended to the ONNX file."""
        client, manifest = self._client("s3"), json.loads(SHIPPED.read_text("utf-8"))
        manifest["version"] = version
        for file in manifest["files"].values():
            content = (SHIPPED.parent / file["name"]).read_bytes()
            client.put_object(Bucket="weights", Key=f"models/{version}/{file['name']}", Body=content + damage)
        client.put_object(Bucket="weights", Key=f"models/{version}/manifest.json", Body=json.dumps(manifest).encode())

    def point_latest(self, version: str) -> None:
        """Move latest.json to a version."""
        client = self._client("s3")
        with tempfile.NamedTemporaryFile() as file:
            client.download_fileobj("weights", f"models/{version}/manifest.json", file)
            file.flush()
            alias = {"version": version, "sha256": sha256(Path(file.name))}
        client.put_object(Bucket="weights", Key="models/latest.json", Body=json.dumps(alias).encode())

    @property
    def aws(self) -> dict[str, str]:
        """The environment of a machine with a role and no region, whose AWS is moto's."""
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.s3.url, "AWS_EC2_METADATA_DISABLED": "true"}

    @property
    def jobs(self) -> dict[str, str]:
        """The environment of what serves or reads jobs."""
        return {"EASYBRAILLE_JOBS_BUCKET": "jobs", "EASYBRAILLE_JOBS_QUEUE": self.queue, "AWS_REGION": REGION}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time and name a step."""
        begin = time.monotonic()
        yield
        self.times[name] = time.monotonic() - begin
        print(f"{self.times[name]:7.1f} s  {name}", flush=True)

    @contextmanager
    def container(
        self, image: str, environment: Mapping[str, str], *command: str, options: tuple[str, ...] = ()
    ) -> Iterator[str]:
        """A running container; gives its id."""
        variables = [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
        name = docker("run", "--detach", "--network", "host", *HARDENED, *options, *variables, image, *command)
        try:
            yield name
        finally:
            docker("rm", "--force", "--volumes", name, check=False)

    @contextmanager
    def heavy(self, **environment: str) -> Iterator[tuple[str, str]]:
        """The heavy service; gives its id and its address."""
        (port,) = free_ports(1)
        given = {**self.aws, "PORT": str(port), "EASYBRAILLE_API_KEYS_SECRET": self.secret, **environment}
        with self.container(self.heavy_image, given) as name:
            yield name, f"http://127.0.0.1:{port}"

    @contextmanager
    def light(self, **environment: str) -> Iterator[str]:
        """The function's image under AWS's emulator, as `docker run` starts it; gives the address for events."""
        port, api = free_ports(2)
        addresses = ("--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address")
        options = ("--memory", "1769m", "--volume", f"{program()}:/rie:ro", "--entrypoint", "/rie")
        command = (*addresses, f"127.0.0.1:{api}", "python", *RUNTIME[1:])
        given = {"EASYBRAILLE_OPEN": "read", "AWS_REGION": REGION, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"}
        with self.container(self.light_image, given | environment, *command, options=options):
            yield f"http://127.0.0.1:{port}{INVOKE}"


def log_of(name: str) -> str:
    """All that a container has written."""
    ended = subprocess.run([*DOCKER, "logs", name], capture_output=True, text=True, check=False)
    return ended.stdout + ended.stderr


def until(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Wait for a condition. Raises AssertionError."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def ready(url: str) -> dict[str, Any]:
    """The answer of /ready; {} where the port is closed."""
    try:
        said: dict[str, Any] = httpx.get(f"{url}/ready", timeout=5).json()
    except httpx.TransportError:
        return {}
    return said


def is_ready(url: str) -> Callable[[], bool]:
    """Whether a service is ready."""
    return lambda: ready(url).get("status") == "ready"


def read(url: str, key: str = KEY) -> httpx.Response:
    """Read the example over HTTP."""
    headers = {"X-API-Key": key, "Content-Type": "image/jpeg"}
    return httpx.post(f"{url}/v1/read", content=PICTURE.read_bytes(), headers=headers, timeout=60)


def ended(name: str) -> int:
    """The exit status of a container, once it has ended."""
    until(lambda: docker("inspect", "--format", "{{.State.Running}}", name) == "false", log_of(name))
    return int(docker("inspect", "--format", "{{.State.ExitCode}}", name))


def no_region(here: Rehearsal) -> None:
    """Without a region a secret's ARN tells it; a name alone ends the start with a sentence."""
    with here.heavy() as (_, url):
        until(is_ready(url), "the service is not ready")
        assert TEXT in read(url).json()["text"]
    by_name = {"EASYBRAILLE_API_KEYS_SECRET": "easybraille/keys"}
    with here.heavy(**by_name) as (name, _):
        assert ended(name) == 1
        assert "set AWS_REGION" in log_of(name)


def withdrawn_key(here: Rehearsal) -> None:
    """A key that is not in the secret gets 401, and reading stays closed without one."""
    with here.heavy() as (_, url):
        until(is_ready(url), "the service is not ready")
        assert read(url).status_code == 200
        assert read(url, keys.make("old", ["read"])[0]).status_code == 401
        assert httpx.get(f"{url}/metrics").status_code == 401


def s3_away(here: Rehearsal) -> None:
    """A service that starts while S3 is away says so, and reads once it is back."""
    here.s3.chance = 1.0
    with here.heavy(MODEL_S3_PATH="s3://weights/models/latest.json") as (_, url):
        until(lambda: "cannot be fetched" in ready(url).get("reason", ""), "the reason is not told")
        here.s3.chance = 0.0
        until(is_ready(url), "the service is not ready")
        assert ready(url)["version"] == "1.0.0"


def wrong_weights(here: Rehearsal) -> None:
    """Weights that are damaged, and a key that does not exist, end the start with status 1 and the reason."""
    here.publish("6.6.6", damage=b"!")
    for path, reason in (("models/6.6.6/manifest.json", "wrong checksum"), ("models/nothing.json", "no such key")):
        with here.heavy(MODEL_S3_PATH=f"s3://weights/{path}") as (name, _):
            assert ended(name) == 1
            assert reason in log_of(name)


def fallback(here: Rehearsal) -> None:
    """Lambda forwards what is heavy, and reads it itself while the heavy service is away."""
    environment = {"EASYBRAILLE_SOFT_PAGES": "1", "EASYBRAILLE_SOFT_PIXELS": "1"}

    def invoke(url: str) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.post(url, content=json.dumps(v2(PICTURE.read_bytes())), timeout=120).json()
        assert answer["statusCode"] == 200 and TEXT in json.loads(answer["body"])["text"]
        return answer

    with here.heavy() as (name, heavy):
        until(is_ready(heavy), "the service is not ready")
        with here.light(EASYBRAILLE_GPU_URL=heavy, EASYBRAILLE_GPU_KEY=KEY, **environment) as light:
            until(lambda: _listens(light), "the function does not start")
            # On a busy machine the first pages may take longer than the function waits for them.
            until(lambda: invoke(light)["headers"]["x-easybraille-path"] == "heavy", "nothing is forwarded")
            docker("kill", name)
            assert invoke(light)["headers"]["x-easybraille-path"] == "light"


def _listens(url: str) -> bool:
    try:
        return bool(httpx.post(url, content=json.dumps({"source": "easybraille.check"}), timeout=60).json())
    except httpx.TransportError:
        return False


def job(here: Rehearsal) -> None:
    """A folder becomes a folder of texts, by two workers of which one is killed."""
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        _, url = stack.enter_context(here.heavy(**here.jobs))
        worker, given = ("python", "-m", "easybraille", "worker"), here.aws | here.jobs
        workers = [stack.enter_context(here.container(here.heavy_image, given, *worker)) for _ in range(2)]
        until(is_ready(url), "the service is not ready")
        health = ("inspect", "--format", "{{.State.Health.Status}}")
        until(lambda: docker(*health, workers[1]) == "healthy", "a worker is not healthy")
        pages, out = Path(folder) / "book", Path(folder) / "out"
        pages.mkdir()
        for number in range(8):
            (pages / f"{number}.jpg").write_bytes(PICTURE.read_bytes())
        command = (
            sys.executable,
            "-m",
            "easybraille",
            "bulk",
            pages,
            "--url",
            url,
            "--output",
            out,
            "--format",
            "text",
        )
        client = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "EASYBRAILLE_KEY": KEY},
            stderr=subprocess.PIPE,
            text=True,
        )
        until(lambda: "read in" in log_of(workers[0]), "the first worker reads nothing")
        docker("kill", workers[0])
        _, said = client.communicate(timeout=240)
        assert client.returncode == 0, said
        assert Counter(TEXT in path.read_text("utf-8") for path in out.glob("*.txt")) == {True: 8}


def roll(here: Rehearsal) -> None:
    """Weights go forward and back, one of two services after the other, and no request is lost."""
    statuses: Counter[int] = Counter()
    versions: Counter[str] = Counter()
    addresses: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            answer = read(addresses[number % len(addresses)])
            statuses[answer.status_code] += 1
            versions[answer.json()["model"]["version"]] += 1

    with ExitStack() as stack:
        path = {"MODEL_S3_PATH": "s3://weights/models/latest.json"}
        here.point_latest("1.0.0")
        _, url = stack.enter_context(here.heavy(**path))
        until(is_ready(url), "the service is not ready")
        addresses.append(url)
        caller = threading.Thread(target=ask)
        caller.start()
        try:
            for version in ("1.1.0", "1.0.0"):
                here.point_latest(version)
                _, url = stack.enter_context(here.heavy(**path))
                until(is_ready(url), "the service is not ready")
                assert ready(url)["version"] == version
                # As a load balancer does: the new one first, then the old one drains.
                addresses[:] = [url]
                time.sleep(2)
        finally:
            stop.set()
            caller.join()
    assert set(statuses) == {200} and set(versions) == {"1.0.0", "1.1.0"}, (statuses, versions)
    print(f"           {statuses[200]} requests while weights changed, none lost; by version {dict(versions)}")


def large_pictures(here: Rehearsal) -> None:
    """64 megapixels of each kind are read or refused by a function of 1,769 MB, and none ends it."""
    statuses: dict[str, int] = {}
    with here.light() as light:
        until(lambda: _listens(light), "the function does not start")
        for name, content in _large().items():
            event = v2(content, headers={"content-type": "application/octet-stream"})
            answer: dict[str, Any] = httpx.post(light, content=json.dumps(event), timeout=120).json()
            statuses[name] = answer.get("statusCode", 0)
        assert _listens(light)
    assert all(200 <= status < 500 or status == 503 for status in statuses.values()), statuses
    print(f"           statuses {statuses}")


def _large() -> dict[str, bytes]:
    """Pictures of 8000 x 8000 pixels, as small as their formats make them."""
    gray = Image.new("L", (8000, 8000), 200)
    found = {}
    for kind, picture, options in (
        ("JPEG", gray, {}),
        ("PNG", gray, {}),
        ("PNG, 16 bits", Image.new("I;16", gray.size, 40_000), {}),
        ("WebP", gray.convert("RGB"), {"quality": 1, "method": 0}),
        ("TIFF", gray, {"compression": "tiff_lzw"}),
    ):
        file = io.BytesIO()
        picture.save(file, kind.split(",")[0], **options)
        found[kind] = file.getvalue()
    return found


STEPS = (no_region, withdrawn_key, s3_away, wrong_weights, fallback, large_pictures, job, roll)


def main() -> int:
    """Build both images and rehearse; exit status 1 where a step fails."""
    if (reason := why_not()) is not None:
        print(f"No rehearsal: {reason}.", file=sys.stderr)
        return 1
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    tag = secrets.token_hex(4)
    heavy, light = f"easybraille-rehearsal:heavy-{tag}", f"easybraille-rehearsal:light-{tag}"
    try:
        with faulty_s3() as s3:
            here = Rehearsal(s3, heavy, light)
            with here.step("build the image of the heavy service (ENGINE=onnx)"):
                docker("build", *BUILD_FLAGS, "-f", "Dockerfile.ec2", "--build-arg", "ENGINE=onnx", "-t", heavy, ".")
            with here.step("build the image of the function"):
                docker("build", *BUILD_FLAGS, "-f", "Dockerfile.lambda", "-t", light, ".")
            for step in STEPS:
                with here.step(str(step.__doc__)):
                    step(here)
            for image in (heavy, light):
                size = int(docker("image", "inspect", "--format", "{{.Size}}", image)) / 1e6
                print(f"{size:7.0f} MB {image.rsplit(':', 1)[1].rsplit('-', 1)[0]} image, uncompressed")
            print(f"{sum(here.times.values()):7.0f} s  in all")
    finally:
        for image in (heavy, light):
            docker("image", "rm", "--force", image, check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
