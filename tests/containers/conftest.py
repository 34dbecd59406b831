"""These need a container engine and minutes: `make test-containers` runs them, `make test` does not."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("CONTAINERS") else ["test_*.py"]
