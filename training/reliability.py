"""Whether confidence means what it says: `python -m training.reliability --data DATA [--output FOLDER]`.

Finds the sharpness (easybraille/recognition/calibration.py) under which the development pages' cells are most likely
what they are labelled, and prints for the val pages how often cells of each confidence are right; --output draws
reliability.png. A cell counts where its box is right (IoU at least 0.5): whether its dots are is the question.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from easybraille.recognition.calibration import SHARPNESS, pattern_probabilities
from easybraille.recognition.detectors import Detector

from .pages import VAL, pictures, split, truth
from .score import matches

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)


def read_cells(detector: Detector, paths: Iterable[Path]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores (n, 6), dots as read (n,) and as labelled (n,) of all cells whose box is right."""
    from .evaluate import read

    scores, dots, labels = [], [], []
    for path in paths:
        cells = read(detector, path)
        boxes, wanted = truth(path)
        found, labelled = matches(cells.boxes, boxes)
        scores.append(cells.scores[found])
        dots.append(cells.dots[found])
        labels.append(wanted[labelled])
    return np.concatenate(scores), np.concatenate(dots), np.concatenate(labels)


def best_sharpness(scores: np.ndarray, labels: np.ndarray, even: float) -> float:
    """The power of the odds under which the labels are likeliest."""
    tried = np.round(np.arange(0.4, 2.01, 0.05), 2)
    rows = np.arange(len(labels))
    return float(
        min(tried, key=lambda s: -np.log(np.maximum(pattern_probabilities(scores, even, s)[rows, labels], 1e-9)).mean())
    )


def bins(confidence: np.ndarray, right: np.ndarray) -> list[tuple[int, float, float]]:
    """For each bin of EDGES with any cells: how many, their mean confidence, and the share that is right."""
    result = []
    for low, high in zip(EDGES, EDGES[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            result.append((int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean())))
    return result


def measure(detector: Detector, data: Path) -> tuple[float, list[tuple[int, float, float]]]:
    """The sharpness that the development pages want, and the bins of the val pages with the one that is used."""
    development = [page.path for page in split(data).development]
    scores, _, labels = read_cells(detector, development)
    even = detector.manifest.thresholds.dot
    wanted = best_sharpness(scores, labels, even)
    scores, dots, labels = read_cells(detector, [p for folder in VAL for p in pictures(data / folder)])
    confidence = pattern_probabilities(scores, even)[np.arange(len(dots)), dots]
    return wanted, bins(confidence, dots == labels)


def plot(figures: list[tuple[int, float, float]], path: Path) -> None:
    """Share of right cells over confidence, both as distance from certainty."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(5.5, 5))
    wrong = [(1 - confidence, max(1 - share, 1e-5)) for _, confidence, share in figures]
    axis.plot([1e-4, 1], [1e-4, 1], color="0.7", label="means what it says")
    axis.plot(*zip(*wrong), "o-", color="#0072B2", label="val pages")
    for (count, _, _), (x, y) in zip(figures, wrong):
        axis.annotate(f"{count}", (x, y), textcoords="offset points", xytext=(6, -10), fontsize=8)
    axis.set(xscale="log", yscale="log", xlabel="1 - confidence", ylabel="share of cells that are wrong")
    axis.legend()
    axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main() -> None:
    """The command line."""
    from .evaluate import SHIPPED, load_detector

    parser = argparse.ArgumentParser(prog="python -m training.reliability", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds angelina/ and dsbi/")
    parser.add_argument("--weights", type=Path, default=SHIPPED, help="manifest.json, or a checkpoint of a run")
    parser.add_argument("--output", type=Path, help="folder for reliability.png")
    args = parser.parse_args()
    wanted, figures = measure(load_detector(args.weights), args.data)
    print(f"sharpness: {SHARPNESS} is used, the development pages want {wanted}")
    for count, confidence, share in figures:
        print(f"{count:6d} cells of confidence {confidence:.4f}: {share:.4f} right")
    if args.output:
        args.output.mkdir(parents=True, exist_ok=True)
        plot(figures, args.output / "reliability.png")


if __name__ == "__main__":
    main()
