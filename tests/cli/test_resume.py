"""`easybraille read --resume`: what is done is not done again, and nothing else counts as done."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from easybraille.cli.main import main
from easybraille.client.results import NAME
from tests.conftest import EXAMPLES


@pytest.fixture
def pages(tmp_path):
    """Three pictures of one letter."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        shutil.copy(EXAMPLES / "carta.jpg", folder / name)
    return folder


def read(pages, out, *options) -> int:
    return main(["read", str(pages), "--output", str(out), *options])


def made(out) -> dict[str, int]:
    """When each result was written."""
    return {p.name: p.stat().st_mtime_ns for p in out.glob("*.txt")}


def test_resuming_makes_only_what_is_missing(pages, tmp_path, capfd):
    out = tmp_path / "out"
    assert read(pages, out) == 0
    before = made(out)
    (out / "2.txt").unlink()
    assert read(pages, out, "--resume") == 0
    after = made(out)
    assert after.keys() == before.keys() == {"1.txt", "2.txt", "3.txt"}
    assert {name for name in after if after[name] != before[name]} == {"2.txt"}
    assert "2 of 3 were there already." in capfd.readouterr().err


def test_a_result_that_was_corrected_by_hand_stays_even_with_other_options(pages, tmp_path):
    out = tmp_path / "out"
    read(pages, out)
    (out / "1.txt").write_text("corrected")
    read(pages, out, "--resume")
    assert (out / "1.txt").read_text() == "corrected"
    before = made(out)
    assert read(pages, out, "--resume", "--layout", "flow") == 0
    assert (out / "1.txt").read_text() == "corrected"
    assert {name for name, when in made(out).items() if when != before[name]} == {"2.txt", "3.txt"}


def test_results_that_exist_are_refused_before_anything_is_read(pages, tmp_path, capfd):
    out = tmp_path / "out"
    out.mkdir()
    (out / "2.txt").write_text("mine")
    assert read(pages, out) == 2
    said = capfd.readouterr().err
    assert "2.txt exists" in said and "--overwrite" in said and "--resume" in said
    assert {p.name: p.read_text() for p in out.iterdir()} == {"2.txt": "mine"}
    assert read(pages, out, "--resume") == 0
    assert (out / "2.txt").read_text() == "mine" and (out / "1.txt").exists()
    assert read(pages, out, "--overwrite") == 0
    assert "Querida Lucía" in (out / "2.txt").read_text("utf-8")


def test_other_options_and_other_pictures_are_read_again(pages, tmp_path, capfd):
    out = tmp_path / "out"
    read(pages, out)
    shutil.copy(EXAMPLES / "cuento.jpg", pages / "3.jpg")
    read(pages, out, "--resume")
    assert "2 of 3 were there already." in capfd.readouterr().err
    read(pages, out, "--resume", "--layout", "flow")
    assert "there already" not in capfd.readouterr().err


def test_other_weights_read_everything_again(pages, tmp_path, capfd, monkeypatch):
    read(pages, tmp_path / "out")
    import onnx

    from easybraille.model_store import SHIPPED

    network = onnx.load(SHIPPED.parent / "best.onnx")
    network.doc_string = "the same network in another file"
    onnx.save(network, tmp_path / "best.onnx")
    monkeypatch.setenv("MODEL_PATH", str(tmp_path / "best.onnx"))
    assert read(pages, tmp_path / "out", "--resume") == 0
    assert "there already" not in capfd.readouterr().err


def test_what_cannot_be_read_is_tried_and_named_again(pages, tmp_path, capfd):
    (pages / "2.jpg").write_bytes(b"no picture")
    for options in ((), ("--resume",)):
        assert read(pages, tmp_path / "out", *options) == 1
        assert "1 of 3 could not be read." in capfd.readouterr().err


def test_resume_without_an_output_folder_is_bad_usage(pages, capfd):
    assert main(["read", str(pages), "--resume"]) == 2
    assert "--resume needs --output" in capfd.readouterr().err


def test_a_note_that_a_killed_process_left_unfinished_does_no_harm(pages, tmp_path, capfd):
    out = tmp_path / "out"
    read(pages, out)
    notes = out / NAME
    notes.write_bytes(notes.read_bytes()[:-20])
    (out / "3.txt").unlink()  # the note comes first
    read(pages, out, "--resume")
    assert "2 of 3 were there already." in capfd.readouterr().err
    read(pages, out, "--resume")
    assert "3 of 3 were there already." in capfd.readouterr().err


def test_killed_again_and_again_it_still_completes_and_no_result_is_ever_broken(pages, tmp_path):
    out = tmp_path / "out"
    for number in range(4, 13):
        shutil.copy(EXAMPLES / "carta.jpg", pages / f"{number}.jpg")
    command = [sys.executable, "-m", "easybraille", "read", str(pages), "--output", str(out), "--resume"]
    for ending in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        done = len(made(out))
        running = subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ | {"PYTHONIOENCODING": "utf-8"})
        while len(made(out)) <= done:
            time.sleep(0.01)
        running.send_signal(ending)
        _, said = running.communicate(timeout=60)
        assert running.returncode == (130 if ending == signal.SIGINT else -ending)
        assert b"Traceback" not in said
    texts = {p.read_text("utf-8") for p in out.glob("*.txt")}
    before = made(out)
    assert 3 <= len(before) < 12 and len(texts) == 1
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    after = made(out)
    assert done.returncode == 0 and len(after) == 12
    # At most the one whose note was cut off is made again after each of three endings.
    assert sum(after[name] != before[name] for name in before) <= 3
