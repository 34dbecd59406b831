"""A page, bytes to document, against what one would use instead: `python -m bench.page [PICTURE|FOLDER...]`.

The others are Ultralytics' `predict` on the same weights, as best.pt and best.onnx, and on yolo11n and yolov8m, built
from their descriptions without weights: these do the arithmetic, and find nothing, so that nothing after the network
costs them time. All get the same bytes, use the same cores and take turns on each picture; ratios are to EasyBraille.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from bench import figures
from easybraille.model_store import SHIPPED
from easybraille.recognition.model import read_manifest
from easybraille.settings import from_environment
from easybraille.startup import make_reader

# Nothing is downloaded or reported, and no package installed.
os.environ.update(YOLO_OFFLINE="1", YOLO_AUTOINSTALL="False", ULTRALYTICS_SAFE_LOAD="1", YOLO_VERBOSE="False")
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
# The longer side at which EasyBraille reads a page first, and more cells than a page has.
SIDE, MOST = 1376, 1500
OURS = "EasyBraille"


def ultralytics(model: Path | str, cores: int) -> Callable[[bytes], object]:
    """Return a function that reads one picture with Ultralytics' own code."""
    import torch
    from ultralytics import YOLO

    torch.set_num_threads(cores)
    network = YOLO(str(model), task="detect")

    def read(data: bytes) -> object:
        with Image.open(io.BytesIO(data)) as image:
            return network.predict(image.convert("RGB"), imgsz=SIDE, max_det=MOST, verbose=False, device="cpu")

    return read


def described(model: Path, copy: Path) -> Path:
    """A copy of an ONNX file with the metadata by which Ultralytics opens one: its classes, channels and stride."""
    import onnx

    manifest = read_manifest(SHIPPED)
    network = onnx.load(model)
    metadata = {
        "task": "detect",
        "names": dict(enumerate(manifest.classes.names)),
        "channels": manifest.input.channels,
        "stride": manifest.input.multiple,
        "imgsz": [SIDE, SIDE],
        "batch": 1,
        "args": {"dynamic": True, "nms": False},
    }
    onnx.helper.set_model_props(network, {name: str(value) for name, value in metadata.items()})
    onnx.save(network, copy)
    return copy


def pictures(paths: list[Path]) -> list[bytes]:
    """The content of the pictures, also those in folders."""
    files = [file for path in paths for file in (sorted(path.glob("*.jpg")) if path.is_dir() else [path])]
    return [file.read_bytes() for file in files]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.page", description=__doc__.splitlines()[0])
    parser.add_argument("pictures", type=Path, nargs="*", default=[EXAMPLES])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    reader = make_reader(from_environment({}).model_copy(update={"threads": cores}))
    inputs = pictures(args.pictures)
    contestants: dict[str, Callable[[bytes], object]] = {OURS: reader.read}
    with tempfile.TemporaryDirectory() as folder:
        onnx = described(SHIPPED.with_name("best.onnx"), Path(folder) / "best.onnx")
        models = {"Ultralytics, best.pt": SHIPPED.with_name("best.pt"), "Ultralytics, best.onnx": onnx}
        models |= {"yolo11n, no weights": "yolo11n.yaml", "yolov8m, no weights": "yolov8m.yaml"}
        contestants |= {name: ultralytics(model, cores) for name, model in models.items()}
        # The first picture loads, builds and warms all of them.
        for contestant in contestants.values():
            contestant(inputs[0])
    print(f"{len(inputs)} pictures, {figures.machine()}")
    seconds = figures.in_turns(contestants, inputs, args.rounds)
    spreads = {name: figures.Spread.of(times) for name, times in seconds.items()}
    print(figures.table(spreads, OURS))
    print(f"at the end: {figures.machine()}")
    figures.save(args.json, spreads)
    figures.plot(
        args.plot,
        {name: dict(enumerate(sorted(times), 1)) for name, times in seconds.items()},
        "pictures, by the time each takes",
        "seconds",
    )


if __name__ == "__main__":
    main()
