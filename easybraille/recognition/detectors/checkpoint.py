"""Inspects and loads a checkpoint from any source without running code that is pickled in it."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from ...errors import ModelError
from ..model import Flank

if TYPE_CHECKING:
    from ultralytics.nn.tasks import DetectionModel

# Ultralytics reads these when it is imported: no installs, no network.
os.environ.setdefault("YOLO_AUTOINSTALL", "False")
os.environ.setdefault("YOLO_OFFLINE", "1")

WANTED = "What is wanted is the best.pt that Ultralytics writes when it trains a detector (`yolo detect train`)."
# Layers are classes of these packages; Ultralytics' restricted loading decides which ones are admitted.
LAYERS = ("torch.nn.modules.", "ultralytics.")
# Plain data that checkpoints of older Ultralytics carry, and their getattr: its restricted loading replaces that by
# one that only reaches into layers.
PLAIN = {
    *("builtins.getattr", "numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"),
    *(f"{module}.{name}" for module in ("pathlib", "pathlib._local") for name in ("PosixPath", "WindowsPath")),
}
TASKS = {
    "SegmentationModel": "segmentation",
    "PoseModel": "pose",
    "ClassificationModel": "classification",
    "OBBModel": "oriented boxes",
}


def inspect(path: Path) -> None:
    """Inspect a checkpoint without loading it: the pickle's operations are parsed, none is executed.

    Raises:
        ModelError: it is truncated, no checkpoint, or it references code that no network needs; the message names what
            it is or references.
    """
    _check_archive(path)
    from torch.serialization import get_unsafe_globals_in_checkpoint

    try:
        asked = get_unsafe_globals_in_checkpoint(path)
    except (UnpicklingError, EOFError, RuntimeError, ValueError, IndexError):
        raise _damaged(path) from None
    culprits = [name for name in asked if not name.startswith(LAYERS) and name not in PLAIN]
    if culprits:
        raise _unsafe(path, culprits)


def load_network(path: Path) -> DetectionModel:
    """Load the network in a checkpoint, inspected first and built from known layers only.

    Returns:
        an Ultralytics DetectionModel on the CPU, float32, in evaluation mode, its batch norms not fused. Called with
        (batch, channels, rows, columns) in 0..1 it gives (predictions, raw), predictions (batch, 4 + classes, places):
        centre x, centre y, width, height in pixels, then a sigmoid a class. `names` are its classes.

    Raises:
        ModelError: see `inspect`; or it holds no Ultralytics detector.
    """
    inspect(path)
    if path.suffix.lower() != ".pt":
        raise ModelError(f"{path.name} must be called .pt for Ultralytics to load it: rename it.")
    from torch.serialization import get_unsafe_globals_in_checkpoint
    from ultralytics.nn.modules import Detect
    from ultralytics.nn.modules.head import v10Detect
    from ultralytics.nn.tasks import DetectionModel, torch_safe_load

    try:
        content, _ = torch_safe_load(str(path), safe_only=True)
    except Exception:  # noqa: BLE001  an inconsistent pickle fails with any exception
        # Ultralytics has admitted the layers that it knows by now; what is still referenced is the culprit.
        left = get_unsafe_globals_in_checkpoint(path)
        raise _unsafe(path, left) if left else _damaged(path) from None
    network = (content.get("ema") or content.get("model")) if isinstance(content, dict) else None
    kind = type(network).__name__
    if kind in TASKS:
        raise ModelError(f"{path.name} is a model for {TASKS[kind]}; cells are found by detection. {WANTED}")
    if type(network) is not DetectionModel:
        raise ModelError(f"{path.name} is no Ultralytics detector: it holds {_contents(content, network)}. {WANTED}")
    try:
        head = head_of(network.float().eval())
    except (AttributeError, RuntimeError):  # layers without their parts, or beyond all memory
        raise _damaged(path) from None
    if channels(network) not in (1, 3):
        raise ModelError(f"{path.name} takes pictures of {channels(network)} channels; cells are read in 1 or 3.")
    if type(head) not in (Detect, v10Detect) or head.cv2 is None:
        raise ModelError(f"{path.name} ends in a {type(head).__name__} head whose boxes are not read here. {WANTED}")
    # Its own suppression keeps 300 boxes, and a page has up to 1,200 cells.
    head.end2end = False
    return network


def head_of(network: DetectionModel) -> Any:
    """The detection head of a network: its last layer, whose attributes Ultralytics does not type."""
    layers: Any = network.model
    return layers[-1]


def channels(network: DetectionModel) -> int:
    """The number of input channels, from the first layer: not every version of Ultralytics records it."""
    return next(network.parameters()).shape[1]


def flanks(network: DetectionModel) -> list[Flank]:
    """What the detection layers of a network stand for, see `Manifest.flanks`.

    This project's networks have one layer a flank, all on one map; layers of several strides are one answer.
    """
    head = head_of(network)
    every: list[Flank] = ["up", "down", "left", "right"]
    return every if head.nl == len(every) and len(set(head.stride.tolist())) == 1 else every[:1]


def _check_archive(path: Path) -> None:
    """Raises ModelError where the file is not the kind of ZIP file that torch.save writes."""
    try:
        with path.open("rb") as stream:
            start = stream.read(16)
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror}.") from None
    except zipfile.BadZipFile:
        raise ModelError(f"{path.name} is {_kind(start)}. {WANTED}") from None
    names = {entry.filename.rsplit("/", 1)[-1] for entry in entries}
    if "constants.pkl" in names:
        raise ModelError(f"{path.name} is a TorchScript archive, an export. {WANTED}")
    if "model.weights.h5" in names:
        raise ModelError(f"{path.name} is a Keras model. {WANTED}")
    if "data.pkl" not in names:
        raise ModelError(f"{path.name} is a ZIP file, but no checkpoint: it holds no data.pkl. {WANTED}")
    # torch.save never compresses: a compressed entry may be a decompression bomb.
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise ModelError(f"{path.name} was packed again: PyTorch does not compress its checkpoints. {WANTED}")
    # PyTorch does not verify the checksums of what it loads.
    try:
        with zipfile.ZipFile(path) as archive:
            whole = archive.testzip() is None
    except zipfile.BadZipFile:
        whole = False
    if not whole:
        raise _damaged(path)


def _kind(start: bytes) -> str:  # noqa: PLR0911  one kind a line
    """Describe a file that is no ZIP file by its first 16 bytes."""
    if not start:
        return "empty"
    if start.startswith(b"PK\x03\x04"):
        return "cut off: the end of the archive is missing. Fetch it again and compare its size"
    if start.startswith(b"\x89HDF"):
        return "an HDF5 file, as Keras and TensorFlow write it"
    if start[8:9] == b"{":
        return "a safetensors file: weights without their network"
    if start.startswith(b"\x08"):
        return "an ONNX file or another protocol buffer, an export"
    if start.startswith(b"\x80"):
        return "a bare pickle, as PyTorch wrote it before 1.6 and others write it, which can't be looked at safely"
    return "no checkpoint"


def _unsafe(path: Path, culprits: list[str]) -> ModelError:
    return ModelError(
        f"{path.name} asks for {', '.join(sorted(culprits))}: that is no layer that Ultralytics knows, and loading it "
        f"could run code. It was not loaded. {WANTED}"
    )


def _damaged(path: Path) -> ModelError:
    return ModelError(
        f"{path.name} is damaged, or was not written by Ultralytics: parts of it can't be read. Fetch it again and "
        f"compare its sha256. {WANTED}"
    )


def _contents(content: object, network: object) -> str:
    if isinstance(network, dict):
        return "weights without their network"
    if network is not None:
        return f"a {type(network).__name__}"
    if isinstance(content, dict):
        return "weights without their network" if content else "nothing"
    return f"a {type(content).__name__}"
