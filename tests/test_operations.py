"""docs/operate.md and docs/operar.md: what they name exists, and what can run here says what they show."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cfnlint.decode import cfn_yaml

from deploy import check, costs
from easybraille import keys
from easybraille.settings import Settings
from tests.conftest import ROOT

GUIDES = [ROOT / "docs" / name for name in ("operate.md", "operar.md")]
TEMPLATE = cfn_yaml.load(str(ROOT / "template.yaml"))
MAKE = (ROOT / "Makefile").read_text("utf-8")


@pytest.fixture(params=GUIDES, ids=lambda path: path.name)
def guide(request: pytest.FixtureRequest) -> str:
    return request.param.read_text("utf-8")


def test_files_targets_and_settings_of_the_guides_exist(guide: str) -> None:
    for path in re.findall(r"(?:gpu_service|examples|\.elasticbeanstalk)/[\w./-]+\w", guide):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\(([\w.]+\.(?:md|png))", guide):
        assert (ROOT / "docs" / target).exists(), target
    for target in re.findall(r"make ([\w-]+)", guide):
        assert f"\n{target}:" in MAKE, target
    settings = {field.alias for field in Settings.model_fields.values()}
    assert set(re.findall(r"\b(?:EASYBRAILLE|GUNICORN|MODEL)_[A-Z0-9_]+", guide)) <= settings


def test_parameters_outputs_and_alarms_of_the_guides_are_the_templates(guide: str) -> None:
    parameters = set(
        re.findall(r"\b([A-Z]\w+)=", " ".join(re.findall(r"--parameter-overrides (.*)|`(\w+=\w+)`", guide)[0]))
    )
    assert parameters <= set(TEMPLATE["Parameters"])
    alarms = {name for name, one in TEMPLATE["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    assert set(re.findall(r"`(\w+Alarm)`", guide)) == alarms
    assert {"DashboardUrl", "LogGroupName", "DomainTarget"} <= set(TEMPLATE["Outputs"])


def test_the_commands_for_keys_give_keys_that_count(guide: str) -> None:
    commands = re.findall(r"^python -m easybraille\.keys (.+?) >> keys\.txt", guide, re.M)
    assert len(commands) == 3
    for command in commands:
        made = subprocess.run(
            [sys.executable, "-m", "easybraille.keys", *command.split()],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        name, *scopes = command.split()
        (key,) = keys.parse(made.stdout)
        assert key.caller == keys.Caller(name, frozenset(scopes))


def test_the_table_of_costs_is_what_the_command_prints() -> None:
    said = subprocess.run([sys.executable, "-m", "deploy.costs"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() in GUIDES[0].read_text("utf-8")
    dollars = re.findall(r"\$[\d,.]+", said.stdout)
    assert all(one in GUIDES[1].read_text("utf-8") for one in dollars)


def test_the_costs_are_those_that_the_page_calculates() -> None:
    # A million pages on Lambda, by hand: 2.9375 GB x 0.42 s x $0.0000166667 = $20.5625, and $1.20 for requests.
    assert costs.light(1_000_000) == pytest.approx(21.76, abs=0.01)
    # 730 hours of one machine and its balancer: 730 x (0.17 + 0.0225).
    assert costs.heavy(1_000) == pytest.approx(140.525)


@pytest.mark.parametrize(
    ("overrides", "wrong"),
    [
        ("OpenTo=none", None),
        ('ModelS3Path=s3://b/models/1/manifest.json ModelBucket="b"', None),
        ("ModelS3Path=s3://b/other/manifest.json ModelBucket=b", "not below s3://b/models/"),
        ("ReservedConcurrency=5 ProvisionedConcurrency=10", "exceeds"),
        ("OpenFor=read", "no parameter OpenFor"),
    ],
)
def test_contradictions_that_a_rule_of_the_template_cannot_compare_are_found(overrides: str, wrong: str | None) -> None:
    if wrong is None:
        check.check_parameters("default", overrides)
    else:
        with pytest.raises(AssertionError, match=wrong):
            check.check_parameters("default", overrides)


def test_a_new_account_accepts_the_defaults_of_the_template() -> None:
    defaults = {name: parameter["Default"] for name, parameter in TEMPLATE["Parameters"].items()}
    assert defaults["MemorySize"] <= 3008
    assert defaults["ReservedConcurrency"] == defaults["ProvisionedConcurrency"] == 0
    assert defaults["OpenTo"] == "none" and defaults["Jobs"] == "off"


def test_no_provisioned_concurrency_above_the_reserved_one_passes_the_rules() -> None:
    reserved = [int(value) for value in TEMPLATE["Parameters"]["ReservedConcurrency"]["AllowedValues"]]
    for provisioned in TEMPLATE["Parameters"]["ProvisionedConcurrency"]["AllowedValues"]:
        if int(provisioned) < 2:
            continue  # at least one is reserved where any is
        rule = TEMPLATE["Rules"][f"Provisioned{provisioned}NeedsReserved"]
        (assertion,) = rule["Assertions"]
        allowed, _ = assertion["Assert"]["Fn::Contains"]
        assert {int(value) for value in allowed} == {0} | {value for value in reserved if value >= int(provisioned)}


def test_the_unit_is_rated_as_safe() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd on this machine")
    check.systemd()


def test_the_bundle_for_elastic_beanstalk_is_what_compose_runs() -> None:
    services = yaml.safe_load((ROOT / "gpu_service/eb/docker/docker-compose.yml").read_text("utf-8"))["services"]
    assert set(services) == {"easybraille"}
    assert Path(ROOT / services["easybraille"]["build"]["dockerfile"]).exists()
