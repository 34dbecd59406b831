"""The command line, as a person runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import EXAMPLES


def easybraille(*arguments, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("EASYBRAILLE_", "MODEL_"))}
    return subprocess.run(
        [sys.executable, "-m", "easybraille", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=clean | {"PYTHONIOENCODING": "utf-8"} | environment,
        timeout=120,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two pictures, one in a subfolder, one that is none, and a file that nobody asked for."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "sub").mkdir()
    shutil.copy(EXAMPLES / "carta.jpg", folder)
    shutil.copy(EXAMPLES / "cuento.jpg", folder / "sub")
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("not a page")
    return folder


def test_a_picture_gives_its_text():
    done = easybraille("read", EXAMPLES / "carta.jpg")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("  Querida Lucía:\n")


def test_a_folder_is_read_and_what_cannot_be_read_is_named(folder, tmp_path):
    done = easybraille("read", folder, "--output", tmp_path / "out", "--format", "json")
    assert done.returncode == 1
    assert f"{folder / 'broken.jpg'}: This is not a picture" in done.stderr
    assert "1 of 3 could not be read." in done.stderr
    assert f"1 files were not read: {folder / 'notes.txt'}" in done.stderr
    made = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert made == {"carta.json", "sub/cuento.json", ".easybraille-done.jsonl"}


def test_json_on_standard_output_is_one_document_a_line(folder):
    done = easybraille("read", folder, "--format", "json")
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert [d["pages"][0]["source"] for d in documents] == ["carta.jpg", "cuento.jpg"]


def test_two_inputs_for_one_result_are_refused_before_anything_is_read(tmp_path):
    for name in ("a/1.jpg", "b/1.jpg"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"never opened")
    done = easybraille("read", tmp_path / "a", tmp_path / "b", "--output", tmp_path / "out")
    assert done.returncode == 2
    assert str(tmp_path / "a" / "1.jpg") in done.stderr and str(tmp_path / "b" / "1.jpg") in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_bad_usage():
    done = easybraille("read", "nothing-there.jpg")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing-there.jpg does not exist" in done.stderr


def test_an_unknown_language_is_bad_usage():
    done = easybraille("read", EXAMPLES / "carta.jpg", "--language", "xx")
    assert done.returncode == 2 and "xx" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "banana", "PORT is 'banana'"),
        ("EASYBRAILLE_LOG_LEVEL", "LOUD", "'DEBUG', 'INFO'"),
        ("EASYBRAILLE_MAX_PAGE", "3", "EASYBRAILLE_MAX_PAGE is not a setting"),
        ("MODEL_PATH", "/nowhere/best.onnx", "MODEL_PATH"),
    ],
)
def test_an_invalid_setting_stops_the_program_and_is_named(name, value, says):
    done = easybraille("read", EXAMPLES / "carta.jpg", **{name: value})
    assert done.returncode in (1, 2)
    assert says in done.stderr and "Traceback" not in done.stderr
