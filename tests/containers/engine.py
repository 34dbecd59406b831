"""The container engine and the SAM CLI of this machine.

DOCKER, DOCKER_BUILD_FLAGS and SAM name others than `docker`, none and `sam`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCKER = shlex.split(os.environ.get("DOCKER", "docker"))
BUILD_FLAGS = shlex.split(os.environ.get("DOCKER_BUILD_FLAGS", ""))
# The languages that every image reads and writes.
READY = {"es", "es-g2", "ca", "gl", "eu", "braille", "en", "en-g2", "pt", "fr", "de", "de-g1", "it", "ru"}
SAM_FOLDER = ROOT / ".venv-sam"
SAM_CLI = "aws-sam-cli==1.170.0"


def why_not() -> str | None:
    """Why no container can run here; None if one can."""
    if shutil.which(DOCKER[0]) is None:
        return f"there is no {DOCKER[0]} on this machine"
    ended = subprocess.run([*DOCKER, "info"], capture_output=True, text=True)
    return f"{DOCKER[0]} does not run: {ended.stderr.strip()[-200:]}" if ended.returncode else None


def docker(*arguments: str, check: bool = True) -> str:
    """What `docker ARGUMENTS` writes to standard output."""
    ended = subprocess.run([*DOCKER, *arguments], cwd=ROOT, capture_output=True, text=True)
    if check and ended.returncode:
        raise AssertionError(f"docker {' '.join(arguments)}: {ended.stderr or ended.stdout}")
    return ended.stdout.strip()


def sam() -> list[str]:
    """The command of the SAM CLI, installed below .venv-sam where it is missing."""
    if given := os.environ.get("SAM"):
        return shlex.split(given)
    if found := shutil.which("sam"):
        return [found]
    program = SAM_FOLDER / "bin" / "sam"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(SAM_FOLDER)], check=True)
        subprocess.run([str(program.with_name("pip")), "install", "--quiet", SAM_CLI], check=True)
    return [str(program)]
