"""Turns off the telemetry of the libraries that EasyBraille runs on, before any of them is loaded.

ONNX Runtime's official builds for Linux, macOS and Windows send events to Microsoft and keep a device identifier in the
user's cache folder unless `ORT_DISABLE_TELEMETRY=1` is set before the library initializes (ONNX Runtime, Privacy.md,
"Disabling Telemetry"). Ultralytics looks up public DNS servers when it is imported, sends usage events, checks for
updates and installs packages unless `YOLO_OFFLINE` and `YOLO_AUTOINSTALL` forbid it (ultralytics/utils/__init__.py).
"""

from __future__ import annotations

import os

# Not defaults but rules: the page and the documentation promise that nothing is sent to third parties.
ENVIRONMENT = {
    "ORT_DISABLE_TELEMETRY": "1",
    "YOLO_OFFLINE": "true",
    "YOLO_AUTOINSTALL": "false",
}


def disable_telemetry() -> None:
    """Set the environment variables that the libraries read; processes started from here inherit them."""
    os.environ.update(ENVIRONMENT)
