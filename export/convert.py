"""A checkpoint becomes ONNX."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

# Ultralytics reads these when it is imported: no pickled code, no installs, no network.
os.environ["ULTRALYTICS_SAFE_LOAD"] = "1"
os.environ["YOLO_AUTOINSTALL"] = "False"
os.environ["YOLO_OFFLINE"] = "1"

OPSET = 17


def to_onnx(checkpoint: Path, target: Path) -> None:
    """Export a detection checkpoint: dynamic batch, height and width; suppression stays outside.

    The same checkpoint gives the same bytes. It is not simplified: that changes from run to run, and ONNX Runtime
    does the same when it loads the file.

    Args:
        checkpoint: an Ultralytics .pt file.
        target: the .onnx file to write.
    """
    import onnx
    from ultralytics import YOLO

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "best.pt"
        shutil.copyfile(checkpoint, copy)
        made = YOLO(copy, task="detect").export(format="onnx", dynamic=True, simplify=False, opset=OPSET, verbose=False)
        model = onnx.load(made)
    # Ultralytics writes the date and the machine into the file; the manifest says what needs saying.
    del model.metadata_props[:]
    model.doc_string = ""
    temporary = target.with_suffix(".tmp")
    temporary.write_bytes(model.SerializeToString(deterministic=True))
    temporary.replace(target)
