"""`python -m gpu_service.healthcheck`: the health of the container's process, a service or `easybraille worker`.

A service is healthy once /ready says so. A worker has no port: it touches a file while it polls the queue.
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request

from easybraille.jobs.heartbeat import HEARTBEAT, SILENCE_SECONDS


def main() -> int:
    """Exit status 0 where the process is healthy, else 1."""
    if HEARTBEAT.exists():
        return int(time.time() - HEARTBEAT.stat().st_mtime > SILENCE_SECONDS)
    address = f"http://127.0.0.1:{os.environ.get('PORT') or 5000}/ready"
    try:
        urllib.request.urlopen(address, timeout=4).close()
    except OSError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
