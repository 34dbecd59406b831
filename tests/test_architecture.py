"""docs/architecture.md against the code: every file that it names exists, none of the walk is named twice."""

from __future__ import annotations

import re

from .conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def walk() -> list[str]:
    section = PAGE.split("## A newcomer's walk")[1].split("\n## ")[0]
    return re.findall(r"^\| `([\w/]+\.py)`", section, re.MULTILINE)


def test_the_walk_names_each_file_once_and_all_exist():
    files = walk()
    assert len(files) > 15
    assert len(files) == len(set(files))
    assert [name for name in files if not (ROOT / "easybraille" / name).is_file()] == []


def test_every_file_and_folder_that_the_page_names_exists():
    named = set(re.findall(r"`([\w/]+(?:\.(?:py|json|yaml|toml)|/))`", PAGE))
    rooms = (ROOT / "easybraille").iterdir()
    recognition = ROOT / "easybraille" / "recognition"
    places = (ROOT, ROOT / "easybraille", recognition, recognition / "detectors", *rooms)
    missing = [name for name in named if not any((place / name).exists() for place in places)]
    assert missing == []


def test_every_room_is_described():
    rooms = {p.name for p in (ROOT / "easybraille").iterdir() if (p / "__init__.py").is_file()}
    described = set(re.findall(r"`(\w+)/`", PAGE))
    assert rooms <= described
