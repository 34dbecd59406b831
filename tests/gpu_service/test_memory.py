"""Pictures of 64 megapixels, 32 at once, on a machine of 4 GB: each is answered, and nothing is killed."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from .served import served

SIDE = 8000
AT_ONCE = 32
LIMIT = 4_000_000_000
MEMORY = Path("/sys/fs/cgroup/memory")


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group whose processes get no more memory than that machine has."""
    if not (MEMORY / "memory.limit_in_bytes").exists() or not os.access(MEMORY, os.W_OK):
        pytest.skip("needs control groups (version 1) that this user may make")
    made = MEMORY / f"easybraille-{uuid.uuid4().hex[:8]}"
    made.mkdir()
    (made / "memory.limit_in_bytes").write_text(str(LIMIT))
    yield made
    made.rmdir()


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    """One of each kind, with a shade that changes: an even one would take no time."""
    shade = np.tile(np.arange(SIDE, dtype=np.uint8), (SIDE, 1))
    deep = Image.fromarray(np.tile(np.arange(SIDE, dtype=np.uint16) * 8, (SIDE, 1)))
    made = {}
    for name, image, kind, options in (
        ("jpeg", Image.fromarray(shade), "JPEG", {}),
        ("progressive", Image.fromarray(shade), "JPEG", {"progressive": True}),
        ("png", Image.fromarray(shade), "PNG", {}),
        ("colour", Image.fromarray(shade).convert("RGB"), "PNG", {}),
        ("deep", deep, "PNG", {}),
        ("webp", Image.fromarray(shade).convert("RGB"), "WEBP", {"method": 0}),
        ("tiff", Image.fromarray(shade), "TIFF", {"compression": "tiff_lzw"}),
    ):
        file = io.BytesIO()
        image.save(file, kind, **options)
        made[name] = file.getvalue()
    return made


@pytest.mark.skipif(not os.environ.get("SOAK"), reason="SOAK=1 runs what takes a minute and more")
def test_no_connection_is_lost_and_no_process_killed(group, pictures):
    kinds = list(pictures)

    def post(number: int) -> tuple[str, int]:
        name = kinds[number % len(kinds)]
        kind = {"Content-Type": "application/octet-stream"}
        answer = httpx.post(f"{service.url}/v1/read", content=pictures[name], headers=kind, timeout=600, verify=False)
        return name, answer.status_code

    with served(EASYBRAILLE_MAX_PIXELS=str(SIDE * SIDE)) as service:
        (group / "cgroup.procs").write_text(str(service.process.pid))
        service.wait_until_ready(300)
        workers = service.workers()
        with ThreadPoolExecutor(AT_ONCE) as together:
            answers = list(together.map(post, range(AT_ONCE)))
        assert {status for _, status in answers} <= {200, 413, 422, 503}, answers
        assert any(status == 200 for _, status in answers), answers
        assert service.workers() == workers
        assert service.status() == "ready"
        assert "oom_kill 0" in (group / "memory.oom_control").read_text()
        print(f"\n{answers}\n{int((group / 'memory.max_usage_in_bytes').read_text()) / 1e6:.0f} MB at most")
