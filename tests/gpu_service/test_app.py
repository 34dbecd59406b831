"""The application that is put together for a machine that does much."""

from __future__ import annotations

from gpu_service.app import create_app


def test_whatever_is_let_in_waits_for_the_engine_and_for_nothing_else(monkeypatch):
    """Were it to wait for its turn before, no batch would hold more pages than there are turns."""
    for name, value in {"EASYBRAILLE_ROLE": "worker", "EASYBRAILLE_READERS": "2", "EASYBRAILLE_QUEUE": "30"}.items():
        monkeypatch.setenv(name, value)
    state = create_app().state
    assert state.pages.total_tokens == state.admission._limiter.total_tokens == 32
