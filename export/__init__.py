"""From a best.pt to a model that both deployments load: `python -m export best.pt`."""

import easybraille  # noqa: F401  turns telemetry off before an engine is imported
