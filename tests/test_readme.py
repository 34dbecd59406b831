"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

from .conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
SESSIONS = re.findall(r"^\$ \.venv/bin/easybraille ([^\n]*)\n(.*?)(?=^\$ |^```)", README, re.M | re.S)


def test_the_readme_opens_with_the_two_commands():
    assert re.search(r"\A# EasyBraille\n\n[^\n]+\n\n```\nmake run .*\nmake test ", README)


@pytest.mark.parametrize(("arguments", "shown"), SESSIONS, ids=[a for a, _ in SESSIONS])
def test_the_readme_shows_the_true_output(arguments, shown):
    done = subprocess.run(
        [sys.executable, "-m", "easybraille", *shlex.split(arguments)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.stdout == shown
    assert done.returncode == 0


def test_every_file_that_the_documents_link_to_exists():
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "models").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_make_target_that_the_documents_name_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"`make ([a-z-]+)", document.read_text("utf-8")):
            assert re.search(rf"^{target}:", makefile, re.M), f"{document.name} names make {target}"
