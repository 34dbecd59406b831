"""Looks the pinned packages up in PyPI's advisories: `make audit`, `python -m deploy.audit`.

The exit status is 1 where a package has a known vulnerability, and also where the advisories cannot be had: pip-audit
itself would report a package that it cannot look up as one that is not found, and end with 0.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from pathlib import Path

FILES = ("run", "lambda", "serve", "gpu", "test")
# What pip-audit asks for each package; this one is there as long as PyPI is.
PROBE = "https://pypi.org/pypi/pip/24.0/json"
ROOT = Path(__file__).resolve().parent.parent


def unreachable(probe: str) -> str | None:
    """Why the advisories cannot be had, or None."""
    try:
        with urllib.request.urlopen(probe, timeout=30):  # noqa: S310  the address is https
            return None
    except OSError as error:
        return str(error)


def main(probe: str = PROBE) -> int:
    """Audit each file of requirements."""
    reason = unreachable(probe)
    if reason is not None:
        print(f"Nothing was audited: {probe} cannot be had here ({reason}).", file=sys.stderr)
        return 1
    failed = False
    for name in FILES:
        print(f"requirements/{name}.txt", flush=True)
        # Every pin is exact, so nothing needs to be resolved; strict: a package that is skipped is a failure.
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "--strict",
            "--disable-pip",
            "--no-deps",
            "--progress-spinner",
            "off",
        ]
        failed |= subprocess.run([*command, "-r", f"requirements/{name}.txt"], cwd=ROOT, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
