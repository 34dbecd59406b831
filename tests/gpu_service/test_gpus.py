"""Each worker gets a GPU, and one that is replaced passes on its own."""

from __future__ import annotations

import os

from gpu_service import gpus


def test_the_drivers_devices_count_where_the_environment_names_none(tmp_path, monkeypatch):
    monkeypatch.delenv(gpus.VISIBLE, raising=False)
    for name in ("nvidia0", "nvidia1", "nvidia10", "nvidiactl", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    assert gpus.visible(tmp_path) == ["0", "1", "10"]


def test_the_environment_names_those_that_count(monkeypatch):
    monkeypatch.setenv(gpus.VISIBLE, "2,GPU-8932f937")
    assert gpus.visible() == ["2", "GPU-8932f937"]
    monkeypatch.setenv(gpus.VISIBLE, "-1")
    assert gpus.visible() == []


def test_workers_take_gpus_in_turn(monkeypatch):
    for place, name in enumerate(["2", "5", "2"]):
        monkeypatch.setenv(gpus.VISIBLE, "2,5")
        gpus.show_only(place)
        assert os.environ[gpus.VISIBLE] == name


def test_a_new_worker_takes_the_place_of_the_one_that_is_gone():
    assert [gpus.free_place(taken) for taken in ([], [0], [0, 2], [None, 0, 1])] == [0, 1, 1, 2]
