"""Scans of DSBI, each given twice, with the front's and with the back's cells: both sides of one picture."""

from __future__ import annotations

import cv2
import numpy as np

# Pairs of points that must agree on one map for two pictures to be the same scan.
FEWEST = 200


def onto(front: np.ndarray, back: np.ndarray) -> np.ndarray | None:
    """The map from one deskewed copy of a scan to another, which may be turned by a third of a degree.

    Args:
        front, back: (rows, columns) uint8.

    Returns:
        (2, 3) affine, from pixels of `back` to pixels of `front`; None where they are not the same scan.
    """
    if front.shape == back.shape and np.array_equal(front, back):
        return np.eye(2, 3)
    finder = cv2.ORB_create(3000)
    (here, told), (there, said) = (finder.detectAndCompute(cv2.pyrDown(p), None) for p in (front, back))
    if told is None or said is None:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(said, told)
    if len(pairs) < FEWEST:
        return None
    source = np.float32([there[p.queryIdx].pt for p in pairs])
    goal = np.float32([here[p.trainIdx].pt for p in pairs])
    matrix, agree = cv2.estimateAffinePartial2D(source, goal, ransacReprojThreshold=1.5)
    if matrix is None or agree.sum() < FEWEST:
        return None
    matrix[:, 2] *= 2
    return matrix


def moved(boxes: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Boxes (n, 4) with their centres moved by an affine map (2, 3); their sides stay."""
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    shift = centre @ (matrix[:, :2] - np.eye(2)).T + matrix[:, 2]
    return (boxes + np.tile(shift, 2)).astype(np.float32)
