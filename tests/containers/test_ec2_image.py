"""Dockerfile.ec2, built for a machine without a GPU and run as the deployment guide runs it.

ONNX Runtime alone by default, which can be built anywhere; EC2_ENGINE=cpu or cuda builds and runs one with PyTorch.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from easybraille import formats
from easybraille.model_store import SHIPPED
from easybraille.reader import Reader
from tests.containers.engine import BUILD_FLAGS, DOCKER, READY, ROOT, docker, why_not
from tests.lambda_app.emulator import free_ports

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

ENGINE = os.environ.get("EC2_ENGINE", "onnx")
IMAGE = f"easybraille-ec2:test-{os.getpid()}"
# The machine, as a container sees it.
HOST = "host.docker.internal"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
}
LOCKED = ("--read-only", "--volume", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    index = ["--build-arg", f"TORCH_INDEX={os.environ['TORCH_INDEX']}"] if "TORCH_INDEX" in os.environ else []
    docker("build", *BUILD_FLAGS, "-f", "Dockerfile.ec2", "--build-arg", f"ENGINE={ENGINE}", *index, "-t", IMAGE, ".")
    yield IMAGE
    docker("image", "rm", "--force", IMAGE, check=False)


@contextmanager
def running(image: str, *options: str) -> Iterator[tuple[str, httpx.Client]]:
    """Its id and a client, once it is ready."""
    (port,) = free_ports(1)
    opened = ("--env", "EASYBRAILLE_OPEN=read", "--env", "EASYBRAILLE_METRICS=open")
    name = docker("run", "--detach", *LOCKED, "--publish", f"127.0.0.1:{port}:5000", *opened, *options, image)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            for _ in range(600):
                try:
                    if client.get("/ready").status_code == 200:
                        break
                except httpx.TransportError:
                    state = docker("inspect", "--format", "{{.State.Status}}", name)
                    assert state == "running", log(name)
                time.sleep(0.2)
            yield name, client
    finally:
        docker("rm", "--force", "--volumes", name, check=False)


def log(name: str) -> str:
    ended = subprocess.run([*DOCKER, "logs", name], capture_output=True, text=True)
    return ended.stdout + ended.stderr


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """The environment that leads to a bucket with the weights, in a real S3 server of moto's on this machine."""
    moto = ThreadedMotoServer("0.0.0.0", 0, verbose=False)
    moto.start()
    try:
        _, port = moto.get_host_and_port()
        client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="eu-west-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        client.create_bucket(Bucket="weights", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        for name in ("manifest.json", "best.onnx", "best.pt"):
            client.upload_file(str(SHIPPED.parent / name), "weights", f"1/{name}")
        yield {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
            "MODEL_S3_PATH": "s3://weights/1/manifest.json",
        }
    finally:
        moto.stop()


def environment(values: dict[str, str]) -> list[str]:
    return [word for name, value in values.items() for word in ("--env", f"{name}={value}")]


def cells(document: dict) -> list[str]:
    return [cell["dots"] for page in document["pages"] for line in page["lines"] for cell in line["cells"]]


def test_it_reads_a_page_as_its_own_user_with_weights_from_s3_and_drains_when_it_is_stopped(
    image: str, bucket: dict[str, str], reader: Reader, letter: bytes
) -> None:
    given = {**bucket, "GUNICORN_WORKERS": "1", "GUNICORN_TIMEOUT": "60"}
    with running(image, "--add-host", f"{HOST}:host-gateway", *environment(given)) as (name, client):
        assert "from s3://weights/1/manifest.json" in log(name)
        answer = client.post("/v1/read", content=letter, headers={"content-type": "image/jpeg"})
        assert answer.status_code == 200, answer.text
        expected = json.loads(formats.FORMATS["json"].write(reader.read(letter)))
        assert cells(answer.json()) == cells(expected) and len(cells(expected)) > 200
        assert answer.json()["model"]["engine"] == "onnxruntime"
        assert "No GPU is used" in log(name)
        assert docker("exec", name, "id", "-u") == "10001"
        for _ in range(200):
            health = docker("inspect", "--format", "{{.State.Health.Status}}", name)
            if health != "starting":
                break
            time.sleep(0.2)
        assert health == "healthy"
        docker("stop", "--time", "70", name)
        assert docker("inspect", "--format", "{{.State.ExitCode}}", name) == "0", log(name)


def test_mounted_weights_are_used_where_they_lie(image: str, letter: bytes) -> None:
    mounted = ("--volume", f"{ROOT / 'models'}:/weights:ro", "--env", "MODEL_PATH=/weights/manifest.json")
    with running(image, *mounted) as (name, client):
        assert "MODEL_PATH /weights/manifest.json" in log(name)
        assert client.post("/v1/read?format=text", content=letter).status_code == 200


def test_a_wrong_setting_ends_the_start_with_a_sentence(image: str) -> None:
    ended = subprocess.run([*DOCKER, "run", "--rm", "--env", "PORT=high", image], capture_output=True, text=True)
    assert ended.returncode == 1
    assert "PORT is 'high'" in ended.stderr and "Traceback" not in ended.stderr


def test_the_other_languages_are_there(image: str) -> None:
    with running(image) as (_, client):
        assert {one["code"] for one in client.get("/v1/languages").json() if one["available"]} >= READY


def test_an_unknown_engine_is_refused_while_it_is_built() -> None:
    with pytest.raises(AssertionError, match="it can be cuda, cpu or onnx"):
        docker("build", *BUILD_FLAGS, "-f", "Dockerfile.ec2", "--build-arg", "ENGINE=tpu", ".")


def test_it_holds_no_compiler_and_torch_only_if_asked_for(image: str) -> None:
    print(
        f"image, {ENGINE}: {int(docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6:.0f} MB uncompressed"
    )
    script = (
        "import importlib.util as u, shutil;"
        "print(u.find_spec('torch') is not None,"
        "[p for p in ('gcc', 'cc', 'g++', 'clang', 'ld', 'make') if shutil.which(p)])"
    )
    assert docker("run", "--rm", image, "python", "-c", script) == f"{ENGINE != 'onnx'} []"
