"""The state of a service while its reader is loaded."""

from __future__ import annotations

import threading

import pytest

from easybraille.api.lifecycle import Service
from easybraille.errors import ModelError, NotReadyError


@pytest.mark.parametrize("error", [ModelError("damaged"), RuntimeError("CUDA out of memory")])
def test_whatever_goes_wrong_while_it_loads_it_has_failed_and_the_log_says_why(error, caplog):
    def load():
        raise error

    service = Service(load)
    service.start()
    assert service.state == "failed" and str(error) in caplog.text
    with pytest.raises(NotReadyError, match="failed"):
        service.reader  # noqa: B018


def test_told_to_stop_while_it_loads_it_takes_nothing_afterwards(reader):
    begun, go_on = threading.Event(), threading.Event()

    def load():
        begun.set()
        go_on.wait(10)
        return reader

    service = Service(load)
    loading = threading.Thread(target=service.start)
    loading.start()
    assert begun.wait(10)
    service.drain()
    go_on.set()
    loading.join()
    assert service.state == "draining"
