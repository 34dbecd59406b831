"""What the README shows is what happens, in both languages."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import EXAMPLES, ROOT

ENGLISH, SPANISH = (ROOT / "README.md").read_text("utf-8"), (ROOT / "README.es.md").read_text("utf-8")
SESSIONS = re.findall(r"^\$ easybraille ([^\n]*)\n(.*?)(?=^\$ |^```)", ENGLISH, re.M | re.S)
# These install something; the workflow builds the wheel and the images.
NOT_RUN = ("uv tool", "pipx", "docker")
DOCUMENTS = [ROOT / "README.md", ROOT / "README.es.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(text: str, kind: str = "") -> list[str]:
    """The code blocks of a kind, "" for all."""
    return [body for named, body in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S) if kind in ("", named)]


def commands(block: str) -> list[str]:
    """The lines of a block without their comments."""
    return [line for line in (re.sub(r"\s{2,}# .*", "", line) for line in block.splitlines()) if line]


COMMANDS = [
    command for block in blocks(ENGLISH, "sh") for command in commands(block) if not command.startswith(NOT_RUN)
]


def test_the_readme_opens_with_what_it_is_and_the_two_commands():
    assert ENGLISH.startswith("# EasyBraille\n\nPhotographs of Braille pages become text, Spanish first.")
    assert [command.split("  ")[0] for command in commands(blocks(ENGLISH)[0])] == ["make run", "make test"]


def test_both_languages_say_the_same():
    def shape(text: str) -> list[str]:
        outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
        return [re.match(r"#*|\|?", line)[0] for line in outside.splitlines() if line.startswith(("#", "|"))]

    def targets(text: str) -> list[str]:
        return [re.sub(r"guia|guide", "guide", target) for target in re.findall(r"\]\(([^)]+)\)", text)]

    assert shape(ENGLISH) == shape(SPANISH)
    assert [commands(block) for block in blocks(ENGLISH)] == [commands(block) for block in blocks(SPANISH)]
    assert sorted(targets(ENGLISH), key=str) == sorted(
        (target.replace("README.md", "README.es.md") for target in targets(SPANISH)), key=str
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, served) -> tuple[Path, dict[str, str], str]:
    """A folder with the examples, an environment where `easybraille` is a command, and the service's address."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(EXAMPLES, folder / "examples", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    programs = folder / "bin"
    programs.mkdir()
    program = programs / "easybraille"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m easybraille "$@"\n')
    program.chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return folder, environment, str(served.base_url).rstrip("/")


@pytest.mark.parametrize(("arguments", "shown"), SESSIONS, ids=[a for a, _ in SESSIONS])
def test_the_readme_shows_the_true_output(checkout, arguments, shown):
    folder, environment, _ = checkout
    done = subprocess.run(
        ["easybraille", *shlex.split(arguments)], cwd=folder, env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.stdout == shown
    assert done.returncode == 0


def test_every_command_of_the_readme_works_in_its_order(checkout):
    folder, environment, address = checkout
    assert len(COMMANDS) >= 12
    for command in COMMANDS:
        done = subprocess.run(
            ["bash", "-c", command.replace("http://localhost:5000", address)],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
        )
        assert done.returncode == 0 and '"code":' not in done.stdout[:300], f"{command}\n{done.stdout}{done.stderr}"
        assert done.stdout or "-o " in command or command.startswith("easybraille bulk"), command
    assert (folder / "libro.pdf").read_bytes().startswith(b"%PDF")
    assert {p.name for p in (folder / "salida").glob("[a-z]*")} == {
        f"{name}.{suffix}" for name in ("carta", "cuento", "receta") for suffix in ("txt", "brf")
    }
    assert {p.name for p in (folder / "examples-results").glob("[a-z]*")} == {"carta.txt", "cuento.txt", "receta.txt"}


def test_every_file_that_the_documents_link_to_exists():
    for document in (*DOCUMENTS, ROOT / "CHANGELOG.md", *(ROOT / "models").glob("*.md")):
        text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.M | re.S)
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            at_home = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}.get(target)
            path = ROOT / at_home if at_home and document.name == "index.md" else document.parent / target
            assert path.exists(), f"{document.name} links to {target}"


def test_the_newest_section_of_the_changelog_names_the_weights_that_ship():
    newest = (ROOT / "CHANGELOG.md").read_text("utf-8").split("\n## ")[1]
    weights = json.loads((ROOT / "models" / "manifest.json").read_text("utf-8"))["version"]
    assert f"Ships weights {weights}." in newest


def test_every_make_target_that_the_documents_name_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for document in DOCUMENTS:
        for target in re.findall(r"`make ([a-z-]+)", document.read_text("utf-8")):
            assert re.search(rf"^{target}:", makefile, re.M), f"{document.name} names make {target}"


def test_the_documentation_site_is_made_without_a_warning(tmp_path):
    made = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert made.returncode == 0 and "WARNING" not in made.stderr, made.stderr
    pages = {page.parent.relative_to(tmp_path).as_posix() for page in tmp_path.rglob("index.html")}
    documents = {document.stem for document in (ROOT / "docs").glob("*.md")} - {"index"}
    assert documents <= pages, documents - pages


@pytest.mark.skipif("FRESH_CLONE" not in os.environ, reason="FRESH_CLONE=1 clones and installs, which takes minutes")
def test_make_run_serves_from_a_fresh_clone(tmp_path):
    import httpx

    from tests.lambda_app.emulator import free_ports
    from tests.waiting import until

    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tmp_path / "clone")], check=True, timeout=120)
    (port,) = free_ports(1)
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PORT": str(port)}
    with subprocess.Popen(["make", "run"], cwd=tmp_path / "clone", env=clean, process_group=0) as running:
        try:
            until(lambda: running.poll() is not None or _is_ready(httpx, port), 600)
            assert running.poll() is None
        finally:
            os.killpg(running.pid, 15)


def _is_ready(httpx, port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200
    except httpx.TransportError:
        return False
