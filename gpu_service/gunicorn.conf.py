"""gunicorn's settings, from those of the service; the application is loaded in each worker and never before.

CUDA can't be used after a fork, so nothing here imports torch, and there is no preloading.
"""

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


def pre_fork(server, worker):
    """Give the worker the place of one that is gone, and with it a GPU."""
    worker.place = gpus.free_place(getattr(other, "place", None) for other in server.WORKERS.values())


def post_fork(server, worker):
    """Let the worker see its GPU only."""
    gpus.show_only(worker.place)
