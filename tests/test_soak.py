"""The soak runs, in small, and says what is wrong by its exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bench.soak import Sample, Soak, told
from tests.conftest import ROOT


@pytest.mark.skipif(not os.environ.get("SOAK"), reason="SOAK=1 runs what takes a minute and more")
def test_a_small_soak_finds_nothing_wrong_and_leaves_figures_and_a_plot(tmp_path):
    small = ["--minutes", "0.1", "--connections", "20", "--bodies", "2", "--overloads", "1", "--burst", "3"]
    command = [sys.executable, "-W", "ignore", "-m", "bench.soak", *small, "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "soak.json").read_text())
    assert found["one byte of a header"]["still open"] == 0 and len(found["overload"]) == 1 and found["samples"]
    assert (tmp_path / "soak.png").read_bytes().startswith(b"\x89PNG")


def test_thirds_are_told_beside_each_other():
    soak = Soak([Sample(float(at), (100 + at) * 1_000_000, 5, 9) for at in range(0, 90, 10)])
    rows = [line.split("|")[5].strip() for line in told(soak, 90)[2:5]]
    assert rows == ["110", "140", "170"]
