"""Train best.pt: `python -m training.train --data DATA --output RUN`.

Goes on from RUN/last.pt when there is one. Writes RUN/last.pt, RUN/best.pt (best on the development split),
RUN/log.csv and RUN/curves.png.
"""

from __future__ import annotations

import argparse
import copy
import csv
import math
import os
import random
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("YOLO_AUTOINSTALL", "False")
os.environ.setdefault("YOLO_OFFLINE", "1")

import numpy as np
import torch
from torch.utils.data import DataLoader, Subset
from tqdm import tqdm
from ultralytics import __version__ as ultralytics_version
from ultralytics.nn.tasks import DetectionModel, yaml_model_load
from ultralytics.utils.torch_utils import ModelEMA

from easybraille.recognition.detectors.checkpoint import load_network
from easybraille.recognition.detectors.postprocess import decode

from .begin import begin
from .crops import Crops
from .flanks import FLANKS, layers
from .loss import detection_loss
from .pages import LabelledPage, Split, split
from .score import Score, score

NETWORK = Path(__file__).with_name("network.yaml")
NAMES = {i: f"dot{i + 1}" for i in range(6)}
BOX_GAIN = 2.0
CONFIDENCE = 0.5


def build(flanks: Sequence[str] = tuple(FLANKS)) -> DetectionModel:
    """The untrained network, with a detection layer for each of these flanks."""
    description = yaml_model_load(NETWORK)
    sources, *detect = description["head"][-1]
    description["head"][-1] = [sources[: len(flanks)], *detect]
    model = DetectionModel(description, ch=1, nc=6, verbose=False)
    model.names = dict(NAMES)
    # One place in ten is a cell's middle: start from that instead of from "nothing anywhere".
    for layer in model.model[-1].cv3:
        torch.nn.init.constant_(layer[-1].bias, -2.5)
    return model


def padded(image: np.ndarray, multiple: int = 32) -> torch.Tensor:
    """A grey page (h, w) as the network's input (1, 1, h', w') in 0..1, the far sides padded with mid-grey."""
    height, width = (math.ceil(n / multiple) * multiple for n in image.shape)
    full = np.full((height, width), 114, np.uint8)
    full[: image.shape[0], : image.shape[1]] = image
    return torch.from_numpy(full)[None, None].float() / 255


@torch.inference_mode()
def development_score(
    model: DetectionModel, pages: list[LabelledPage], device: torch.device, flanks: Sequence[str] = tuple(FLANKS)
) -> Score:
    """Score of pages read as they are, without rescaling: their fronts, and the backs of which all cells are labelled.

    Light comes from above in all of them: fronts are the first layer's and backs the second's.
    """
    model.eval()
    total = Score()
    for page in pages:
        output = model(padded(page.image).to(device))[0][0].float().cpu().numpy()
        said = layers(output, flanks)
        cells = decode(said["up"], CONFIDENCE)
        total.add(score(cells.boxes, cells.dots, page.boxes, page.dots))
        if "down" in said and page.dents.known and page.two_sided:
            cells = decode(said["down"], CONFIDENCE)
            total.add(score(cells.boxes, cells.dots, page.dents.boxes, page.dents.dots))
    return total


def save_checkpoint(model: DetectionModel, path: Path, args: dict) -> None:
    """Write an inference checkpoint that stock Ultralytics loads, half precision as it does itself."""
    model = copy.deepcopy(model).half().cpu().eval()
    model.args = {"task": "detect", "imgsz": args["size"], "single_cls": False}
    for parameter in model.parameters():
        parameter.requires_grad = False
    content = {
        "epoch": -1,
        "best_fitness": None,
        "model": model,
        "ema": None,
        "updates": None,
        "optimizer": None,
        "train_args": model.args | {"model": NETWORK.name, "seed": args["seed"]},
        "version": ultralytics_version,
        "license": "AGPL-3.0",
    }
    temporary = path.with_suffix(".tmp")
    torch.save(content, temporary)
    temporary.replace(path)


def learning_rate(step: int, steps: int, top: float, warmup: int = 100) -> float:
    """Linear rise, then half a cosine down to a hundredth."""
    if step < warmup:
        return top * (step + 1) / warmup
    done = (step - warmup) / max(1, steps - warmup)
    return top * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)


def plot(log: Path, picture: Path) -> None:
    """Draw loss and development F1 over the steps."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = list(csv.DictReader(log.open()))
    steps = [int(r["step"]) for r in rows]
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    for name in ("dots", "boxes"):
        left.plot(steps, [float(r[name]) for r in rows], label=f"loss of the {name}")
    left.set(xlabel="step", yscale="log")
    left.legend()
    for name, label in (("f1", "cell F1"), ("boxes_f1", "F1 of the boxes alone")):
        right.plot(steps, [1 - float(r[name]) for r in rows], label=label)
    right.set(xlabel="step", ylabel="1 - F1 on the development pages", yscale="log")
    right.legend()
    figure.tight_layout()
    figure.savefig(picture, dpi=110)
    plt.close(figure)


def train(
    pages: Split,
    output: Path,
    steps: int,
    batch: int,
    size: int,
    seed: int,
    rate: float,
    checks: int,
    workers: int,
    half: bool,
    start_from: Path | None = None,
    flanks: Sequence[str] = tuple(FLANKS),
) -> None:
    """Train from nothing, or go on from `output`/last.pt.

    Args:
        pages: what to train on and to choose by.
        output: folder for checkpoints, log and curves.
        steps, batch, size: how many steps, crops a step, side of a crop in pixels.
        seed: of weights and crops.
        rate: top learning rate.
        checks: how often the development pages are read.
        workers: processes that prepare crops.
        start_from: a run's best.pt, to begin with its weights.
        half: compute in bfloat16; on a CPU that has it (avx512_bf16) in half the time.
        flanks: that the network has layers for, the first of them "up".
    """
    output.mkdir(parents=True, exist_ok=True)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = build(flanks).to(device, memory_format=torch.channels_last)
    average = ModelEMA(model, decay=0.998, tau=150)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}])
    start, best = 0, -1.0
    last, log = output / "last.pt", output / "log.csv"
    if last.exists():
        state = torch.load(last, map_location=device, weights_only=True)
        if state["seed"] != seed or state["steps"] != steps:
            raise SystemExit(
                f"{last} is of another run (seed {state['seed']}, {state['steps']} steps): choose another --output"
            )
        model.load_state_dict(state["model"])
        average.ema.load_state_dict(state["average"])
        average.updates = state["updates"]
        optimizer.load_state_dict(state["optimizer"])
        start, best = state["step"], state["best"]
        print(f"going on at step {start} of {steps}")
    else:
        if start_from is not None:
            begin(model, load_network(start_from))
            average.ema.load_state_dict(model.state_dict())
        log.write_text("step,dots,boxes,rate,precision,recall,f1,boxes_f1\n")
    every = max(1, steps // checks)
    crops = Crops(pages.train, pages.blank, seed, size, steps * batch, flanks=flanks)
    loader = DataLoader(Subset(crops, range(start * batch, len(crops))), batch_size=batch, num_workers=workers)
    sums, count = np.zeros(2), 0
    progress = tqdm(
        enumerate(loader, start), total=steps, initial=start, unit="step", dynamic_ncols=True, mininterval=5
    )
    for step, (image, wanted) in progress:
        now = learning_rate(step, steps, rate)
        for group in optimizer.param_groups:
            group["lr"] = now
        model.train()
        image = (image.to(device).float() / 255).to(memory_format=torch.channels_last)
        with torch.autocast(device.type, torch.bfloat16, enabled=half):
            predictions = model(image)
        dots, boxes = detection_loss({k: v.float() for k, v in predictions.items() if k != "feats"}, wanted.to(device))
        optimizer.zero_grad()
        (dots + BOX_GAIN * boxes).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        average.update(model)
        sums += (dots.item(), boxes.item())
        count += 1
        done = step + 1
        if done % every and done != steps:
            continue
        result = development_score(average.ema, pages.development, device, flanks)
        with log.open("a") as stream:
            mean = sums / count
            stream.write(
                f"{done},{mean[0]:.5f},{mean[1]:.5f},{now:.6f},{result.precision:.5f},{result.recall:.5f},"
                f"{result.f1:.5f},{result.boxes_f1:.5f}\n"
            )
        progress.set_postfix_str(f"dots {mean[0]:.3f} boxes {mean[1]:.3f} development F1 {result.f1:.4f}")
        sums, count = np.zeros(2), 0
        if result.f1 >= best:
            best = result.f1
            save_checkpoint(average.ema, output / "best.pt", {"size": size, "seed": seed})
        state = {
            "model": model.state_dict(), "average": average.ema.state_dict(), "updates": average.updates,
            "optimizer": optimizer.state_dict(), "step": done, "steps": steps, "seed": seed, "best": best,
        }  # fmt: skip
        torch.save(state, last.with_suffix(".tmp"))
        last.with_suffix(".tmp").replace(last)
        plot(log, output / "curves.png")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    parser.add_argument("--output", type=Path, required=True, help="folder for checkpoints, log and curves")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--size", type=int, default=320, help="side of a crop in pixels, a multiple of 16")
    parser.add_argument("--rate", type=float, default=3e-3, help="top learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checks", type=int, default=12, help="how often the development pages are read")
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare crops")
    parser.add_argument("--leave-out", default="", help="sources, by comma, that must not be seen: Massage,mdd")
    parser.add_argument("--from", dest="start_from", type=Path, help="a run's best.pt, to begin with its weights")
    parser.add_argument("--half", action="store_true", help="compute in bfloat16: on CUDA and on CPUs with avx512_bf16")
    parser.add_argument(
        "--flanks", default=",".join(FLANKS), help="the head's layers, by comma; default %(default)s, see flanks.py"
    )
    parser.add_argument("--pseudo", type=Path, help="folder of what training.pseudo wrote")
    args = parser.parse_args()
    pages = split(args.data, frozenset(filter(None, args.leave_out.split(","))), args.pseudo)
    print(f"{len(pages.train)} pages train, {len(pages.development)} choose, {len(pages.left_out)} are left out")
    train(
        pages,
        args.output,
        args.steps,
        args.batch,
        args.size,
        args.seed,
        args.rate,
        args.checks,
        args.workers,
        args.half,
        args.start_from,
        tuple(args.flanks.split(",")),
    )


if __name__ == "__main__":
    main()
