"""What Elastic Beanstalk and systemd are given: every file is parsed, and what it refers to is there."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from easybraille.settings import Settings, from_environment
from gpu_service.eb import bundle
from tests.conftest import ROOT
from tests.gpu_service import served as heavy
from tests.loopback import served

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/easybraille:1.0.0"
EB = ROOT / ".elasticbeanstalk"
DOCKERFILE = (ROOT / "Dockerfile.ec2").read_text("utf-8")
ENVIRONMENT = "aws:elasticbeanstalk:application:environment"
SETTINGS = {field.alias for field in Settings.model_fields.values()}
# Those that these files use, as "General options for all environments" in Elastic Beanstalk's developer guide has them.
OPTIONS = {
    "aws:autoscaling:asg": {"MinSize", "MaxSize"},
    "aws:autoscaling:launchconfiguration": {"IamInstanceProfile", "RootVolumeType", "RootVolumeSize", "DisableIMDSv1"},
    "aws:autoscaling:scheduledaction": {"Recurrence", "MinSize", "MaxSize", "DesiredCapacity", "Suspend"},
    "aws:autoscaling:trigger": {
        *("MeasureName", "Statistic", "Unit", "UpperThreshold", "LowerThreshold"),
        *("UpperBreachScaleIncrement", "LowerBreachScaleIncrement"),
    },
    "aws:autoscaling:updatepolicy:rollingupdate": {
        *("RollingUpdateEnabled", "RollingUpdateType", "MaxBatchSize", "Timeout"),
    },
    "aws:ec2:instances": {"InstanceTypes"},
    "aws:elasticbeanstalk:cloudwatch:logs": {"StreamLogs", "RetentionInDays"},
    "aws:elasticbeanstalk:cloudwatch:logs:health": {"HealthStreamingEnabled", "RetentionInDays"},
    "aws:elasticbeanstalk:command": {"DeploymentPolicy", "BatchSizeType", "BatchSize", "Timeout"},
    "aws:elasticbeanstalk:customoption": {"JobsQueueName"},
    "aws:elasticbeanstalk:environment": {"EnvironmentType", "LoadBalancerType", "ServiceRole"},
    "aws:elasticbeanstalk:environment:process:default": {"HealthCheckPath", "Port", "Protocol", "DeregistrationDelay"},
    "aws:elasticbeanstalk:healthreporting:system": {"SystemType"},
    "aws:elbv2:listener:default": {"ListenerEnabled"},
    "aws:elbv2:listener:443": {"Protocol", "SSLCertificateArns", "SSLPolicy"},
    "aws:elasticbeanstalk:sqsd": {
        *("WorkerQueueURL", "HttpPath", "MimeType", "HttpConnections"),
        *("InactivityTimeout", "VisibilityTimeout", "ErrorVisibilityTimeout", "RetentionPeriod", "MaxRetries"),
    },
}


BUNDLES = {"docker": bundle.docker, "image": lambda: bundle.docker(IMAGE), "python": bundle.python}


def unpack(files: bundle.Files, folder: Path) -> Path:
    """A bundle as an instance has it."""
    bundle.write(files, folder / "bundle.zip")
    with zipfile.ZipFile(folder / "bundle.zip") as packed:
        packed.extractall(folder)
        for entry in packed.infolist():
            (folder / entry.filename).chmod(entry.external_attr >> 16)
    return folder


@pytest.fixture(params=list(BUNDLES))
def unpacked(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return unpack(BUNDLES[request.param](), tmp_path)


@pytest.fixture(params=["docker", "image"])
def composed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return unpack(BUNDLES[request.param](), tmp_path)


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def saved(tier: str) -> dict[str, dict[str, str]]:
    return parsed(EB / f"{tier}.cfg.yml")["OptionSettings"]


def settings_of(options: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    for namespace, values in options.items():
        for name, value in values.items():
            yield namespace.split(".")[-1], name, value


def check(options: dict[str, dict[str, str]]) -> None:
    for namespace, name, value in settings_of(options):
        assert isinstance(value, str), f"{namespace} {name}: Elastic Beanstalk takes text only"
        if namespace == ENVIRONMENT:
            assert name in SETTINGS, name
        else:
            assert name in OPTIONS[namespace], f"{namespace} {name}"


def test_every_option_of_a_bundle_exists(unpacked: Path) -> None:
    found = list(unpacked.glob(".ebextensions/*.config"))
    assert found
    for path in found:
        content = parsed(path)
        assert set(content) <= {"option_settings", "Resources"}
        check(content.get("option_settings", {}))


@pytest.mark.parametrize("tier", ["web", "worker"])
def test_every_option_of_a_tier_exists_and_its_settings_are_valid(tier: str) -> None:
    options = saved(tier)
    check(options)
    given = {name: value.replace("JOBS-", "jobs-").lower() for name, value in options[ENVIRONMENT].items()}
    assert from_environment(given).role == tier


def test_the_command_writes_the_bundle_that_eb_deploy_sends(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "gpu_service.eb.bundle"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert parsed(EB / "config.yml")["deploy"]["artifact"] in ended.stdout.split()


def test_the_compose_file_publishes_where_load_balancer_and_daemon_call_and_needs_no_gpu(composed: Path) -> None:
    (service,) = parsed(composed / "docker-compose.yml")["services"].values()
    inside = re.search(r"^EXPOSE (\d+)$", DOCKERFILE, re.M)[1]
    assert service["ports"] == [f"80:{inside}"]
    assert service["environment"]["PORT"] == inside
    assert saved("web")["aws:elasticbeanstalk:environment:process:default"]["Port"] == "80"
    assert not {"deploy", "gpus", "runtime"} & set(service)
    if "build" in service:
        assert (composed / service["build"]["dockerfile"]).exists()
        assert service["build"]["args"] == {"ENGINE": "${ENGINE:-cuda}"}
    else:
        assert service["image"] == IMAGE and not list(composed.glob("Dockerfile*"))


def test_what_the_image_copies_is_in_the_bundle(tmp_path: Path) -> None:
    unpacked = unpack(bundle.docker(), tmp_path)
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.M):
        for source in line.split()[:-1]:
            assert (unpacked / source).exists(), source
    assert not (unpacked / "gpu_service/eb").exists()


def compose() -> list[str] | None:
    """The command, where there is one."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True).returncode == 0:
            return command
    return None


def test_compose_accepts_its_file(composed: Path) -> None:
    if (command := compose()) is None:
        pytest.skip("there is no docker compose on this machine")
    (composed / ".env").write_text("EASYBRAILLE_ROLE=web\n", "utf-8")
    subprocess.run([*command, "config", "--quiet"], cwd=composed, check=True)


def test_hooks_are_programs(unpacked: Path) -> None:
    for path in unpacked.glob(".platform/hooks/*/*"):
        assert path.stat().st_mode & 0o111
        assert path.read_text("utf-8").startswith("#!/bin/bash\n")
        subprocess.run(["bash", "-n", str(path)], check=True)


def run_gpu_hook(unpacked: Path, tmp_path: Path, *gpus: str, runtime: str = "runc") -> tuple[int, list[str]]:
    """The exit status of the hook, and the programs that it calls, on an instance with these PCI vendors."""
    programs, devices, calls = tmp_path / "bin", tmp_path / "pci", tmp_path / "calls"
    programs.mkdir()
    for number, vendor in enumerate(gpus):
        (devices / str(number)).mkdir(parents=True)
        (devices / str(number) / "vendor").write_text(vendor + "\n")
    for name in ("nvidia-smi", "dnf", "modprobe", "systemctl", "nvidia-ctk", "docker"):
        said = f"echo {runtime}" if name == "docker" else ":"
        (programs / name).write_text(f'#!/bin/bash\necho "{name} $*" >> {calls}\n{said}\n')
        (programs / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PCI_DEVICES": str(devices)}
    hook = unpacked / ".platform/hooks/prebuild/10_gpu.sh"
    ended = subprocess.run(["bash", str(hook)], env=environment, capture_output=True, check=False)
    return ended.returncode, calls.read_text().splitlines() if calls.exists() else []


def test_an_instance_without_a_gpu_gets_nothing_and_is_accepted(tmp_path: Path) -> None:
    assert run_gpu_hook(unpack(bundle.docker(), tmp_path), tmp_path, "0x1d0f", "0x8086") == (0, [])


def test_on_an_instance_with_a_gpu_containers_see_it(tmp_path: Path) -> None:
    status, calls = run_gpu_hook(unpack(bundle.docker(), tmp_path), tmp_path, "0x1d0f", "0x10de")
    assert status == 0
    assert "nvidia-ctk runtime configure --runtime=docker --set-as-default" in calls
    assert calls[-1] == "systemctl restart docker"


def test_where_containers_see_the_gpu_already_docker_is_not_restarted(tmp_path: Path) -> None:
    _, calls = run_gpu_hook(unpack(bundle.docker(), tmp_path), tmp_path, "0x10de", runtime="nvidia")
    assert not [call for call in calls if call.startswith(("systemctl", "nvidia-ctk"))]


def test_the_web_tier_starts_closed_and_speaks_https_only() -> None:
    options = saved("web")
    assert options[ENVIRONMENT]["EASYBRAILLE_OPEN"] == "none"
    assert options["aws:elbv2:listener:default"]["ListenerEnabled"] == "false"
    assert options["aws:elbv2:listener:443"]["Protocol"] == "HTTPS"


def test_health_checks_and_the_daemon_call_routes_that_there_are() -> None:
    def answers(method: str, path: str, role: str) -> bool:
        with served(EASYBRAILLE_ROLE=role) as client:
            return client.request(method, path).status_code not in (404, 405)

    process = "aws:elasticbeanstalk:environment:process:default"
    python = parsed(ROOT / "gpu_service/eb/python/.ebextensions/service.config")["option_settings"]
    for options in (saved("web"), python):
        assert answers("GET", options[process]["HealthCheckPath"], "web")
    assert answers("POST", saved("worker")["aws:elasticbeanstalk:sqsd"]["HttpPath"], "worker")
    assert "gpu_service.healthcheck" in DOCKERFILE


def test_a_page_ends_before_the_daemon_gives_up_and_the_daemon_before_another_worker_gets_the_page() -> None:
    options = saved("worker")
    daemon = options["aws:elasticbeanstalk:sqsd"]
    page = int(options[ENVIRONMENT]["EASYBRAILLE_JOBS_PAGE_SECONDS"])
    assert page < int(options[ENVIRONMENT]["GUNICORN_TIMEOUT"])
    assert page < int(daemon["InactivityTimeout"]) < int(daemon["VisibilityTimeout"])
    # While the weights are loaded, or S3 is away.
    assert int(daemon["MaxRetries"]) * int(daemon["ErrorVisibilityTimeout"]) >= 20 * 60
    template = (ROOT / "template.yaml").read_text("utf-8")
    assert f"VisibilityTimeout: {daemon['VisibilityTimeout']}\n" in template
    assert f"maxReceiveCount: {daemon['MaxRetries']}\n" in template
    assert daemon["WorkerQueueURL"] == options[ENVIRONMENT]["EASYBRAILLE_JOBS_QUEUE"]
    assert daemon["WorkerQueueURL"].endswith("/" + options["aws:elasticbeanstalk:customoption"]["JobsQueueName"])


def test_the_alarms_scale_the_environments_own_group_by_the_workers_queue() -> None:
    resources = parsed(ROOT / "gpu_service/eb/docker/.ebextensions/scaling.config")["Resources"]
    for resource in resources.values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::AutoScaling::ScalingPolicy":
            assert properties["AutoScalingGroupName"] == {"Ref": "AWSEBAutoScalingGroup"}
            continue
        assert resource["Type"] == "AWS::CloudWatch::Alarm"
        assert all(action["Ref"] in resources for action in properties["AlarmActions"])
        metrics = [one["MetricStat"]["Metric"] for one in properties.get("Metrics", []) if "MetricStat" in one]
        for metric in metrics or [properties]:
            (dimension,) = metric["Dimensions"]
            option = dimension["Value"]["Fn::GetOptionSetting"]
            assert option["OptionName"] in saved("worker")[option["Namespace"]]
    assert resources["PagesWait"]["Properties"]["MetricName"] == "ApproximateAgeOfOldestMessage"


def test_the_python_platform_starts_the_same_service_where_its_proxy_looks_for_it() -> None:
    files = bundle.python()
    assert Path(files["Procfile"]).read_text("utf-8") == "web: python -m gpu_service\n"
    assert "gpu_service/__main__.py" in files and "models/best.onnx" in files
    pins = Path(files["requirements.txt"]).read_text("utf-8")
    assert "gunicorn==" in pins and "torch==" not in pins
    options = parsed(Path(files[".ebextensions/service.config"]))["option_settings"]
    assert options[ENVIRONMENT]["PORT"] == "8000"
    largest = re.search(r"client_max_body_size (\d+)m;", Path(files[".platform/nginx/conf.d/limits.conf"]).read_text())
    assert int(largest[1]) * 1_000_000 > from_environment({}).max_body_bytes


def test_what_the_bundle_for_the_python_platform_holds_is_enough_to_serve(tmp_path: Path, letter: bytes) -> None:
    folder = unpack(bundle.python(), tmp_path)
    with heavy.served(folder) as service:
        service.wait_until_ready()
        answer = httpx.post(f"{service.url}/v1/read?format=text", content=letter, timeout=60)
        assert "Querida Lucía" in answer.text


def test_the_systemd_unit_runs_the_image_on_its_port() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string((ROOT / "gpu_service/systemd/easybraille.service").read_text("utf-8").replace("\\\n", " "))
    command = unit["Service"]["ExecStart"].split()
    assert command[:2] == ["/usr/bin/docker", "run"] and command[-2:] == ["$DOCKER_OPTIONS", "${IMAGE}"]
    assert "--gpus" not in command
    assert command[command.index("--publish") + 1] == "${PUBLISH}"
    assert unit["Service"]["Environment"] == "PUBLISH=127.0.0.1:5000:5000"
    assert command[command.index("--env-file") + 1] == unit["Service"]["EnvironmentFile"]
    allowed = int(unit["Service"]["ExecStop"].split()[3])
    assert from_environment({}).gunicorn_timeout < allowed < int(unit["Service"]["TimeoutStopSec"])


def test_the_deployment_guide_names_settings_files_and_ports_that_there_are() -> None:
    guide = (ROOT / "docs/despliegue.md").read_text("utf-8")
    named = set(re.findall(r"\b(?:EASYBRAILLE|GUNICORN|MODEL)_[A-Z0-9_]+", guide))
    assert {"GUNICORN_WORKERS", "GUNICORN_TIMEOUT", "MODEL_S3_PATH"} <= named <= SETTINGS
    assert "-p 5000:5000" in guide and from_environment({}).port == 5000
    for target in re.findall(r"\]\(([\w.]+\.md)\)", guide):
        assert (ROOT / "docs" / target).exists(), target
    for hook in (ROOT / "gpu_service/eb/docker/.platform/hooks/prebuild").iterdir():
        assert hook.name in guide
        assert set(re.findall(r"\bec2:\w+", hook.read_text("utf-8"))) <= set(re.findall(r"\bec2:\w+", guide))
    for path in re.findall(r"(?:gpu_service|examples|\.elasticbeanstalk)/[\w./-]+\w", guide):
        assert (ROOT / path).exists(), path
    parameters = set(re.findall(r"\b(\w+)=", " ".join(re.findall(r"--parameter-overrides (.*)", guide))))
    template = (ROOT / "template.yaml").read_text("utf-8")
    assert parameters and all(f"\n  {name}:\n    Type: " in template for name in parameters)
