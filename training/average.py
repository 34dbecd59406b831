"""Average the weights of several runs that began from each other.

    python -m training.average --data DATA --output runs/average/best.pt models/best.pt=0.5 runs/more/best.pt=0.5

Weights that learnt new pictures forget some of the old ones. Between them and the weights that they began from lie some
that read both (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models"). The statistics of batch normalisation
are measured anew, since they are not those of either. Networks of one layer and of the same kind only.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from torch.utils.data import DataLoader
from ultralytics.nn.tasks import DetectionModel

from easybraille.recognition.detectors.checkpoint import load_network

from .crops import Crops
from .pages import Split, split
from .train import build, save_checkpoint

FLANKS = ("up",)
SEED, SIZE, BATCH, BATCHES = 77, 320, 16, 30


def weights(path: Path) -> dict[str, torch.Tensor]:
    """The weights of a checkpoint: best.pt, or the average that a run's last.pt holds."""
    if path.name != "last.pt":
        return load_network(path).float().state_dict()
    average: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)["average"]
    return average


def averaged(networks: Sequence[dict[str, torch.Tensor]], shares: Sequence[float]) -> dict[str, torch.Tensor]:
    """The average of weights; counters are those of the first network.

    Raises:
        ValueError: the shares do not add up to 1.
    """
    if abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"the shares add up to {sum(shares):g}, not to 1")
    return {
        name: sum(share * network[name] for share, network in zip(shares, networks))
        if value.is_floating_point()
        else value
        for name, value in networks[0].items()
    }


@torch.no_grad()
def measure_statistics(model: DetectionModel, pages: Split) -> None:
    """Set the means and variances of batch normalisation to those of training crops, in place."""
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None  # a plain mean over all batches
    crops = Crops(pages.train, pages.blank, SEED, SIZE, BATCH * BATCHES, flanks=FLANKS)
    for image, _ in DataLoader(crops, batch_size=BATCH):
        model(image.float() / 255)
    model.eval()


def share_of(argument: str) -> tuple[Path, float]:
    """`runs/a/best.pt=0.5` as a path and a share."""
    path, _, share = argument.rpartition("=")
    return Path(path), float(share)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.average", description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", nargs="+", type=share_of, metavar="best.pt=SHARE")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    parser.add_argument("--pseudo", type=Path, help="folder of what training.pseudo wrote")
    parser.add_argument("--output", type=Path, required=True, help="the checkpoint to write")
    args = parser.parse_args()
    paths, shares = zip(*args.checkpoints)
    model = build(FLANKS)
    model.load_state_dict(averaged([weights(path) for path in paths], shares))
    measure_statistics(model, split(args.data, pseudo=args.pseudo))
    args.output.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(model, args.output, {"size": SIZE, "seed": SEED})


if __name__ == "__main__":
    main()
