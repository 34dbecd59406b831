"""How far the head's answer is from the target."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def detection_loss(predictions: dict[str, torch.Tensor], target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss of the dots and of the boxes, each averaged over the places in the middle of a cell.

    Dots: binary cross-entropy; on background weighted by how wrong it is (focal loss, Lin et al. 2017, gamma 1),
    since most of it is easy. Boxes: 1 - IoU of boxes that share a point.

    Args:
        predictions: what Ultralytics' Detect head returns in training: "scores" (b, 6, n) logits and "boxes"
            (b, 4, n) distances in strides.
        target: (b, 11, h, w) as `flanks.targets` makes it, n = h * w: the places of one layer after
            those of another.
    """
    target = target.flatten(2)
    kind = target[:, 10]
    middle = kind > 0
    count = middle.sum().clamp(min=1)
    logits = predictions["scores"]
    error = F.binary_cross_entropy_with_logits(logits, target[:, :6], reduction="none")
    background = logits.detach().sigmoid() * (kind == 0)[:, None]
    dots = (error * (middle[:, None] + background)).sum() / count
    guess = predictions["boxes"].transpose(1, 2)[middle].clamp(min=0.01)
    wanted = target[:, 6:10].transpose(1, 2)[middle]
    shared = torch.minimum(guess, wanted)
    intersection = (shared[:, 0] + shared[:, 2]) * (shared[:, 1] + shared[:, 3])
    union = (
        (guess[:, 0] + guess[:, 2]) * (guess[:, 1] + guess[:, 3])
        + (wanted[:, 0] + wanted[:, 2]) * (wanted[:, 1] + wanted[:, 3])
        - intersection
    )
    boxes = (1 - intersection / union).sum() / count
    return dots, boxes
