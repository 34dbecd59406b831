"""`python -m easybraille.model_store`: fetches and checks the weights that the environment names, before a start."""

from __future__ import annotations

import logging
import sys

from ..errors import EasyBrailleError
from ..settings import from_environment
from . import resolve


def main() -> int:
    """Print the location of the weights; exit status 1 if they are not available."""
    logging.basicConfig(level="INFO", format="%(message)s", stream=sys.stderr)
    try:
        weights = resolve(from_environment(), ("onnx", "torch"))
    except EasyBrailleError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{weights.manifest.name} {weights.manifest.version} from {weights.origin}")
    for path in (weights.onnx, weights.torch):
        if path is not None:
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
