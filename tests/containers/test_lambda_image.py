"""Dockerfile.lambda and template.yaml, built and run as AWS would."""

from __future__ import annotations

import io
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from PIL import Image

from easybraille import formats
from easybraille.reader import Reader
from lambda_app.events.make import v1, v2, warm_up
from tests.containers.engine import BUILD_FLAGS, READY, ROOT, docker, sam, why_not
from tests.lambda_app.emulator import INVOKE, RUNTIME, free_ports, program

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

IMAGE = f"easybraille-lambda:test-{os.getpid()}"
MB = 1_000_000
ENVIRONMENT = {
    **os.environ,
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "SAM_CLI_TELEMETRY": "0",
}


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    docker("build", *BUILD_FLAGS, "-f", "Dockerfile.lambda", "-t", IMAGE, ".")
    yield IMAGE
    docker("image", "rm", "--force", IMAGE, check=False)


@pytest.fixture(scope="module")
def container(image: str) -> Iterator[tuple[str, str]]:
    """Its id and the address that takes events: nothing can be written but /tmp, memory is 1 GB."""
    (port,) = free_ports(1)
    name = docker(
        *("run", "--detach", "--read-only", "--tmpfs", "/tmp", "--memory", "1g", "--memory-swap", "1g", "--cpus", "2"),
        *("--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--publish", f"127.0.0.1:{port}:8080"),
        *("--volume", f"{program()}:/aws-lambda-rie:ro", "--entrypoint", "/aws-lambda-rie", image),
        *("python", *RUNTIME[1:]),
    )
    try:
        yield name, f"http://127.0.0.1:{port}{INVOKE}"
    finally:
        docker("rm", "--force", name, check=False)


def invoke(url: str, event: dict) -> dict:
    for _ in range(50):
        try:
            return httpx.post(url, content=json.dumps(event), timeout=120).json()
        except httpx.TransportError:  # it is starting
            time.sleep(0.2)
    raise AssertionError("the container takes no events")


def test_the_image_is_small(image: str) -> None:
    size = int(docker("image", "inspect", "--format", "{{.Size}}", image))
    print(f"image: {size / MB:.0f} MB uncompressed")
    # A base of 225 MB, ONNX Runtime, numpy, and 30 MB of wasmtime, which runs liblouis.
    assert size < 450 * MB


def test_the_image_holds_no_torch_no_ultralytics_and_no_compiler(image: str) -> None:
    script = (
        "import importlib.util as u, shutil;"
        "print([m for m in ('torch', 'torchvision', 'ultralytics', 'cv2', 'matplotlib', 'pytest') if u.find_spec(m)],"
        "[p for p in ('gcc', 'cc', 'g++', 'clang', 'ld', 'make') if shutil.which(p)])"
    )
    assert docker("run", "--rm", "--entrypoint", "python", image, "-c", script) == "[] []"
    files = docker("run", "--rm", "--entrypoint", "find", image, "/", "-xdev", "-iname", "*torch*", check=False)
    assert not [path for path in files.splitlines() if "libtorch" in path or path.endswith("/torch")]


def test_every_module_that_a_start_imports_has_its_bytecode(image: str) -> None:
    script = (
        "import sys, os, lambda_app.handler;"
        "print(sorted(n for n, m in sys.modules.items() if (f := getattr(m, '__cached__', None))"
        " and m.__file__.endswith('.py') and not os.path.exists(f)), file=sys.stderr)"
    )
    command = f'python -c "{script}" 2>&1 >/dev/null'
    assert docker("run", "--rm", "--entrypoint", "sh", image, "-c", command) == "[]"


def test_it_reads_what_the_local_reader_reads_as_its_own_user_within_its_memory(
    container: tuple[str, str], reader: Reader, letter: bytes
) -> None:
    name, url = container
    expected = json.loads(formats.FORMATS["json"].write(reader.read(letter)))
    for event in (v2(letter), v1(letter), v2(letter)):
        answer = invoke(url, event)
        assert answer["statusCode"] == 200
        assert json.loads(answer["body"])["text"] == expected["text"]
    assert invoke(url, warm_up()) == {"status": "warm"}
    assert docker("exec", name, "id", "-u") == "10001"
    peaks = docker("exec", name, "sh", "-c", "grep -h VmHWM /proc/[0-9]*/status").splitlines()
    peak = max(int(line.split()[1]) for line in peaks) * 1024
    print(f"peak memory: {peak / MB:.0f} MB")
    assert peak < 400 * MB


def test_the_other_languages_are_there(container: tuple[str, str]) -> None:
    languages = json.loads(invoke(container[1], v2(path="/v1/languages", method="GET"))["body"])
    assert {one["code"] for one in languages if one["available"]} >= READY


@pytest.mark.parametrize("language", ["es", "ca", "gl", "eu"])
def test_words_are_divided_on_paper(container: tuple[str, str], language: str) -> None:
    body = json.dumps({"text": "en la camisa", "language": language}).encode()
    asked = v2(body, "/v1/translate", headers={"content-type": "application/json"}, query="paper=10x25&format=braille")
    assert invoke(container[1], asked)["body"].split("\n")[:2] == ["⠑⠝⠀⠇⠁⠀⠉⠁⠤", "⠍⠊⠎⠁"]


@pytest.fixture(scope="module")
def run_sam() -> Iterator[Callable[..., subprocess.CompletedProcess]]:
    command = sam()

    def run(*arguments: str) -> subprocess.CompletedProcess:
        ended = subprocess.run(
            [*command, *arguments], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=900
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended

    yield run
    subprocess.run(["rm", "-rf", str(ROOT / ".aws-sam")], check=False)
    for name in docker("image", "ls", "--quiet", "--filter", "reference=function").splitlines():
        docker("image", "rm", "--force", name, check=False)


@pytest.fixture(scope="module")
def built(run_sam: Callable[..., subprocess.CompletedProcess]) -> None:
    run_sam("build", "--no-cached")


def test_the_template_is_valid(run_sam: Callable[..., subprocess.CompletedProcess]) -> None:
    run_sam("validate", "--lint")


def test_sam_invokes_the_function_with_the_events_that_come_along(
    built: None, run_sam: Callable[..., subprocess.CompletedProcess]
) -> None:
    for name in ("read-v2", "read-v1"):
        event = f"lambda_app/events/{name}.json"
        ended = run_sam("local", "invoke", "Function", "--event", event, "--skip-pull-image")
        answer = json.loads(ended.stdout.strip().splitlines()[-1])
        # Reading needs a key by default, and the events have none.
        assert answer["statusCode"] == 401, ended.stdout
        ended = run_sam(
            *("local", "invoke", "Function", "--event", event, "--skip-pull-image"),
            *("--parameter-overrides", "OpenTo=read"),
        )
        assert json.loads(ended.stdout.strip().splitlines()[-1])["statusCode"] == 200, ended.stdout


@contextmanager
def local_api(folder: Path) -> Iterator[str]:
    """The address at which `sam local start-api` serves the template."""
    (port,) = free_ports(1)
    with (folder / "sam.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *sam(),
                "local",
                "start-api",
                "--port",
                str(port),
                "--skip-pull-image",
                "--parameter-overrides",
                "OpenTo=read",
            ],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in range(600):
                if b"Running on" in (folder / "sam.log").read_bytes():
                    break
                assert process.poll() is None, (folder / "sam.log").read_text()
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def test_photos_that_are_sent_to_the_local_gateway_are_read(
    built: None, tmp_path: Path, reader: Reader, letter: bytes
) -> None:
    text = reader.read(letter).text
    pdf = io.BytesIO()
    Image.open(io.BytesIO(letter)).save(pdf, "PDF", resolution=150)
    with local_api(tmp_path) as url, httpx.Client(base_url=url, timeout=180) as client:
        raw = client.post("/v1/read?format=text", content=letter, headers={"content-type": "image/jpeg"})
        assert (raw.status_code, raw.text) == (200, text + "\n"), raw.text + (tmp_path / "sam.log").read_text()
        form = client.post("/v1/read", files=[("file", ("carta.jpg", letter)), ("file", ("otra.jpg", letter))])
        assert [page["text"] for page in form.json()["pages"]] == [text, text]
        book = client.post("/v1/read", content=pdf.getvalue(), headers={"content-type": "application/pdf"})
        assert book.status_code == 200 and book.json()["text"].splitlines()[0] == text.splitlines()[0]


def test_requests_to_the_local_gateway_are_answered(built: None, tmp_path: Path) -> None:
    with local_api(tmp_path) as url:
        answer = httpx.post(f"{url}/v1/translate", json={"text": "Hola"}, timeout=180)
        assert answer.status_code == 200, answer.text + (tmp_path / "sam.log").read_text()
        assert answer.json()["braille"] == "⠨⠓⠕⠇⠁"
        page = httpx.get(f"{url}/docs", timeout=180)
        assert page.status_code == 200
        assert "openapi.json" in page.text
        refused = httpx.post(f"{url}/v1/read", json={}, timeout=180)
        assert refused.status_code == 415
        assert refused.headers["content-type"] == "application/problem+json"
