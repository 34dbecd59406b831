"""Crops as a phone might have photographed them: where, how large, how turned, in what light, how blurred."""

from __future__ import annotations

import cv2
import numpy as np

from .ink import ink
from .pages import MIRROR, LabelledPage, permute

SMALLEST_CELL, LARGEST_CELL = 15.0, 32.0


def crop(
    page: LabelledPage, size: int, rng: np.random.Generator, rarity: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A square crop around a random place, scaled, turned, sheared, seen from aside and perhaps mirrored.

    Args:
        page: where from.
        size: side of the crop, pixels.
        rarity: (64,) weight of each dot pattern for being the centre, so that rare ones come as often as common ones.

    Returns:
        image (size, size) uint8; boxes (n, 4) float32 in pixels of the crop; dots (n,) uint8.
    """
    height, width = page.image.shape
    centres = (page.boxes[:, :2] + page.boxes[:, 2:]) / 2
    scale = np.exp(rng.uniform(np.log(SMALLEST_CELL), np.log(LARGEST_CELL))) / page.cell_width
    if not len(centres):  # looked at in any size
        scale = np.exp(rng.uniform(np.log(0.25), np.log(2.0)))
    if len(centres) and rng.random() < 0.85:
        weights = rarity[page.dots]
        at = centres[rng.choice(len(centres), p=weights / weights.sum())]
        at = at + rng.uniform(-0.4, 0.4, 2) * size / scale
    else:
        at = rng.uniform(0, 1, 2) * (width, height)
    angle = np.deg2rad(rng.normal(0, 4) if rng.random() < 0.8 else rng.uniform(-15, 15))
    aspect = np.exp(rng.normal(0, 0.05))
    shear = rng.normal(0, 0.03)
    cos, sin = np.cos(angle), np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.array([[aspect, shear], [0, 1 / aspect]]) * scale
    mirror = rng.random() < 0.25
    # Never upside down: that turns the light round, and dents into dots.
    linear = np.diag([-1.0 if mirror else 1.0, 1.0]) @ linear
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = size / 2 - linear @ at
    lean = np.eye(3)
    lean[2, :2] = rng.normal(0, 0.12, 2) / size
    middle = np.array([[1, 0, -size / 2], [0, 1, -size / 2], [0, 0, 1.0]])
    matrix = np.linalg.inv(middle) @ lean @ middle @ matrix
    border = cv2.BORDER_REPLICATE if rng.random() < 0.3 else cv2.BORDER_CONSTANT
    image = cv2.warpPerspective(
        page.image, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=int(rng.integers(256))
    )
    boxes = warp_boxes(page.boxes, matrix)
    dots = page.dots
    if mirror:
        dots = permute(dots, MIRROR)
    inside = (boxes[:, 2] > 0) & (boxes[:, 3] > 0) & (boxes[:, 0] < size) & (boxes[:, 1] < size)
    return image, boxes[inside], dots[inside]


def warp_boxes(boxes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Boxes (n, 4) after a 3 × 3 projective map: the centre goes along, the sides keep their own lengths."""
    if not len(boxes):
        return boxes.reshape(-1, 4)
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    zero = np.zeros(len(boxes), np.float32)
    ends = [
        centre,
        centre - np.stack([half[:, 0], zero], 1),
        centre + np.stack([half[:, 0], zero], 1),
        centre - np.stack([zero, half[:, 1]], 1),
        centre + np.stack([zero, half[:, 1]], 1),
    ]
    moved = [cv2.perspectiveTransform(p[None].astype(np.float64), matrix)[0] for p in ends]
    size = np.stack([np.linalg.norm(moved[2] - moved[1], axis=1), np.linalg.norm(moved[4] - moved[3], axis=1)], 1)
    return np.concatenate([moved[0] - size / 2, moved[0] + size / 2], 1).astype(np.float32)


def photograph(image: np.ndarray, rng: np.random.Generator, faint: bool = False) -> np.ndarray:
    """Light, ink, blur, noise and compression over a grey crop.

    Args:
        image: (size, size) uint8.
        rng: draws what happens.
        faint: the dots can hardly be seen as they are: less ink, and no less contrast.

    Returns:
        uint8 of the same shape.
    """
    size = image.shape[0]
    picture = image.astype(np.float32)
    if rng.random() < (0.1 if faint else 0.5):
        picture = ink(picture, rng)
    if rng.random() < 0.06:
        picture *= crease(size, rng)
    if rng.random() < 0.5:
        picture *= uneven_light(size, rng)
    if rng.random() < 0.15:
        picture *= shadow(size, rng)
    if rng.random() < 0.06:
        picture = glare(picture, rng)
    if rng.random() < 0.9:
        mean = picture.mean()
        picture = (picture - mean) * np.exp(rng.uniform(np.log(0.7 if faint else 0.2), np.log(1.7))) + mean
        target = rng.uniform(60, 215)
        picture += (target - mean) * rng.uniform(0, 1)
    if rng.random() < 0.3:
        picture = 255 * (np.clip(picture, 0, 255) / 255) ** np.exp(rng.normal(0, 0.35))
    if rng.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.7))
    elif rng.random() < 0.2:
        picture = motion(picture, rng)
    if rng.random() < 0.6:
        noise = rng.standard_normal(image.shape, np.float32) * rng.uniform(1, 12)
        if rng.random() < 0.4:
            noise = cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.6, 1.5)) * 2
        picture = picture + noise
    result = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        _, data = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))])
        result = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return result


def uneven_light(size: int, rng: np.random.Generator) -> np.ndarray:
    """A smooth field of factors around 1: a lamp near one side of the page."""
    coarse = np.exp(rng.normal(0, 0.2, (3, 3))).astype(np.float32)
    return cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)


def shadow(size: int, rng: np.random.Generator) -> np.ndarray:
    """The soft-edged shadow of a hand, a phone or the book's other page."""
    corners = rng.uniform(-0.3, 1.3, (int(rng.integers(3, 6)), 2)) * size
    field = np.zeros((size, size), np.float32)
    cv2.fillPoly(field, [cv2.convexHull(corners.astype(np.int32))], 1.0)
    field = cv2.GaussianBlur(field, (0, 0), rng.uniform(1, 20))
    return 1 - field * rng.uniform(0.15, 0.6)


def crease(size: int, rng: np.random.Generator) -> np.ndarray:
    """A fold across the paper: one flank lighter, the other darker."""
    angle = rng.uniform(0, np.pi)
    at = rng.uniform(-0.3, 0.3) * size
    y, x = np.mgrid[:size, :size].astype(np.float32) - size / 2
    off = (x * np.cos(angle) + y * np.sin(angle) - at) / rng.uniform(2, 12)
    return (1 + rng.choice([-1, 1]) * rng.uniform(0.05, 0.3) * off * np.exp(0.5 - off * off / 2)).astype(np.float32)


def glare(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The lamp mirrored in glossy paper: a soft spot where light and shade wash out."""
    size = picture.shape[0]
    y, x = np.mgrid[:size, :size].astype(np.float32)
    centre, width = rng.uniform(0, size, 2), rng.uniform(0.1, 0.4, 2) * size
    spot = np.exp(-(((x - centre[0]) / width[0]) ** 2) - ((y - centre[1]) / width[1]) ** 2)
    return picture + (255 - picture) * spot * rng.uniform(0.3, 0.9)


def motion(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Camera shake along one direction."""
    length = int(rng.integers(3, 7))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(picture, -1, kernel / max(kernel.sum(), 1e-6))
