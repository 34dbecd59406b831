"""`python -m easybraille.model_store`: fetches and checks the weights that the environment names, before a start."""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec
from pathlib import Path

from ..errors import EasyBrailleError
from ..settings import from_environment
from . import resolve


def main() -> int:
    """Print the location of the weights; exit status 1 if they are not available, or would be refused at a start."""
    logging.basicConfig(level="INFO", format="%(message)s", stream=sys.stderr)
    try:
        weights = resolve(from_environment(), ("onnx", "torch"))
        if weights.torch is not None:
            _check(weights.torch)
    except EasyBrailleError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{weights.manifest.name} {weights.manifest.version} from {weights.origin}")
    for path in (weights.onnx, weights.torch):
        if path is not None:
            print(path)
    return 0


def _check(path: Path) -> None:
    """Load a checkpoint as the service does: nothing that is pickled in it runs. Raises ModelError."""
    if find_spec("torch") is None or find_spec("ultralytics") is None:
        print(f"{path.name} was not opened: PyTorch and Ultralytics are not installed here.", file=sys.stderr)
        return
    from ..recognition.detectors.checkpoint import load_network

    load_network(path)


if __name__ == "__main__":
    sys.exit(main())
