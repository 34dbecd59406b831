"""gunicorn's configuration, from the settings of the service; each worker loads the application after the fork.

CUDA does not survive a fork, so nothing here imports torch, and there is no preloading.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from easybraille.settings import from_environment
from gpu_service import gpus

settings = from_environment()

wsgi_app = "gpu_service.app:create_app()"
worker_class = "gpu_service.worker.Worker"
bind = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
workers = settings.gunicorn_workers or max(1, len(gpus.visible()))
timeout = graceful_timeout = settings.gunicorn_timeout
loglevel = settings.log_level.lower()
preload_app = False
control_socket_disable = True
# Longer than a load balancer keeps an idle connection, so that it never sends a request into a closing one.
keepalive = 75
# On a busy disk a worker's heartbeat could be late.
worker_tmp_dir = next((folder for folder in ("/dev/shm",) if Path(folder).is_dir()), None)  # noqa: S108
# Each worker writes its metrics here, and any of them adds them up for /metrics.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # it is, when gunicorn reads this once more after SIGHUP
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="easybraille-metrics-")
metrics_folder = os.environ["PROMETHEUS_MULTIPROC_DIR"]
# Ultralytics wants a place for its own settings, and there may be no home.
os.environ.setdefault("YOLO_CONFIG_DIR", metrics_folder)


def pre_fork(server: Any, worker: Any) -> None:
    """Assign the first free place, and with it a GPU, to the worker."""
    worker.place = gpus.free_place(getattr(other, "place", None) for other in server.WORKERS.values())


def post_fork(server: Any, worker: Any) -> None:
    """Make only its own GPU visible to the worker."""
    gpus.show_only(worker.place)


def child_exit(server: Any, worker: Any) -> None:
    """Remove the current values of a worker that has ended."""
    # Reads the folder's environment variable when it is imported.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Remove the metrics."""
    shutil.rmtree(metrics_folder, ignore_errors=True)
