"""The FastAPI baseline of `bench.served`: a route around Ultralytics with the same weights.

uvicorn bench.plain_service:app
"""

from __future__ import annotations

import io
import threading

from fastapi import FastAPI, Request
from PIL import Image
from starlette.concurrency import run_in_threadpool

from bench.page import MOST, SIDE
from easybraille.model_store import SHIPPED


class Cells:
    """Ultralytics' network, which only one thread at a time may use."""

    def __init__(self) -> None:
        from ultralytics import YOLO

        self._network = YOLO(str(SHIPPED.with_name("best.pt")), task="detect")
        self._lock = threading.Lock()

    def read(self, data: bytes) -> list[list[float]]:
        """Boxes, scores and classes of one picture."""
        with Image.open(io.BytesIO(data)) as image:
            picture = image.convert("RGB")
        with self._lock:
            found = self._network.predict(picture, imgsz=SIDE, max_det=MOST, verbose=False, device="cpu")[0]
        boxes: list[list[float]] = found.boxes.data.tolist()
        return boxes


app = FastAPI()
_cells: list[Cells] = []


@app.get("/ready")
def ready() -> dict[str, str]:
    """Load the network at the first request, as a lifespan would."""
    if not _cells:
        _cells.append(Cells())
    return {}


@app.post("/v1/read")
async def read(request: Request) -> list[list[float]]:
    """The cells of the picture in the body."""
    return await run_in_threadpool(_cells[0].read, await request.body())
