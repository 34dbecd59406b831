"""Crops as a phone might have photographed them: where, how large, how turned, in what light, how blurred."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from . import daylight
from .ink import ink
from .pages import HALF_TURN, MIRROR, PRIMER, LabelledPage, permute
from .relight import relit

SMALLEST_CELL, LARGEST_CELL = 15.0, 32.0
# Light that falls along a picture's upright direction this much can be turned into light from the side.
UPRIGHT_LIGHT = 0.8


@dataclass(frozen=True)
class Seen:
    """A crop with the cells of both sides.

    Attributes:
        image: (size, size) uint8.
        boxes: (n, 4) float32 in pixels of the crop.
        dots: (n,) uint8 masks; 0 for a place of which nothing is known.
        lit: (n, 2) where the bright flank of each cell's marks faces, see `flanks.along`.
        unlabelled: (k, 2) the same for sides of which not all cells are labelled.
    """

    image: np.ndarray
    boxes: np.ndarray
    dots: np.ndarray
    lit: np.ndarray
    unlabelled: np.ndarray


def crop(page: LabelledPage, size: int, rng: np.random.Generator, rarity: np.ndarray) -> Seen:
    """A square crop around a random place, scaled, turned, sheared, seen from aside, perhaps mirrored or upside down.

    Args:
        page: where from.
        size: side of the crop, pixels.
        rarity: (64,) weight of each dot pattern for being the centre, so that rare ones come as often as common ones.
    """
    height, width = page.image.shape
    boxes, dots, lit = both_sides(page)
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    scale = np.exp(rng.uniform(np.log(SMALLEST_CELL), np.log(LARGEST_CELL))) / page.cell_width
    if not len(centres):  # looked at in any size
        scale = np.exp(rng.uniform(np.log(0.25), np.log(2.0)))
    weights = rarity[dots]
    if weights.any() and rng.random() < 0.85:
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
    # Turned over, light comes from below. Ink has no light that could.
    over = rng.random() < 0.3 and not page.flat
    linear = np.diag([-1.0 if mirror else 1.0, 1.0]) @ linear * (-1 if over else 1)
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
    boxes = warp_boxes(boxes, matrix)
    if mirror:
        dots = permute(dots, MIRROR)
    if over:
        dots = permute(dots, HALF_TURN)
    (light,) = daylight.at(page.light, np.clip(at, 0, (width, height))[None], (height, width))
    others = np.float32([light] * (not page.known) + [-light] * (not page.dents.known)).reshape(-1, 2)
    inside = (boxes[:, 2] > 0) & (boxes[:, 3] > 0) & (boxes[:, 0] < size) & (boxes[:, 1] < size)
    seen = Seen(image, boxes[inside], dots[inside], turned_light(lit[inside], linear), turned_light(others, linear))
    photographed = page.light is not None and page.path is not None and page.source != PRIMER
    if photographed and abs(light[1]) > UPRIGHT_LIGHT and rng.random() < 0.1:
        seen = from_the_side(seen, scale * page.cell_width / 1.6, rng)
    if len(seen.boxes) and rng.random() < 0.06:
        seen = tight(seen, rng)
    return seen


def both_sides(page: LabelledPage) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cells of a page's front and back: boxes (n, 4), dots (n,), and where their bright flanks face (n, 2)."""
    boxes = np.concatenate([page.boxes, page.dents.boxes])
    light = daylight.at(page.light, (boxes[:, :2] + boxes[:, 2:]) / 2, page.image.shape)
    light[len(page.boxes) :] *= -1
    return boxes, np.concatenate([page.dots, page.dents.dots]), light


def turned_light(light: np.ndarray, linear: np.ndarray) -> np.ndarray:
    """Directions (n, 2), x to the right and y up, after a linear map (2, 2) of the pixels; their lengths stay.

    A direction whose x is unknown keeps that, and its y changes sign with the map's.
    """
    unknown = np.isnan(light[:, 0])
    flipped = np.stack([np.where(unknown, 0, light[:, 0]), -light[:, 1]], 1) @ linear.T
    length = np.linalg.norm(light, axis=1) / np.maximum(np.linalg.norm(flipped, axis=1), 1e-9)
    result = flipped * np.where(unknown, 1, length)[:, None] * (1, -1)
    result[unknown] = np.stack([np.full(unknown.sum(), np.nan), np.sign(linear[1, 1]) * light[unknown, 1]], 1)
    return result.astype(np.float32)


def from_the_side(seen: Seen, dot: float, rng: np.random.Generator) -> Seen:
    """The crop in light from the left or right instead of from above or below; nothing is said of the latter."""
    sign = int(rng.choice([-1, 1]))
    image = relit(seen.image, dot, sign)
    return Seen(
        image, seen.boxes, seen.dots, *(np.stack([sign * v[:, 1], 0 * v[:, 1]], 1) for v in (seen.lit, seen.unlabelled))
    )


def tight(seen: Seen, rng: np.random.Generator) -> Seen:
    """A crop of which little more than a few cells of a line is left: the picture ends right beside them."""
    size = seen.image.shape[0]
    chosen = seen.boxes[rng.integers(len(seen.boxes))]
    width, height = chosen[2] - chosen[0], chosen[3] - chosen[1]
    left, right = width * rng.uniform([-0.1, -0.1], [4, 5])
    above, below = height * rng.uniform([-0.05, -0.05], [0.8, 0.8])
    x1, y1 = max(0, int(chosen[0] - left)), max(0, int(chosen[1] - above))
    x2, y2 = min(size, int(np.ceil(chosen[2] + right))), min(size, int(np.ceil(chosen[3] + below)))
    image = np.full_like(seen.image, 114 if rng.random() < 0.7 else rng.integers(256))  # what pictures are padded with
    image[y1:y2, x1:x2] = seen.image[y1:y2, x1:x2]
    shown = np.clip(seen.boxes, (x1, y1, x1, y1), (x2, y2, x2, y2))
    share = (shown[:, 2:] - shown[:, :2]).prod(1) / (seen.boxes[:, 2:] - seen.boxes[:, :2]).prod(1)
    kept = share > 0
    # The margin around the dots may be lacking, but no dot.
    dots = np.where(share > 0.8, seen.dots, 0).astype(np.uint8)
    return Seen(image, seen.boxes[kept], dots[kept], seen.lit[kept], seen.unlabelled)


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
    picture = image.astype(np.float32)
    if rng.random() < (0.1 if faint else 0.5):
        picture = ink(picture, rng)
    picture = unevenly_lit(picture, rng)
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
    if rng.random() < 0.12:
        picture = defocused(picture, rng)
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


def unevenly_lit(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A float32 crop with creases, lamps, shadows, glare and gutters, some of each."""
    size = picture.shape[0]
    if rng.random() < 0.06:
        picture *= crease(size, rng)
    if rng.random() < 0.5:
        picture *= uneven_light(size, rng)
    if rng.random() < 0.15:
        picture *= shadow(size, rng)
    if rng.random() < 0.06:
        picture = glare(picture, rng)
    if rng.random() < 0.05:
        picture *= gutter(size, rng)
    return picture


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


def defocused(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sharp on one side and out of focus on the other, as where a page bends or is seen from aside."""
    size = picture.shape[0]
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:size, :size].astype(np.float32) / size - 0.5
    share = np.clip((x * np.cos(angle) + y * np.sin(angle)) * rng.uniform(0.8, 2.5) + rng.uniform(0, 0.6), 0, 1)
    return picture * (1 - share) + cv2.GaussianBlur(picture, (0, 0), rng.uniform(1.2, 3.0)) * share


def gutter(size: int, rng: np.random.Generator) -> np.ndarray:
    """The dark valley in the middle of an open book, upright."""
    x = (np.arange(size, dtype=np.float32) - rng.uniform(-0.2, 1.2) * size) / (size * rng.uniform(0.03, 0.25))
    field = 1 - rng.uniform(0.2, 0.7) * np.exp(-np.abs(x))
    return np.broadcast_to(field.astype(np.float32), (size, size))
