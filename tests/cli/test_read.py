"""`easybraille read`: where results go, how many cores read, and what a person is told."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios

import pypdfium2
import pytest
from PIL import Image

from easybraille.cli.main import main
from easybraille.cli.page_ranges import PageRanges
from easybraille.errors import UsageError
from tests.cli.test_cli import easybraille
from tests.conftest import EXAMPLES

TEXTS = {name: (EXAMPLES / f"{name}.txt").read_text("utf-8") for name in ("carta", "cuento", "receta")}
FIRST_WORDS = {name: text.split()[:2] for name, text in TEXTS.items()}
PROGRAM = [sys.executable, "-m", "easybraille"]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A PDF of three pages: carta, cuento, receta."""
    path = tmp_path_factory.mktemp("book") / "libro.pdf"
    first, *others = [Image.open(EXAMPLES / f"{name}.jpg").convert("L") for name in TEXTS]
    first.save(path, save_all=True, append_images=others, resolution=150)
    return path


def opening(page: str) -> list[str]:
    return page.split()[:2]


def test_pages_of_a_pdf_are_chosen_and_parted_by_form_feeds(book, capfdbinary):
    assert main(["read", str(book), "--pages", "3,1"]) == 0
    pages = capfdbinary.readouterr().out.decode().split("\f")
    assert [opening(page) for page in pages] == [FIRST_WORDS["receta"], FIRST_WORDS["carta"]]


def test_the_pages_of_a_pdf_are_the_same_on_one_core_and_on_two(book, tmp_path):
    made = []
    for jobs in ("1", "2"):
        pictures = tmp_path / "six"
        pictures.mkdir(exist_ok=True)
        for n in (1, 2, 3):
            shutil.copy(EXAMPLES / "carta.jpg", pictures / f"{n}.jpg")
        shutil.copy(book, pictures / "4.pdf")
        out = tmp_path / f"out{jobs}"
        assert main(["read", str(pictures), "-o", str(out), "-f", "json,brf", "-j", jobs]) == 0
        made.append({p.name: p.read_bytes() for p in out.iterdir() if not p.name.startswith(".")})
    assert made[0] == made[1] and len(made[0]) == 8
    pages = json.loads(made[0]["4.json"])["pages"]
    assert [(page["source"], page["source_page"], page["number"]) for page in pages] == [
        ("4.pdf", n, n) for n in (1, 2, 3)
    ]


def test_the_language_of_a_pdf_is_detected_from_all_its_pages(book, capfd):
    assert main(["read", str(book), "-l", "auto", "-f", "json"]) == 0
    document = json.loads(capfd.readouterr().out)
    assert document["language"] == "es"
    assert [page["source_page"] for page in document["pages"]] == [1, 2, 3]


def test_a_page_that_is_not_there_is_bad_usage(book, capfd):
    assert main(["read", str(book), "--pages", "2-4"]) == 2
    assert "has 3 pages; there is no page 4" in capfd.readouterr().err


@pytest.mark.parametrize(("text", "pages"), [("1-3,7", [1, 2, 3, 7]), ("8-", [8, 9]), ("2,2,1", [2, 1])])
def test_lists_of_pages(text, pages):
    assert PageRanges(text).of(9) == pages


@pytest.mark.parametrize("text", ["0", "3-1", "a", "", "1,,2", "-3"])
def test_what_is_no_list_of_pages_is_refused(text, capfd):
    with pytest.raises(SystemExit) as ended:
        main(["read", "x.pdf", f"--pages={text}"])
    assert ended.value.code == 2 and "is not a list of pages" in capfd.readouterr().err
    with pytest.raises(UsageError):
        PageRanges("9").of(3)


def test_a_picture_on_standard_input_is_read():
    with (EXAMPLES / "carta.jpg").open("rb") as picture:
        done = subprocess.run([*PROGRAM, "read", "-"], stdin=picture, capture_output=True, timeout=120)
    assert done.stdout.decode() == TEXTS["carta"] or opening(done.stdout.decode()) == FIRST_WORDS["carta"]
    assert done.returncode == 0


def test_output_is_a_file_when_its_name_has_a_suffix_and_its_format_follows(tmp_path, capfd):
    file = tmp_path / "libro.pdf"
    assert main(["read", str(EXAMPLES / "carta.jpg"), str(EXAMPLES / "cuento.jpg"), "-o", str(file)]) == 0
    assert capfd.readouterr().out == ""
    pdf = pypdfium2.PdfDocument(file)
    assert [opening(page.get_textpage().get_text_range()) for page in pdf] == [
        FIRST_WORDS["carta"],
        FIRST_WORDS["cuento"],
    ]


def test_a_file_that_exists_is_kept_unless_overwriting_is_asked_for(tmp_path, capfd):
    file = tmp_path / "carta.txt"
    file.write_text("mine")
    assert main(["read", str(EXAMPLES / "carta.jpg"), "-o", str(file)]) == 2
    assert file.read_text() == "mine" and "exists" in capfd.readouterr().err
    assert main(["read", str(EXAMPLES / "carta.jpg"), "-o", str(file), "--overwrite"]) == 0
    assert opening(file.read_text("utf-8")) == FIRST_WORDS["carta"]


def test_several_formats_come_from_one_run(tmp_path):
    out = tmp_path / "salida"
    assert main(["read", str(EXAMPLES / "carta.jpg"), "-o", str(out), "-f", "text,brf", "-f", "json"]) == 0
    assert {p.name for p in out.iterdir()} == {"carta.txt", "carta.brf", "carta.json", ".easybraille-done.jsonl"}


def test_several_formats_without_a_folder_are_bad_usage(capfd):
    assert main(["read", str(EXAMPLES / "carta.jpg"), "-f", "text,brf"]) == 2
    assert "need a folder" in capfd.readouterr().err


def test_progress_shows_on_a_terminal_and_nowhere_else():
    command = [*PROGRAM, "read", str(EXAMPLES / "carta.jpg"), str(EXAMPLES / "cuento.jpg")]
    assert "2/2" not in easybraille(*command[3:]).stderr
    told = on_a_terminal(command)
    assert "2/2" in told


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_errors_are_red_on_a_terminal_unless_no_color_is_set(no_color, coloured):
    told = on_a_terminal([*PROGRAM, "read", "nothing-there.jpg"], NO_COLOR=no_color)
    assert "nothing-there.jpg does not exist" in told
    assert ("\x1b[1;31m" in told) is coloured


def on_a_terminal(command: list[str], **environment: str) -> str:
    """What a program writes to standard error, which is a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=os.environ | environment)
    os.close(theirs)
    told = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            piece = b""
        if not piece:
            break
        told += piece
    os.close(ours)
    running.wait(60)
    return told.decode()


def test_a_reader_that_closes_the_pipe_is_no_error():
    command = f"{' '.join(PROGRAM)} read {EXAMPLES / 'carta.jpg'} {EXAMPLES / 'cuento.jpg'}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | true"], capture_output=True, text=True, timeout=120
    )
    assert done.stderr == "" and done.returncode == 141


def test_a_result_that_can_not_be_written_is_named_without_an_error_number(tmp_path):
    (tmp_path / "file").write_text("")
    done = easybraille("read", EXAMPLES / "carta.jpg", "-o", tmp_path / "file" / "sub" / "carta.txt")
    assert done.returncode == 1
    assert "Errno" not in done.stderr and "Traceback" not in done.stderr and str(tmp_path / "file") in done.stderr


def test_quiet_says_nothing_and_verbose_says_what_was_done(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    shutil.copy(EXAMPLES / "carta.jpg", folder)
    (folder / "notes.txt").write_text("not a page")
    assert easybraille("read", folder, "-q").stderr == ""
    assert "notes.txt" in easybraille("read", folder).stderr
    assert re.search(r"carta\.jpg: 1 pages, \d+ cells\n1 files in [\d.]+ s", easybraille("read", folder, "-v").stderr)
