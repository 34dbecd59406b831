"""A ZIP file stands for the pictures in it, and is no way round the limits."""

from __future__ import annotations

import contextlib
import io
import struct
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest

from easybraille.errors import (
    DamagedPictureError,
    EmptyInputError,
    InputError,
    NotAPictureError,
    ProtectedDocumentError,
    TooLargeError,
    TooManyFilesError,
)
from easybraille.imaging.archive import unpacked
from tests.bombs import zip_bzip2, zip_deflate, zip_many_entries


def packed(*files: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names may come twice
        for name, data in files:
            archive.writestr(name, data)
    return file.getvalue()


def opened(*inputs: tuple[str, bytes], files: int = 10, size: int = 1000) -> list[tuple[str, bytes]]:
    return unpacked(inputs, files, size)


def test_numbered_files_come_as_people_count_them_and_others_as_they_were_packed():
    numbered = packed(*((f"pag{n}.jpg", b"x") for n in (10, 2, 1)))
    assert [name for name, _ in opened(("z.zip", numbered))] == ["pag1.jpg", "pag2.jpg", "pag10.jpg"]
    named = packed(("portada.jpg", b"x"), ("índice.jpg", b"x"), ("final.jpg", b"x"))
    assert [name for name, _ in opened(("z.zip", named))] == ["portada.jpg", "índice.jpg", "final.jpg"]


def test_its_files_take_its_place_in_the_order_of_their_names():
    archive = packed(("b/2.jpg", b"two"), ("b/1.jpg", b"one"), ("b/", b""))
    inputs = opened(("a.jpg", b"first"), ("b.zip", archive), ("c.jpg", b"last"))
    assert inputs == [("a.jpg", b"first"), ("b/1.jpg", b"one"), ("b/2.jpg", b"two"), ("c.jpg", b"last")]


def test_what_systems_add_by_themselves_is_left_out():
    clutter = [(name, b"x") for name in ("__MACOSX/._a.jpg", ".DS_Store", "a/.hidden", "a/Thumbs.db")]
    assert opened(("z.zip", packed(("a/a.jpg", b"a"), *clutter))) == [("a/a.jpg", b"a")]


def test_names_that_climb_out_of_folders_are_names_like_others():
    assert opened(("z.zip", packed(("../../etc/a.jpg", b"a"))))[0][0] == "../../etc/a.jpg"


def test_a_zip_file_inside_stays_packed_and_documents_are_no_archives_of_pictures():
    inside = packed(("a.jpg", b"a"))
    assert opened(("z.zip", packed(("inside.zip", inside)))) == [("inside.zip", inside)]
    letter = packed(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b""))
    assert opened(("letter.docx", letter)) == [("letter.docx", letter)]


def test_files_inside_count_as_files():
    archive = packed(*((f"{n}.jpg", b"x") for n in range(6)))
    assert len(opened(("z.zip", archive), files=6)) == 6
    with pytest.raises(TooManyFilesError, match="7 files; 6 are allowed"):
        opened(("a.jpg", b"x"), ("z.zip", archive), files=6)


def test_what_is_large_once_it_is_unpacked_is_refused_before_it_is():
    bomb = packed(("a.tif", bytes(600)), ("b.tif", bytes(600)))
    assert len(bomb) < 300
    with pytest.raises(TooLargeError):
        opened(("bomb.zip", bomb))


def test_a_size_that_is_a_lie_does_not_get_past_the_limit():
    bomb = packed(("a.tif", bytes(100_000)))
    size = struct.pack("<L", 100_000)
    lie = bomb.replace(size, struct.pack("<L", 10))
    assert lie != bomb
    with pytest.raises(DamagedPictureError):
        opened(("bomb.zip", lie))


def test_what_can_not_be_opened_says_why():
    archive = packed(("a.jpg", b"abc" * 50))
    with pytest.raises(DamagedPictureError):
        opened(("z.zip", archive[:-30]))
    with pytest.raises(EmptyInputError):
        opened(("z.zip", packed()))
    encrypted = bytearray(packed(("a.jpg", b"a"), kind=zipfile.ZIP_STORED))
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ProtectedDocumentError):
        opened(("z.zip", bytes(encrypted)))


@pytest.mark.parametrize("made", [zip_bzip2, zip_deflate, zip_many_entries])
def test_no_archive_takes_more_memory_than_is_allowed_whatever_it_declares(made):
    bomb = made()
    tracemalloc.start()
    with pytest.raises(InputError):
        opened(("bomb.zip", bomb), files=20, size=200_000_000)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_methods_of_packing_are_refused_by_name(kind):
    with pytest.raises(NotAPictureError, match="deflate"):
        opened(("z.zip", packed(("a.jpg", b"abc"), kind=kind)))


def test_entries_without_a_name_are_left_out():
    archive = packed(("a.jpg", b"abc"), ("b.jpg", b"x"))
    assert opened(("z.zip", archive.replace(b"b.jpg", b"/////"))) == [("a.jpg", b"abc")]
    # zipfile takes what follows a zero byte for no part of a name.
    assert opened(("z.zip", archive.replace(b"b.jpg", b"\0.jpg"))) == [("a.jpg", b"abc")]


def test_damaged_archives_of_every_kind_are_named():
    random = np.random.default_rng(0)
    whole = packed(("a.jpg", b"abc" * 50), ("b.jpg", bytes(range(200))))
    for _ in range(500):
        damaged = bytearray(whole)
        for at in random.integers(4, len(damaged), 3):
            damaged[at] = random.integers(0, 256)
        with contextlib.suppress(InputError):
            opened(("z.zip", bytes(damaged)))


def test_over_http_a_zip_file_becomes_one_document(served, letter):
    archive = packed(("libro/1.jpg", letter), ("libro/2.txt", b"hola"))
    for request in ({"content": archive, "headers": {"Content-Type": "application/zip"}}, {"files": {"file": archive}}):
        document = served.post("/v1/read", **request).json()
        assert [page["source"] for page in document["pages"]] == ["libro/1.jpg"]
        assert [(e["source"], e["code"]) for e in document["errors"]] == [("libro/2.txt", "not_a_picture")]
