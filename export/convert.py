"""A checkpoint becomes ONNX."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from easybraille.recognition.detectors.checkpoint import channels, head_of, load_network

if TYPE_CHECKING:
    from ultralytics.nn.tasks import DetectionModel

OPSET = 17
# The shape of the example that is traced; any other multiple of the network's stride works as well.
ROWS, COLUMNS = 256, 320


def to_onnx(checkpoint: Path, target: Path) -> None:
    """Export a detection checkpoint: dynamic batch, height and width; suppression stays outside.

    The same checkpoint gives the same bytes. It is not simplified: that changes from run to run, and ONNX Runtime
    does the same when it loads the file.

    Args:
        checkpoint: an Ultralytics .pt file.
        target: the .onnx file to write.

    Raises:
        ModelError: the checkpoint is refused.
    """
    write_onnx(load_network(checkpoint), target)


def write_onnx(network: DetectionModel, target: Path) -> None:
    """See `to_onnx`; the network's batch norms are fused on the way."""
    import onnx
    import torch

    network = network.fuse(verbose=False)
    head = head_of(network)
    head.export, head.dynamic, head.format = True, True, "onnx"
    example = torch.zeros(1, channels(network), ROWS, COLUMNS)
    temporary = target.with_suffix(".tmp")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of what is constant on purpose
        network(example)
        torch.onnx.export(
            network,
            (example,),
            str(temporary),
            dynamo=False,  # the other exporter names its nodes anew in each run
            opset_version=OPSET,
            input_names=["images"],
            output_names=["output0"],
            dynamic_axes={"images": {0: "batch", 2: "height", 3: "width"}, "output0": {0: "batch", 2: "anchors"}},
        )
    model = onnx.load(temporary)
    # A head of several scales leaves the number of classes open in the file, and a loader has to check it.
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 4 + head.nc
    model.doc_string = ""
    temporary.write_bytes(model.SerializeToString(deterministic=True))
    temporary.replace(target)
