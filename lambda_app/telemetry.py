"""Logs and metrics for CloudWatch: one JSON line a request, and metrics in the embedded format, both by Powertools."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from easybraille import stats

from .invocation import Invocation

SERVICE = "easybraille"
NAMESPACE = "EasyBraille"

# Named like the package, so that all its loggers propagate to this one.
log = Logger(service=SERVICE, name=SERVICE)
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)
_cold = True


def start(level: str) -> None:
    """Set the log level."""
    log.setLevel(level)
    # Mangum would log every request and every error a second time.
    logging.getLogger("mangum").setLevel(logging.CRITICAL)


@contextmanager
def request(scope: dict[str, Any], event: dict[str, Any], invocation: Invocation) -> Iterator[None]:
    """Measure one request, and write its log line and metrics at the end."""
    global _cold
    cold, _cold = _cold, False
    log.append_keys(request_id=invocation.request_id, gateway_id=event["requestContext"].get("requestId"))
    begin = time.perf_counter()
    with stats.collect() as taken:
        try:
            yield
        finally:
            seconds = time.perf_counter() - begin
            _write_log(scope, invocation, seconds, taken, cold)
            _write_metrics(invocation, seconds, taken, cold)
            log.remove_keys(["request_id", "gateway_id"])


def _write_log(scope: dict[str, Any], invocation: Invocation, seconds: float, taken: stats.Stats, cold: bool) -> None:
    caller = scope["state"].get("caller")
    log.info(
        "request",
        extra={
            "method": scope["method"],
            "path": scope["path"],
            "status": invocation.status,
            "ms": _ms(seconds),
            "pages": taken.pages,
            "cells": taken.cells,
            "stages_ms": {name: _ms(spent) for name, spent in taken.seconds.items()},
            "read_by": invocation.path,
            "caller": caller.name if caller else None,
            "cold_start": cold,
        },
    )


def _write_metrics(invocation: Invocation, seconds: float, taken: stats.Stats, cold: bool) -> None:
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    metrics.add_metric("Duration", MetricUnit.Milliseconds, _ms(seconds))
    metrics.add_metric("ServerErrors", MetricUnit.Count, int(invocation.status >= 500))
    metrics.add_metric("ColdStarts", MetricUnit.Count, int(cold))
    if invocation.path is not None or invocation.gpu_unavailable:
        metrics.add_metric("PassedOn", MetricUnit.Count, int(invocation.path == "heavy"))
        metrics.add_metric("HeavyPathAway", MetricUnit.Count, int(invocation.gpu_unavailable))
    if taken.pages:
        metrics.add_metric("Pages", MetricUnit.Count, taken.pages)
        metrics.add_metric("Cells", MetricUnit.Count, taken.cells)
        metrics.add_metric("DetectionDuration", MetricUnit.Milliseconds, _ms(taken.seconds.get("cells", 0.0)))
    metrics.flush_metrics()


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
