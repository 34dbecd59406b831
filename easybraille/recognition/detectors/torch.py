"""Detects cells with PyTorch, on a CUDA GPU or the CPU."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ..model import Manifest
from .checkpoint import channels, head_of, load_network
from .network import Network, check_shape, padded_size, stack_images

if TYPE_CHECKING:
    import torch

# Pages of one run are padded to a common size, of which at most this share is padding.
PADDING = 0.25


class TorchDetector(Network):
    """A detector on PyTorch.

    Args:
        path: the .pt file, as Ultralytics writes it; nothing that is pickled in it runs.
        manifest: what it is.
        device: "cuda", or "cpu".
        half: compute in half precision.
        threads: of one run on the CPU; 0 lets PyTorch choose, one a core.

    Raises:
        ModelError: the file is no checkpoint, or another network than the manifest describes.
    """

    engine = "torch"

    def __init__(self, path: Path, manifest: Manifest, device: str = "cpu", half: bool = False, threads: int = 0):
        network = load_network(path)
        import torch

        if threads:
            torch.set_num_threads(threads)

        check_shape(path, manifest, channels(network), head_of(network).nc)
        network = network.fuse(verbose=False)
        network = network.to(device).requires_grad_(False)
        if half:
            network.half()
            _keep_full(head_of(network))
        self._torch, self._network, self._half = torch, network, half
        # Ultralytics' head caches the last size, which simultaneous runs would mix up.
        self._lock = Lock()
        self.manifest = manifest
        self.batches = device == "cuda"
        self.device = f"cuda ({torch.cuda.get_device_name()})" if device == "cuda" else device

    def run(self, images: Sequence[np.ndarray]) -> list[np.ndarray]:
        """See `Network.run`. Pages of nearly the same size are run together."""
        outputs: dict[int, np.ndarray] = {}
        for group in group_by_size([padded_size(image.shape, self.manifest) for image in images]):
            outputs |= zip(group, self._run([images[i] for i in group]))
        return [outputs[i] for i in range(len(images))]

    def _run(self, images: Sequence[np.ndarray]) -> np.ndarray:
        torch = self._torch
        pages = torch.from_numpy(stack_images(images, self.manifest))
        with self._lock, torch.inference_mode():
            pages = pages.to(next(self._network.parameters()).device)
            predictions, _ = self._network((pages.half() if self._half else pages.float()) / 255)
            return predictions.float().cpu().numpy()


def _keep_full(head: torch.nn.Module) -> None:
    """Keep the last layer, which places boxes, in full precision: beyond 1024, half precision knows whole pixels only.

    Args:
        head: a torch.nn.Module that takes a list of feature maps.
    """
    head.float()
    head.register_forward_pre_hook(lambda _, inputs: ([features.float() for features in inputs[0]],))


def group_by_size(sizes: Sequence[tuple[int, ...]]) -> Iterator[list[int]]:
    """Indices of pages in groups whose sizes are so near that little is padding.

    Args:
        sizes: (rows, columns) of each page.
    """
    left = sorted(range(len(sizes)), key=lambda i: (-sizes[i][0] * sizes[i][1], sizes[i]))
    while left:
        group: list[int] = []
        rest: list[int] = []
        sides = (0, 0)
        for i in left:
            common = max(sides[0], sizes[i][0]), max(sides[1], sizes[i][1])
            least = min(sizes[j][0] * sizes[j][1] for j in [*group, i])
            if least >= (1 - PADDING) * common[0] * common[1]:
                group.append(i)
                sides = common
            else:
                rest.append(i)
        yield group
        left = rest
