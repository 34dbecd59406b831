"""Prometheus metrics of the engine: batches, its queue, and the GPU's memory."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Gauge, Histogram

from easybraille.recognition.detectors.network import Network

PAGES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60)


class EngineMetrics:
    """Observes a Batching."""

    def __init__(self, network: Network, registry: CollectorRegistry):
        self._sizes = Histogram("easybraille_batch_pages", "Pages run together.", buckets=PAGES, registry=registry)
        self._waits = Histogram(
            "easybraille_queue_seconds", "Time that pages waited for the engine.", buckets=SECONDS, registry=registry
        )
        self._waiting = Gauge(
            "easybraille_queue_pages",
            "Pages that wait for the engine.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._memory = None
        if network.device.startswith("cuda"):
            import torch

            self._memory_stats = torch.cuda.memory_stats
            self._memory = Gauge(
                "easybraille_gpu_memory_bytes",
                "Memory of the GPU that this service holds, and its largest use so far.",
                ("kind",),
                registry=registry,
                multiprocess_mode="livesum",
            )

    def batch(self, waits: Sequence[float], left: int) -> None:
        """See `BatchObserver.batch`."""
        if waits:
            self._sizes.observe(len(waits))
        for seconds in waits:
            self._waits.observe(seconds)
        self._waiting.set(left)
        if self._memory is not None:
            held = self._memory_stats()
            self._memory.labels("held").set(held["reserved_bytes.all.current"])
            self._memory.labels("peak").set(held["allocated_bytes.all.peak"])
