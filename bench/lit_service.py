"""The LitServe baseline of `bench.served`: Ultralytics with the same weights.

pip install litserve
python -m bench.lit_service PORT
"""

from __future__ import annotations

import base64
import sys
from typing import Any

import litserve

from bench.plain_service import Cells


class Api(litserve.LitAPI):  # type: ignore[misc]
    """Decodes and reads in the process of the network, as LitServe does."""

    def setup(self, device: str) -> None:
        """Load the network."""
        self._cells = Cells()

    def decode_request(self, request: dict[str, str]) -> bytes:
        """The picture, in base64, since LitServe hands JSON from process to process."""
        return base64.b64decode(request["picture"])

    def predict(self, data: bytes) -> list[list[float]]:
        """The cells of a picture."""
        return self._cells.read(data)

    def encode_response(self, output: list[list[float]]) -> dict[str, Any]:
        """JSON."""
        return {"cells": output}


if __name__ == "__main__":
    server = litserve.LitServer(Api(api_path="/v1/read"), accelerator="cpu", healthcheck_path="/ready", timeout=300)
    server.run(port=int(sys.argv[1]), generate_client_file=False)
