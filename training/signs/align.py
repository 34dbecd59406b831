"""Find the cells of the signs: `python -m training.signs.align --data DATA --output FOLDER`.

The dark dots of a sign are looked for among the dark spots of its picture: of all ways to lay the dots that its print
asks for over two of these spots, the one that meets the most others, straightened by a projective map. A sign counts as
found when nearly every dot meets a spot. Writes a CSV of each that was found and a picture of it to look at.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from easybraille.recognition.detections import digits

from . import PICTURES, TEXTS, readings

# Diameters of dots in pixels, and the distance between cells over that between dots.
DIAMETERS = (4, 6, 9, 13)
PITCHES = np.arange(2.2, 2.85, 0.08)
# How near a spot must be to be a dot, in dot distances, and how many of the dots must have one.
NEAR, ENOUGH = 0.3, 0.93
# Width of the signs' blanks, in cells, and how many spots that are no dots may be among the cells, as a share.
BLANK, STRAY = 0.45, 0.15


@dataclass(frozen=True)
class Fit:
    """Cells laid over a picture.

    Attributes:
        masks: of its cells, 0 for a blank.
        pitch: between cells, in dot distances.
        matrix: (3, 3) from dot distances, the first cell's dot 1 at 0, 0, to pixels.
        met: share of the dots that a spot was found for.
    """

    masks: list[int]
    pitch: float
    matrix: np.ndarray
    met: float

    def boxes(self) -> tuple[np.ndarray, np.ndarray]:
        """Boxes (n, 4) in pixels and masks (n,) of the cells that are not blank."""
        columns = np.array([at for at, cell in zip(places(self.masks), self.masks) if cell])
        centre = mapped(np.stack([columns * self.pitch + 0.5, np.ones(len(columns))], 1), self.matrix)
        right = mapped(np.stack([columns * self.pitch + 1.5, np.ones(len(columns))], 1), self.matrix) - centre
        down = mapped(np.stack([columns * self.pitch + 0.5, np.full(len(columns), 2.0)], 1), self.matrix) - centre
        half = np.stack([0.8 * np.linalg.norm(right, axis=1), 1.3 * np.linalg.norm(down, axis=1)], 1)
        return np.concatenate([centre - half, centre + half], 1), np.array([cell for cell in self.masks if cell])


def spots(gray: np.ndarray, diameter: float) -> np.ndarray:
    """Centres (n, 2) of dark round spots of about a diameter."""
    sigma = diameter / 2.8
    picture = gray.astype(np.float32)
    ground = cv2.GaussianBlur(picture, (0, 0), 2.5 * sigma)
    dark = (ground - cv2.GaussianBlur(picture, (0, 0), 0.7 * sigma)) / np.maximum(ground, 8)
    size = 2 * round(diameter * 0.6) + 1
    peak = (dark == cv2.dilate(dark, np.ones((size, size), np.uint8))) & (dark > 0.15)
    peak &= ground > 0.45 * np.percentile(ground, 98)  # a plate is lighter than most around it
    y, x = np.nonzero(peak)
    return np.stack([x, y], 1).astype(np.float64)


def places(masks: list[int]) -> list[float]:
    """Where each cell begins, in cells from the first; blanks are narrow."""
    at, result = 0.0, []
    for cell in masks:
        result.append(at)
        at += 1.0 if cell else BLANK
    return result


def dots_of(masks: list[int], pitch: float) -> np.ndarray:
    """(m, 2) places of the raised dots of cells in dot distances."""
    return np.array(
        [
            (column * pitch + dot // 3, dot % 3)
            for column, cell in zip(places(masks), masks)
            for dot in range(6)
            if cell >> dot & 1
        ]
    )


def mapped(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points (n, 2) after a projective map."""
    return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0]


class Nearest:
    """Which spot is the nearest to any point of a picture.

    Args:
        found: (n, 2) spots.
        shape: (rows, columns) of the picture.
    """

    def __init__(self, found: np.ndarray, shape: tuple[int, int]):
        empty = np.ones(shape, np.uint8)
        x, y = found.astype(int).T
        empty[y, x] = 0
        self._far, label = cv2.distanceTransformWithLabels(empty, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        number = np.zeros(label.max() + 1, int)
        number[label[y, x]] = np.arange(len(found))
        self._which = number[label]

    def __call__(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distances (...) and indices (...) of the spots next to points (..., 2); far for those beyond the picture."""
        x, y = np.moveaxis(np.round(np.nan_to_num(points)).astype(int), -1, 0)
        rows, columns = self._far.shape
        beyond = (x < 0) | (y < 0) | (x >= columns) | (y >= rows)
        x, y = x.clip(0, columns - 1), y.clip(0, rows - 1)
        return np.where(beyond, np.inf, self._far[y, x]), self._which[y, x]


def fit(found: np.ndarray, masks: list[int], diameter: float, nearest: Nearest) -> Fit | None:
    """The best way to lay a sign's cells over spots (n, 2); None where none meets enough of them."""
    best = None
    way = found[None] - found[:, None]
    level = (way[..., 0] > 0) & (np.abs(way[..., 1]) < 0.35 * way[..., 0])
    for pitch in PITCHES:
        dots = dots_of(masks, pitch)
        first, last = dots[:, 0].argmin(), dots[:, 0].argmax()
        span = dots[last] - dots[first]
        long = np.linalg.norm(span)
        # Dots stand 1.3 to 2.8 of their diameters apart, and lines of signs are nearly level.
        pairs = np.argwhere(level & (way[..., 0] < 2.8 * diameter * long) & (way[..., 0] > 1.2 * diameter * long))
        between = way[pairs[:, 0], pairs[:, 1]]
        turn = (between[:, 0] + 1j * between[:, 1]) / (span[0] + 1j * span[1])
        offset = (dots[:, 0] - dots[first, 0]) + 1j * (dots[:, 1] - dots[first, 1])
        for start in range(0, len(pairs), 20000):
            some = slice(start, start + 20000)
            laid = found[pairs[some, 0]] @ (1, 1j) + (turn[some, None] * offset).T
            distance, _ = nearest(np.stack([laid.real, laid.imag], -1))
            met = (distance < NEAR * np.abs(turn[some])).mean(0)
            at = int(met.argmax())
            if best is None or met[at] > best[0]:
                scale = turn[some][at]
                origin = found[pairs[some][at, 0]] @ (1, 1j) - scale * (dots[first] @ (1, 1j))
                rows = [scale.real, -scale.imag, origin.real], [scale.imag, scale.real, origin.imag], [0, 0, 1]
                best = met[at], pitch, np.array(rows)
    if best is None or best[0] < 0.6:
        return None
    return straightened(found, nearest, masks, *best[1:])


def straightened(found: np.ndarray, nearest: Nearest, masks: list[int], pitch: float, matrix: np.ndarray) -> Fit | None:
    """A rough fit made exact by the spots that it meets, with the distance between cells that suits them best."""
    for _ in range(6):
        distance, which = nearest(mapped(dots_of(masks, pitch), matrix))
        met = distance < NEAR * dot_distance(matrix)
        if met.sum() < 6:
            return None
        tried = []
        goal = found[which[met]]
        for other in (pitch - 0.02, pitch, pitch + 0.02):
            shape = dots_of(masks, other)[met]
            guess, _ = cv2.findHomography(shape, goal, cv2.LMEDS if met.sum() > 12 else 0)
            if guess is not None:
                tried.append((np.median(np.linalg.norm(mapped(shape, guess) - goal, axis=1)), other, guess))
        if not tried:
            return None
        _, pitch, matrix = min(tried, key=lambda item: item[0])
    distance, which = nearest(mapped(dots_of(masks, pitch), matrix))
    inside = mapped(found, np.linalg.inv(matrix))
    length = places(masks)[-1] * pitch + 1
    among = (inside > (-0.3, -0.3)).all(1) & (inside < (length + 0.3 + pitch, 2.3)).all(1)
    if len(set(which.tolist())) < len(which) or among.sum() > (1 + STRAY) * len(which):
        return None
    return Fit(masks, pitch, matrix, float((distance < 0.25 * dot_distance(matrix)).mean()))


def dot_distance(matrix: np.ndarray) -> float:
    """Between two dots of the first cell, pixels."""
    left, right = mapped(np.array([[0.0, 1.0], [1.0, 1.0]]), matrix)
    return float(np.linalg.norm(right - left))


def aligned(gray: np.ndarray, text: str) -> Fit | None:
    """The cells of a sign in its picture; None where they were not found."""
    best = None
    for diameter in DIAMETERS:
        found = spots(gray, diameter)
        if not 10 <= len(found) <= 2500:
            continue
        nearest = Nearest(found, gray.shape)
        for masks in readings(text):
            candidate = fit(found, masks, diameter, nearest)
            if candidate and candidate.met >= ENOUGH and (best is None or candidate.met > best.met + 0.001):
                best = candidate
        if best is not None and best.met == 1.0:
            break
    return best


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.signs.align", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--output", type=Path, required=True, help="folder for tables and pictures")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    for name, text in tqdm(TEXTS.items(), unit="sign", dynamic_ncols=True, mininterval=5):
        image = cv2.imread(str(args.data / PICTURES / f"{name}.jpg"))
        found = aligned(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), text)
        if found is None:
            print(f"{name}: {text} was not found")
            continue
        boxes, dots = found.boxes()
        with (args.output / f"{name}.csv").open("w") as stream:
            rows = csv.writer(stream)
            rows.writerow(["x1", "y1", "x2", "y2", "dots", "row", "col"])
            rows.writerows([*box, digits(int(cell)), "", ""] for box, cell in zip(np.round(boxes, 1).tolist(), dots))
        x1, y1, x2, y2 = [*boxes[:, :2].min(0), *boxes[:, 2:].max(0)]
        for box in boxes.round().astype(int).tolist():
            cv2.rectangle(image, tuple(box[:2]), tuple(box[2:]), (0, 160, 0), 1)
        margin = (x2 - x1) * 0.2
        piece = image[max(0, int(y1 - margin)) : int(y2 + margin), max(0, int(x1 - margin)) : int(x2 + margin)]
        cv2.imwrite(str(args.output / f"{name}.png"), piece)


if __name__ == "__main__":
    main()
