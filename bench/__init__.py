"""Measurements of speed and cost; each module is a command."""

import easybraille  # noqa: F401  turns telemetry off before an engine is imported
