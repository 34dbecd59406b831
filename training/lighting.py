"""Light on a height map: from a window, from a lamp beside the page or from the camera's own flash."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

AMBIENT = 0.45
# From this slope of the light on, as its horizontal part over its height, flanks are as bright and dark as they get.
SLANTING = 0.5
# Points, down and across, at which a page's light is written down.
GRID = 8


@dataclass(frozen=True)
class Lamp:
    """One light.

    Attributes:
        azimuth: direction that it comes from, degrees, 90 is from the top, 180 from the left.
        elevation: above the paper, degrees.
        place: x, y and height above the paper of a lamp near the page, pixels; it stands for the two others then.
        share: of all the light that is not ambient, in relation to the other lamps.
    """

    azimuth: float = 90.0
    elevation: float = 40.0
    place: tuple[float, float, float] | None = None
    share: float = 1.0

    def towards(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Unit vectors from points of the paper to the lamp (..., 3), y down as in pictures, and its strength (...)."""
        if self.place is None:
            angle, up = np.deg2rad(self.azimuth), np.deg2rad(self.elevation)
            unit = np.float32([np.cos(angle) * np.cos(up), -np.sin(angle) * np.cos(up), np.sin(up)])
            return np.broadcast_to(unit, (*x.shape, 3)), np.ones(x.shape, np.float32)
        way = np.stack([self.place[0] - x, self.place[1] - y, np.full_like(x, self.place[2])], -1)
        distance = np.linalg.norm(way, axis=-1)
        # As the square of the distance, and with the sine of the elevation, as far as a camera's exposure lets it.
        strength = self.place[2] / distance**3
        return way / distance[..., None], np.clip(strength / strength.mean(), 0.4, 1.6)


def directions(lamps: tuple[Lamp, ...], shape: tuple[int, int]) -> np.ndarray:
    """Where the light of a page comes from, as `daylight` gives it for a photograph.

    Args:
        lamps: all of them.
        shape: (rows, columns) of the page.

    Returns:
        (8, 8, 2), x to the right and y up; shorter than 1 where light comes from nearly above or from two sides.
    """
    y, x = np.meshgrid(*((np.arange(GRID, dtype=np.float32) + 0.5) / GRID * n for n in shape), indexing="ij")
    total = np.zeros((GRID, GRID, 2), np.float32)
    for lamp in lamps:
        unit, _ = lamp.towards(x, y)
        total += lamp.share * unit[..., :2] / unit[..., 2:] * (1, -1)
    total /= sum(lamp.share for lamp in lamps)
    length = np.linalg.norm(total, axis=-1, keepdims=True)
    return total / np.maximum(length, 1e-6) * np.minimum(length / SLANTING, 1)


def light_up(height: np.ndarray, lamps: tuple[Lamp, ...], gloss: float = 0.12) -> np.ndarray:
    """Shade a height map: diffuse light, cast shadows and gloss. Returns float32, evenly lit flat paper is 1."""
    y, x = np.mgrid[: height.shape[0], : height.shape[1]].astype(np.float32)
    slope_y, slope_x = np.gradient(height)
    norm = np.sqrt(slope_x**2 + slope_y**2 + 1)
    image = np.zeros_like(height)
    for lamp in lamps:
        unit, strength = lamp.towards(x, y)
        across, down, up = np.moveaxis(unit, -1, 0)
        diffuse = (-slope_x * across - slope_y * down + up) / norm
        lit = AMBIENT + (1 - AMBIENT) * np.clip(diffuse, 0, None) / up
        flat = np.hypot(across, down)
        shadow = np.zeros_like(height)
        for step in range(1, 6):
            blocker = cv2.remap(
                height, x + across * step, y + down * step, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            shadow = np.maximum(shadow, blocker - height - step * up / np.maximum(flat, 0.05))
        lit -= 0.5 * np.clip(shadow, 0, 0.8)
        half = np.sqrt(2 + 2 * up)
        mirrored = np.clip((-slope_x * across - slope_y * down + up + 1) / (half * norm), 0, 1) ** 40
        lit += gloss * (mirrored - ((up + 1) / half) ** 40)
        image += lamp.share * lit * strength
    return (image / sum(lamp.share for lamp in lamps)).astype(np.float32)


def random_lamps(rng: np.random.Generator, size: int) -> tuple[Lamp, ...]:
    """Light as it falls on pages: mostly from above, but from any side; near the page one time in four."""
    kind = rng.random()
    azimuth = rng.normal(90, 40) if rng.random() < 0.5 else rng.uniform(0, 360)
    first = Lamp(float(azimuth), rng.uniform(20, 65))
    if kind < 0.25:
        x, y = rng.uniform(-0.6, 1.6, 2) * size
        return (Lamp(place=(float(x), float(y), size * rng.uniform(0.15, 1.0))),)
    if kind < 0.37:
        return first, Lamp(float(azimuth + rng.normal(0, 70)), rng.uniform(20, 65), share=rng.uniform(0.1, 0.7))
    return (first,)
