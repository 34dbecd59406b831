"""The same network in fewer bits: 8-bit integers, calibrated on pictures, or half precision."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx

from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors.network import stack_images
from easybraille.recognition.detectors.onnx import OnnxDetector

from .measure import cells_of


def to_int8(source: Path, target: Path, detector: OnnxDetector, pictures: Iterable[Path]) -> None:
    """Convolutions in 8-bit integers: weights signed, a scale a channel; activations unsigned, static scales.

    Unsigned activations, because signed ones gain no speed on CPUs with VNNI; the last layers stay as they are,
    because they cost F1 and no time.

    Args:
        source: the ONNX file in full precision.
        target: the file to write.
        detector: on `source`; what it is shown while it reads the pictures sets the scales.
        pictures: files like those that will be read, other than those it is measured on.

    Raises:
        InputError: one of them can't be read; the message names it.
    """
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Shown(CalibrationDataReader):  # type: ignore[misc]  # its base has no types
        def __init__(self) -> None:
            self._inputs = _inputs(detector, pictures)

        def get_next(self) -> dict[str, np.ndarray] | None:
            return next(self._inputs, None)

    logging.getLogger().setLevel(logging.ERROR)  # it advises what has been done
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "int8.onnx"
        quantize_static(
            source,
            made,
            Shown(),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=last_layers(onnx.load(source)),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        _write(onnx.load(made), target)


def to_fp16(source: Path, target: Path) -> None:
    """Half precision inside; input, output and the last layers stay in full: beyond 1024 pixels half knows no halves.

    Args:
        source: the ONNX file in full precision.
        target: the file to write.
    """
    from onnxruntime.transformers.float16 import convert_float_to_float16

    model = onnx.load(source)
    _write(convert_float_to_float16(model, keep_io_types=True, node_block_list=last_layers(model)), target)


def last_layers(model: onnx.ModelProto) -> list[str]:
    """Names of the nodes that turn the head's last features into boxes and scores, the last convolutions included."""
    names = [node.name for node in model.graph.node]
    head = max(int(found[1]) for name in names if (found := re.match(r"/model\.(\d+)/", name)))
    # A branch is /model.10/cv2.0/; its last layer a bare convolution /model.10/cv2.0/cv2.0.2/Conv.
    branch = re.compile(rf"/model\.{head}/cv[23]\.\d+/(?!cv[23]\.\d+\.\d+/Conv$)")
    return [name for name in names if name.startswith(f"/model.{head}/") and not branch.match(name)]


def _inputs(detector: OnnxDetector, pictures: Iterable[Path]) -> Iterator[dict[str, np.ndarray]]:
    """What the network is shown while pictures are read, at each size that is tried."""
    for path in pictures:
        recorder = _Recorder(detector)
        cells_of(recorder, path)
        for image in recorder.shown:
            yield {"images": stack_images([image], detector.manifest) * np.float32(1 / 255)}


class _Recorder:
    """A detector that remembers what it was shown."""

    def __init__(self, detector: OnnxDetector):
        self.engine, self.device, self.manifest = detector.engine, detector.device, detector.manifest
        self.shown: list[np.ndarray] = []
        self._detector = detector

    def detect(self, images: Sequence[np.ndarray], candidate: float | None = None) -> list[Detections]:
        self.shown += images
        return self._detector.detect(images, candidate)


def _write(model: onnx.ModelProto, target: Path) -> None:
    model.doc_string = ""
    target.write_bytes(model.SerializeToString(deterministic=True))
