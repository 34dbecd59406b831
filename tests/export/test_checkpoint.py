"""Checkpoints from anywhere: accepted, or refused with what they are and what is wanted."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from easybraille.errors import ModelError
from easybraille.model_store import SHIPPED
from easybraille.recognition.detectors.checkpoint import WANTED, load_network

from ..conftest import ROOT
from .conftest import TINY, Make

DOTS = [f"dot{i}" for i in range(1, 7)]
# The last channels of the tiny network, with the head of another task.
HEADS = {
    "segmentation": ("SegmentationModel", ["Segment", ["nc", 4, 8]]),
    "pose": ("PoseModel", ["Pose", ["nc", [6, 3]]]),
    "oriented boxes": ("OBBModel", ["OBB", ["nc", 1]]),
    "classification": ("ClassificationModel", ["Classify", ["nc"]]),
}


class Runs:
    """Pickled as a call."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def refused(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load_network(path)
    message = str(caught.value)
    assert str(path.parent) not in message
    return message


def written(folder: Path, content: bytes) -> Path:
    path = folder / "best.pt"
    path.write_bytes(content)
    return path


def test_a_checkpoint_of_a_detector_is_loaded(make: Make) -> None:
    network = load_network(make(DOTS))
    assert list(network.names.values()) == DOTS
    assert not network.training
    assert next(network.parameters()).dtype == torch.float32
    predictions, _ = network(torch.zeros(1, 1, 64, 96))
    assert predictions.shape == (1, 4 + 6, 8 * 12)


def test_a_network_that_suppresses_by_itself_gives_all_its_places(make: Make) -> None:
    predictions, _ = load_network(make(DOTS, network=TINY | {"end2end": True}))(torch.zeros(1, 1, 256, 256))
    assert predictions.shape == (1, 4 + 6, 32 * 32)


def test_pickled_code_is_not_run_and_is_named(make: Make, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    message = refused(make.save({"model": Runs(os.system, f"touch {mark}")}))
    assert "asks for posix.system" in message
    assert "could run code" in message
    assert not mark.exists()


def test_code_of_ultralytics_that_is_no_layer_is_not_run_either(make: Make) -> None:
    from ultralytics.utils.checks import check_requirements

    message = refused(make.save({"model": Runs(check_requirements, "something")}))
    assert "asks for ultralytics.utils.checks.check_requirements" in message


def test_a_checkpoint_that_swells_when_it_is_unpacked_is_refused(make: Make, tmp_path: Path) -> None:
    with zipfile.ZipFile(make(DOTS)) as stored, zipfile.ZipFile(tmp_path / "b.pt", "w", zipfile.ZIP_DEFLATED) as packed:
        for name in stored.namelist():
            packed.writestr(name, stored.read(name))
    assert "was packed again" in refused(tmp_path / "b.pt")


def test_a_file_that_breaks_off_is_told_from_one_that_is_none(make: Make, tmp_path: Path) -> None:
    whole = make(DOTS).read_bytes()
    assert "cut off" in refused(written(tmp_path, whole[:-500]))
    assert "is empty" in refused(written(tmp_path, b""))


def test_a_file_with_damage_in_the_middle_is_refused(make: Make, tmp_path: Path) -> None:
    whole = make(DOTS).read_bytes()
    for start in (len(whole) // 8, len(whole) // 2):
        assert "damaged" in refused(written(tmp_path, whole[:start] + bytes(300) + whole[start + 300 :]))


@pytest.mark.parametrize("task", HEADS)
def test_a_model_for_another_task_is_named_by_its_task(make: Make, task: str) -> None:
    from ultralytics.nn import tasks

    kind, head = HEADS[task]
    one = -1 if task == "classification" else [-1]
    network = TINY | {"head": [[one, 1, *head]], "kpt_shape": [6, 3]}
    kwargs = {"network": network, "kind": getattr(tasks, kind)}
    assert f"is a model for {task}" in refused(make(["a", "b"], **kwargs))


def keras() -> bytes:
    return b"\x89HDF\r\n\x1a\n" + bytes(100)


def keras_archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", keras())
    return content.getvalue()


def numpy_archive() -> bytes:
    content = io.BytesIO()
    np.savez(content, a=np.zeros(3))
    return content.getvalue()


def safetensors() -> bytes:
    head = json.dumps({"weight": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(head)) + head + bytes(4)


def torchscript() -> bytes:
    content = io.BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), content)
    return content.getvalue()


@pytest.mark.filterwarnings("ignore:.*torch.jit")
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (keras, "an HDF5 file, as Keras and TensorFlow"),
        (keras_archive, "a Keras model"),
        (safetensors, "a safetensors file"),
        (SHIPPED.with_name("best.onnx").read_bytes, "an ONNX file"),
        (torchscript, "a TorchScript archive"),
        (numpy_archive, "holds no data.pkl"),
        (lambda: pickle.dumps({"model": [1]}), "a bare pickle"),
        (lambda: b"<html>404 not found</html>", "is no checkpoint"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(tmp_path: Path, content, what: str) -> None:
    message = refused(written(tmp_path, content()))
    assert what in message
    assert WANTED in message


def test_weights_without_their_network_and_other_networks_are_refused(make: Make) -> None:
    layer = torch.nn.Linear(2, 2)
    for content in (layer.state_dict(), {"model": layer.state_dict()}):
        assert "weights without their network" in refused(make.save(content))
    assert "holds a Linear" in refused(make.save({"model": layer}))


def test_a_checkpoint_with_another_ending_is_to_be_renamed(make: Make) -> None:
    path = make(DOTS)
    assert "best.pth must be called .pt" in refused(path.rename(path.with_suffix(".pth")))


def test_a_network_without_its_layers_or_larger_than_all_memory_is_damaged(make: Make) -> None:
    content = torch.load(make(DOTS), weights_only=False)
    content["model"].model[0].conv.weight = torch.nn.Parameter(torch.zeros(1).half().expand(10**13))
    assert "damaged" in refused(make.save(content))
    del content["model"].model
    assert "damaged" in refused(make.save(content))


def test_a_network_for_pictures_of_other_channels_is_refused(make: Make) -> None:
    assert "takes pictures of 4 channels" in refused(make(DOTS, channels=4))


def test_the_command_line_says_it_without_a_trace_and_places_nothing(make: Make, tmp_path: Path) -> None:
    bomb = make.save({"model": Runs(os.system, "true")})
    command = [sys.executable, "-m", "export", str(bomb), "--version", "1", "--output", str(tmp_path / "out")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert "posix.system" in ended.stderr and "Traceback" not in ended.stderr
    assert not (tmp_path / "out").exists()


def test_the_service_refuses_what_the_export_refuses(make: Make, tmp_path: Path) -> None:
    from easybraille.recognition.detectors.torch import TorchDetector
    from easybraille.recognition.model import read_manifest

    path = tmp_path / "best.pt"
    shutil.copy(make.save({"model": Runs(os.system, "true")}), path)
    with pytest.raises(ModelError, match=r"posix\.system"):
        TorchDetector(path, read_manifest(SHIPPED))


def test_fetching_the_weights_refuses_what_the_service_refuses(make: Make, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    bomb = make.save({"model": Runs(os.system, f"touch {mark}")})
    for path, status in ((bomb, 1), (SHIPPED.with_name("best.pt"), 0)):
        command = [sys.executable, "-m", "easybraille.weights"]
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "MODEL_PATH": str(path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == status, ended.stderr
        assert ("posix.system" in ended.stderr) == (status == 1) and "Traceback" not in ended.stderr
    assert not mark.exists()
