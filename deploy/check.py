"""`python -m deploy.check`: what can be checked of a deployment before it, without AWS.

Each check is a program; one that is not on this machine is named as skipped, unless --strict makes that a failure.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.containers.engine import sam

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".venv-tools"
CHECKOV = "checkov==3.3.30"
UNIT = "gpu_service/systemd/easybraille.service"
# systemd-analyze rates from 0 (safe) to 10; the unit has to stay below.
MOST_EXPOSURE = "20"
HOOKS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("gpu_service/eb/*/.platform/hooks/*/*.sh"))


class SkippedError(Exception):
    """A check cannot run on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check and its function, which raises SkippedError or AssertionError."""

    name: str
    run: Callable[[], None]


def run(*command: str, folder: Path = ROOT) -> None:
    """Run a program. Raises AssertionError with its output where it fails, SkippedError where it is missing."""
    if shutil.which(command[0]) is None:
        raise SkippedError(f"there is no {command[0]} on this machine")
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise AssertionError((ended.stdout + ended.stderr).strip())


def beside(name: str) -> str:
    """A program of this Python's environment."""
    return str(Path(sys.executable).with_name(name))


def checkov() -> None:
    """Security of the template; its exceptions are explained in .checkov.yaml."""
    program = TOOLS / "bin" / "checkov"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=True)
        run(str(TOOLS / "bin" / "pip"), "install", "--quiet", CHECKOV)
    run(str(program), "--config-file", ".checkov.yaml")


def compose() -> None:
    """The compose file of Elastic Beanstalk's bundle."""
    for command in (["docker", "compose"], ["docker-compose"]):
        version = [*command, "version"]
        if shutil.which(command[0]) and not subprocess.run(version, capture_output=True, check=False).returncode:
            with tempfile.TemporaryDirectory() as folder:
                shutil.copy(ROOT / "gpu_service/eb/docker/docker-compose.yml", folder)
                (Path(folder) / ".env").write_text("EASYBRAILLE_ROLE=web\n", "utf-8")
                run(*command, "config", "--quiet", folder=Path(folder))
            return
    raise SkippedError("there is no docker compose on this machine")


def hooks() -> None:
    """Syntax of the hooks."""
    for hook in HOOKS:
        run("bash", "-n", hook)


def systemd() -> None:
    """Syntax and exposure of the unit."""
    run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", UNIT)


def workflows() -> None:
    """GitHub's workflows."""
    if not list(ROOT.glob(".github/workflows/*.y*ml")):
        raise SkippedError("there are no workflows")
    run("actionlint")


def architectures() -> None:
    """Each pin of the Lambda image has a wheel for both processors."""
    for platform in ("x86_64", "aarch64"):
        tags = [word for glibc in (17, 28) for word in ("--platform", f"manylinux_2_{glibc}_{platform}")]
        with tempfile.TemporaryDirectory() as folder:
            options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--python-version", "3.12", "--dest", folder]
            tags += ["--platform", f"manylinux2014_{platform}"]
            run(sys.executable, "-m", "pip", "download", *options, *tags, "-r", "requirements/lambda.txt")


def parameters() -> None:
    """The parameters of samconfig.toml exist, and agree where the template's rules cannot compare them."""
    configuration = tomllib.loads((ROOT / "samconfig.toml").read_text("utf-8"))
    for environment, sections in configuration.items():
        if isinstance(sections, dict):
            options = sections.get("deploy", {}).get("parameters", {})
            check_parameters(environment, options.get("parameter_overrides", ""))


def check_parameters(environment: str, overrides: str) -> None:
    """Check `parameter_overrides` of one environment. Raises AssertionError."""
    given = dict(_pairs(overrides))
    known = set(re.findall(r"^  (\w+):\n    Type: (?:String|Number|CommaDelimitedList)$", _template(), re.M))
    assert set(given) <= known, f"{environment}: the template has no parameter {', '.join(set(given) - known)}"
    path = given.get("ModelS3Path", "")
    allowed = f"s3://{given.get('ModelBucket', '')}/{given.get('ModelKeyPrefix', 'models/')}"
    assert not path or path.startswith(allowed), (
        f"{environment}: ModelS3Path {path} is not below {allowed}, which is all that the function may read"
    )
    reserved, provisioned = (int(given.get(f"{kind}Concurrency", "0")) for kind in ("Reserved", "Provisioned"))
    assert not reserved or provisioned <= reserved, f"{environment}: ProvisionedConcurrency exceeds ReservedConcurrency"


def _pairs(overrides: str) -> Iterator[tuple[str, str]]:
    for name, quoted, bare in re.findall(r"(\w+)=(?:\"([^\"]*)\"|(\S*))", overrides):
        yield name, quoted or bare


def _template() -> str:
    return (ROOT / "template.yaml").read_text("utf-8")


CHECKS = (
    Check("cfn-lint template.yaml", lambda: run(beside("cfn-lint"), "template.yaml")),
    Check("sam validate", lambda: run(*sam(), "validate", "--lint", "--region", "eu-west-1")),
    Check("parameters of samconfig.toml", parameters),
    Check("checkov template.yaml", checkov),
    Check("hadolint Dockerfiles", lambda: run(beside("hadolint"), "Dockerfile.lambda", "Dockerfile.ec2")),
    Check("docker compose config", compose),
    Check("hooks of Elastic Beanstalk", hooks),
    Check("systemd-analyze security", systemd),
    Check("actionlint", workflows),
    Check("wheels for x86_64 and arm64", architectures),
)


def main() -> int:
    """Run all checks; exit status 1 where one fails."""
    parser = argparse.ArgumentParser(prog="python -m deploy.check", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="a check that cannot run here is a failure")
    strict = parser.parse_args().strict
    failed = False
    for check in CHECKS:
        try:
            check.run()
        except SkippedError as reason:
            print(f"skipped  {check.name}: {reason}")
            failed |= strict
        except AssertionError as error:
            print(f"FAILED   {check.name}\n{error}")
            failed = True
        else:
            print(f"passed   {check.name}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
