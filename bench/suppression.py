"""Whether suppression belongs into the ONNX file: `python -m bench.suppression`.

Runs it on the network's answer for an example page, once as ONNX Runtime's NonMaxSuppression, once as the service does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from easybraille.imaging.files import pictures
from easybraille.model_store import SHIPPED
from easybraille.recognition.detectors.onnx import OnnxDetector
from easybraille.recognition.detectors.postprocess import decode
from easybraille.recognition.model import read_manifest

PAGE = Path(__file__).resolve().parent.parent / "examples" / "carta.jpg"
MOST_CELLS = 1200


def inside(output: np.ndarray, score: float, overlap: float) -> onnx.ModelProto:
    """The nodes that a network's file would end in: its output (1, 4 + classes, n) → indices of the boxes that stay."""
    channels = output.shape[1]
    constants = {
        "split": np.array([4, channels - 4], np.int64),
        "classes": np.array([1], np.int64),
        "most": np.array([MOST_CELLS], np.int64),
        "overlap": np.array([overlap], np.float32),
        "score": np.array([score], np.float32),
    }
    nodes = [
        helper.make_node("Split", ["output0", "split"], ["places", "said"], axis=1),
        helper.make_node("Transpose", ["places"], ["boxes"], perm=[0, 2, 1]),
        helper.make_node("ReduceMax", ["said", "classes"], ["best"], keepdims=1),
        helper.make_node(
            "NonMaxSuppression", ["boxes", "best", "most", "overlap", "score"], ["kept"], center_point_box=1
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "suppression",
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, [1, channels, "n"])],
        [helper.make_tensor_value_info("kept", TensorProto.INT64, ["kept", 3])],
        [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def milliseconds(work: Callable[[], object], times: int = 50) -> float:
    """Median processor time, of all threads."""
    took = []
    for _ in range(times):
        before = time.process_time()
        work()
        took.append(time.process_time() - before)
    return 1000 * float(np.median(took))


def main() -> None:
    """Print both times and the time of the network itself."""
    manifest = read_manifest(SHIPPED)
    detector = OnnxDetector(SHIPPED.with_name("best.onnx"), manifest)
    page = next(pictures(PAGE.read_bytes())).gray
    output = detector.run([page])[0][None]
    wanted = manifest.thresholds
    model = inside(output, wanted.candidate, wanted.overlap)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    kept = len(session.run(None, {"output0": output})[0])
    found = len(decode(output[0], wanted.candidate, wanted.dot, wanted.overlap))
    print(f"{output.shape[2]} places, {kept} boxes stay inside, {found} outside")
    for what, work, times in (
        ("inside, ONNX Runtime's NonMaxSuppression", lambda: session.run(None, {"output0": output}), 50),
        ("outside, decode.py, dots and all", lambda: detector.cells(output[0]), 50),
        ("the network", lambda: detector.run([page]), 10),
    ):
        print(f"{what:42s} {milliseconds(work, times):7.2f} ms of a processor")


if __name__ == "__main__":
    main()
