"""Compares how long reading takes with the estimate of lambda_app/work_estimate.py: `python -m bench.work_estimate`.

The expectation decides only what is passed on to the GPU service, and each process corrects it by what it sees: what
counts is that the last column is about the same in all rows.
"""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

from PIL import Image

from easybraille.settings import from_environment
from easybraille.startup import make_reader
from lambda_app.work_estimate import DurationModel, measure

PICTURE = Path(__file__).resolve().parent.parent / "examples" / "carta.jpg"
RUNS = 3


def inputs() -> dict[str, bytes]:
    """The example letter as phones, scanners and books have it."""
    with Image.open(PICTURE) as image:
        page = image.convert("L")

    def saved(scale: float, kind: str, count: int = 1, **options) -> bytes:
        scaled, file = page.resize((int(page.width * scale), int(page.height * scale))), io.BytesIO()
        if count > 1:
            options |= {"save_all": True, "append_images": [scaled] * (count - 1)}
        scaled.save(file, kind, **options)
        return file.getvalue()

    return {
        "JPEG, 1.7 megapixels": saved(1, "JPEG"),
        "JPEG, 15 megapixels": saved(3, "JPEG"),
        "JPEG, 41 megapixels": saved(5, "JPEG"),
        "PNG, 15 megapixels": saved(3, "PNG"),
        "PDF of 5 pages": saved(1, "PDF", 5, resolution=150),
        "TIFF of 5 pages, 7 megapixels each": saved(2, "TIFF", 5),
    }


def main() -> None:
    """The command line."""
    reader, pace = make_reader(from_environment()), DurationModel()
    reader.read(PICTURE.read_bytes())
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print("| input | expected, s | taken, s | taken / expected |\n|---|---|---|---|")
    for name, data in inputs().items():
        expected, taken = pace.seconds(measure([data])), []
        for _ in range(RUNS):
            begin = time.perf_counter()
            reader.read(data)
            taken.append(time.perf_counter() - begin)
        print(f"| {name} | {expected:.2f} | {min(taken):.2f} | {min(taken) / expected:.1f} |", flush=True)


if __name__ == "__main__":
    main()
