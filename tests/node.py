"""Programs of Node.js that tests use: installed once, from the lock file in clients/typescript."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "clients" / "typescript"


@cache
def _why_not() -> str | None:
    if shutil.which("npm") is None:
        return "needs Node.js with npm"
    if not (FOLDER / "node_modules" / ".package-lock.json").exists():
        command = ["npm", "ci", "--silent", "--no-audit", "--no-fund"]
        installed = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=300)
        if installed.returncode:
            return f"npm could not install: {installed.stderr.strip()[-200:]}"
    return None


def run(*arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """A program from node_modules/.bin, or node itself; skips the test where that can't be."""
    if reason := _why_not():
        pytest.skip(reason)
    program, *others = map(str, arguments)
    binary = "node" if program == "node" else str(FOLDER / "node_modules" / ".bin" / program)
    done = subprocess.run([binary, *others], cwd=FOLDER, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0 or not check, done.stdout + done.stderr
    return done
