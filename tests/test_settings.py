"""Settings are checked at start, and the documents list them all."""

from __future__ import annotations

import re

import pytest

from easybraille.errors import SettingError
from easybraille.settings import CLIENT_KEY, Settings, from_environment

from .conftest import ROOT

DOCUMENT = ROOT / "docs" / "settings.md"


def test_an_empty_variable_counts_as_not_set():
    assert from_environment({"PORT": ""}).port == 5000


def test_every_invalid_value_is_named_at_once():
    with pytest.raises(SettingError) as error:
        from_environment({"PORT": "70000", "EASYBRAILLE_READERS": "0"})
    assert "PORT is '70000'" in str(error.value) and "EASYBRAILLE_READERS is '0'" in str(error.value)


def test_a_misspelt_setting_is_refused():
    with pytest.raises(SettingError, match="EASYBRAILLE_QUEU is not a setting"):
        from_environment({"EASYBRAILLE_QUEU": "3"})


def test_the_documents_list_every_setting_with_its_default_and_no_other():
    rows = dict(re.findall(r"^\| `([A-Z_0-9]+)` \| (.*?) \|", DOCUMENT.read_text("utf-8"), re.M))
    expected = {
        field.alias: "" if field.default is None else f"`{field.default}`" for field in Settings.model_fields.values()
    }
    assert {name: rows.get(name) for name in expected} == expected
    assert CLIENT_KEY in rows and set(rows) - set(expected) <= {CLIENT_KEY, "GUNICORN_WORKERS", "GUNICORN_TIMEOUT"}
