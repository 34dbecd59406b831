"""`easybraille worker`: reads the pages of bulk jobs from the queue, where no queue daemon does."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import threading

from ..errors import SettingError
from ..i18n import say
from ..settings import Settings
from .parser import OK, Parser


def add(commands: argparse._SubParsersAction[Parser]) -> None:
    """Describe the command."""
    worker = commands.add_parser(
        "worker", help=say("read pages of bulk jobs from the queue, where no queue daemon does")
    )
    worker.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Read pages until SIGTERM or Ctrl-C; pages that were begun are finished first."""
    from ..jobs import heartbeat
    from ..jobs.consumer import Consumer
    from ..jobs.processor import Processor
    from ..jobs.setup import connect
    from ..startup import make_reader, start_reader

    if settings.jobs_bucket is None:
        raise SettingError("EASYBRAILLE_JOBS_BUCKET and EASYBRAILLE_JOBS_QUEUE say where the work is; set both.")
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    store, queue = connect(settings)
    logging.info("a message may come %d times", queue.most_receives)
    heartbeat.beat()
    reader = start_reader(lambda: make_reader(settings), stop)
    processor = Processor(store, queue, lambda: reader, settings)
    # No thread can be ended from outside. The supervisor of this process starts another one, and a page that gets stuck
    # on every attempt fails like one that kills its process.
    try:
        Consumer(queue, processor, settings.readers, stuck=lambda: os._exit(1), alive=heartbeat.beat).run(stop)
    finally:
        heartbeat.end()
    return OK
