"""`easybraille worker` that dies of pages that are called "deadly": `python -m tests.jobs.deadly_worker HOLD`."""

from __future__ import annotations

import os
import signal
import sys

from easybraille import startup
from easybraille.cli.main import main
from easybraille.document import Document
from easybraille.jobs import consumer
from easybraille.reader import Reader


class DeadlyReader(Reader):
    def read(self, data: bytes, source: str = "", *options: str) -> Document:
        if "deadly" in source:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(data, source, *options)


if __name__ == "__main__":
    consumer.VISIBILITY_SECONDS = int(sys.argv[1])
    make_reader = startup.make_reader

    def deadly(settings):
        harmless = make_reader(settings)
        return DeadlyReader(harmless.detector, harmless.limits)

    startup.make_reader = deadly
    sys.exit(main(["worker"]))
