"""Makes and measures the weights: data, training and scores."""

import easybraille  # noqa: F401  turns telemetry off before an engine is imported
