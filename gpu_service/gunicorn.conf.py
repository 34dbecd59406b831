"""gunicorn's settings, from those of the service; the application is loaded in each worker and never before.

CUDA can't be used after a fork, so nothing here imports torch, and there is no preloading.
"""

import os
import shutil
import tempfile
from pathlib import Path

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
# Longer than a load balancer keeps an idle connection, so that it never sends into one that is being closed.
keepalive = 75
# On a disk that is busy a worker's sign of life could be late.
worker_tmp_dir = next((folder for folder in ("/dev/shm",) if Path(folder).is_dir()), None)
# Each worker writes its figures down here, and any of them adds them up for /metrics.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # it is, when gunicorn reads this once more after SIGHUP
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="easybraille-metrics-")
figures = os.environ["PROMETHEUS_MULTIPROC_DIR"]
# Ultralytics wants a place for its own settings, and there may be no home.
os.environ.setdefault("YOLO_CONFIG_DIR", figures)


def pre_fork(server, worker):
    """Give the worker the place of one that is gone, and with it a GPU."""
    worker.place = gpus.free_place(getattr(other, "place", None) for other in server.WORKERS.values())


def post_fork(server, worker):
    """Let the worker see its GPU only."""
    gpus.show_only(worker.place)


def child_exit(server, worker):
    """What a worker that is gone had in hand no longer counts."""
    # Looks for the folder when it is imported.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    """Leave nothing behind."""
    shutil.rmtree(figures, ignore_errors=True)
