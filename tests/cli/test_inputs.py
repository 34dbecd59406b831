"""Which files a folder gives, in which order, and under which names their results go."""

from __future__ import annotations

from pathlib import Path

import pytest

from easybraille.client.inputs import collect
from easybraille.natural_order import natural_key
from tests.conftest import EXAMPLES

JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


def folder_of(root: Path, **files: bytes) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def names(folder: Path) -> list[str]:
    return [one.path.relative_to(folder).as_posix() for one in collect([folder]).inputs]


def test_pages_come_as_people_count_them(tmp_path):
    files = {f"pag{n}.jpg": JPEG for n in (10, 2, 1, 100, 21)}
    assert names(folder_of(tmp_path, **files)) == ["pag1.jpg", "pag2.jpg", "pag10.jpg", "pag21.jpg", "pag100.jpg"]


def test_folders_are_counted_like_files(tmp_path):
    files = dict.fromkeys(("cap 10/1.jpg", "cap 2/11.jpg", "cap 2/9.jpg", "Cap 1/1.jpg"), JPEG)
    assert names(folder_of(tmp_path, **files)) == ["Cap 1/1.jpg", "cap 2/9.jpg", "cap 2/11.jpg", "cap 10/1.jpg"]


@pytest.mark.parametrize(
    "in_order",
    [
        ["1", "2", "10"],
        ["a", "B", "c"],
        ["IMG_0099", "IMG_0100", "IMG_100", "IMG_101"],
        ["página 9b", "página 10a", "página 10b"],
        ["9" * 5000 + "x", "1" + "0" * 5000 + "x"],
    ],
)
def test_natural_order(in_order):
    assert sorted(set(in_order), key=natural_key) == in_order


def test_a_picture_is_told_by_its_content_and_the_rest_is_named(tmp_path):
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(20)
    files = {
        "a.jfif": JPEG,
        "b": JPEG,
        "c.bin": b"%PDF-1.7\n",
        "d.x": heic,
        "e.bmp": b"BM" + bytes(30),
        "f.txt": b"hola",
    }
    found = collect([folder_of(tmp_path, **files)])
    assert [one.path.name for one in found.inputs] == ["a.jfif", "b", "c.bin", "d.x"]
    assert [path.name for path in found.left_out] == ["e.bmp", "f.txt"]


def test_hidden_files_are_left_out_silently(tmp_path):
    files = dict.fromkeys(("._1.jpg", ".trash/2.jpg", "__MACOSX/1.jpg", "1.jpg"), JPEG) | {"Thumbs.db": JPEG}
    found = collect([folder_of(tmp_path, **files)])
    assert [one.path.name for one in found.inputs] == ["1.jpg"] and found.left_out == []


def test_of_a_photo_in_two_formats_the_jpeg_is_read_and_the_other_named(tmp_path):
    found = collect([folder_of(tmp_path, **{"IMG_1.HEIC": JPEG, "IMG_1.JPG": JPEG, "IMG_2.HEIC": JPEG})])
    assert [(one.path.name, one.stem) for one in found.inputs] == [
        ("IMG_1.JPG", Path("IMG_1")),
        ("IMG_2.HEIC", Path("IMG_2")),
    ]
    assert [path.name for path in found.left_out] == ["IMG_1.HEIC"]


def test_files_that_differ_in_their_suffix_alone_keep_it_in_their_results(tmp_path):
    found = collect([folder_of(tmp_path, **{"a.jpg": JPEG, "a.png": JPEG, "b.png": JPEG})])
    assert [one.stem for one in found.inputs] == [Path("a.jpg"), Path("a.png"), Path("b")]


def test_a_file_that_is_named_is_read_whatever_it_is_called():
    assert [one.path for one in collect([EXAMPLES / "carta.txt"]).inputs] == [EXAMPLES / "carta.txt"]
