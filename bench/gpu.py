"""Everything about a GPU in one run: `python -m bench.gpu`.

Prints the card; how far its cells are from ONNX Runtime's, and those of a batch from those of its pages alone; what
reading costs beside the network; pages a second of the network by itself in batches; and those of the whole service
with one client and with many, with the card's use meanwhile.
With --device cpu the same runs without a card, to try the script out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from easybraille.imaging.files import pictures
from easybraille.model_store import resolve
from easybraille.reader import Reader
from easybraille.recognition.detections import Detections
from easybraille.recognition.detectors.network import Network
from easybraille.recognition.detectors.onnx import OnnxDetector
from easybraille.recognition.detectors.torch import TorchDetector
from easybraille.recognition.page_detection import detect_front
from easybraille.settings import from_environment
from tests.gpu_service.served import served

from .heavy import under_load

ROOT = Path(__file__).resolve().parent.parent
PAGE = (1376, 1032)
QUERY = ["nvidia-smi", "--query-gpu=utilization.gpu,memory.used", "--format=csv,noheader,nounits", "--loop-ms=500"]


def compare(name: str, ours: Sequence[Detections], theirs: Sequence[Detections]) -> str:
    """One line of the table: how the cells that two found on the same pages differ."""
    missing = dots = 0
    boxes = confidence = 0.0
    for one, other in zip(ours, theirs):
        if not len(one) or not len(other):
            missing += len(one) + len(other)
            continue
        apart = np.abs(other.boxes[:, None] - one.boxes).max(axis=2)
        pair, met = apart.argmin(axis=1), apart.min(axis=1) < 4
        missing += int((~met).sum()) + abs(len(one) - len(other))
        dots += int((other.dots[met] != one.dots[pair[met]]).sum())
        boxes = max(boxes, float(apart.min(axis=1)[met].max()))
        confidence = max(confidence, float(np.abs(other.confidence[met] - one.confidence[pair[met]]).max()))
    return f"| {name} | {sum(map(len, theirs))} | {missing} | {dots} | {boxes:.3f} | {confidence:.4f} |"


def rate(network: Network, batch: int, seconds: float) -> float:
    """Pages a second of a network on full pages, so many at a time."""
    pages = [np.random.default_rng(n).integers(0, 255, PAGE, np.uint8) for n in range(batch)]
    for _ in range(2):
        network.run(pages)
    begin, runs = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        network.run(pages)
        runs += 1
    return runs * batch / (time.perf_counter() - begin)


class Remembered(Network):
    """A network that has seen everything before: what reading costs beside it."""

    def __init__(self, network: Network):
        self.engine, self.device, self.manifest = network.engine, network.device, network.manifest
        self._network, self._outputs = network, {}

    def run(self, images: Sequence[np.ndarray]) -> list[np.ndarray]:
        """See `Network.run`."""
        for image in images:
            if image.tobytes() not in self._outputs:
                self._outputs[image.tobytes()] = self._network.run([image])[0]
        return [self._outputs[image.tobytes()] for image in images]


def beside(network: Network, photos: Sequence[bytes], times: int = 5) -> float:
    """Seconds of one core that a page takes beside the network."""
    reader = Reader(Remembered(network))
    for photo in photos:
        reader.read(photo)
    begin = time.thread_time()
    for photo in photos * times:
        reader.read(photo)
    return (time.thread_time() - begin) / len(photos) / times


@contextmanager
def card_watched() -> Iterator[list[tuple[float, float]]]:
    """Samples of the card's use (%) and memory (MiB); none where there is no card."""
    samples: list[tuple[float, float]] = []
    if shutil.which("nvidia-smi") is None:
        yield samples
        return
    watching = subprocess.Popen(QUERY, stdout=subprocess.PIPE, text=True)

    def listen() -> None:
        samples.extend(tuple(map(float, line.split(","))) for line in watching.stdout)

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        yield samples
    finally:
        watching.terminate()
        listener.join()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.gpu", description=__doc__)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 64])
    parser.add_argument("--workers", type=int, default=1, help="processes that share the card")
    parser.add_argument("--seconds", type=float, default=20, help="for each figure")
    parser.add_argument("--pages", type=Path, nargs="+", default=sorted((ROOT / "examples").glob("*.jpg")))
    args = parser.parse_args()
    if args.device == "cuda" and not torch.cuda.is_available():
        parser.error("PyTorch finds no CUDA here; --device cpu tries the script out")
    card = torch.cuda.get_device_name() if args.device == "cuda" else "no card"
    print(f"{card}, {os.cpu_count()} CPU cores, PyTorch {torch.__version__}\n")

    weights = resolve(from_environment({}), ("torch", "onnx"))
    onnx = OnnxDetector(weights.onnx, weights.manifest)
    full = TorchDetector(weights.torch, weights.manifest, args.device)
    half = TorchDetector(weights.torch, weights.manifest, args.device, half=True)
    pages = [picture.gray for path in args.pages for picture in pictures(path.read_bytes())]
    print("| cells of | compared with | cells | not in both | other dots | boxes, px | confidence |")
    print("|---|---|---|---|---|---|---|")
    reference, ours, quick = ([detect_front(one, page).cells for page in pages] for one in (onnx, full, half))
    print(compare("full precision | ONNX Runtime", ours, reference))
    print(compare("half precision | ONNX Runtime", quick, reference))
    alone = [full.detect([page])[0] for page in pages]
    print(compare("pages in one batch | one by one", full.detect(pages), alone), flush=True)
    spent = beside(onnx, [path.read_bytes() for path in args.pages])
    print(
        f"\nbeside the network a page takes {1000 * spent:.0f} ms of a core: {1 / spent:.0f} pages a second a process"
    )
    print("\n| network alone | pages a second |\n|---|---|")
    best = half if args.device == "cuda" else full
    for batch in args.batches:
        print(f"| {batch} at a time | {rate(best, batch, args.seconds):.1f} |", flush=True)
    del full, half, best

    photo = args.pages[0].read_bytes()
    print(f"\n| service, {args.workers} process(es) | pages a second | in a batch | card's use | its memory |")
    print("|---|---|---|---|---|")
    for clients in args.clients:
        with served(GUNICORN_WORKERS=str(args.workers), EASYBRAILLE_QUEUE="256") as service, card_watched() as samples:
            service.wait_until_ready(300)
            seen, _ = under_load(service, photo, clients, args.seconds / 2, args.seconds)
            runs = service.metric("easybraille_batch_pages_sum") / service.metric("easybraille_batch_pages_count")
        use = f"{np.mean([s[0] for s in samples]):.0f} %" if samples else "-"
        memory = f"{max(s[1] for s in samples):.0f} MiB" if samples else "-"
        refused = sum(count for outcome, count in seen.outcomes.items() if outcome != "200")
        note = f", {refused} not answered by 200" if refused else ""
        print(
            f"| {clients} client(s){note} | {seen.outcomes['200'] / args.seconds:.1f} | {runs:.1f} | {use} | {memory} |"
        )


if __name__ == "__main__":
    main()
