"""Content negotiation: the media type that an Accept header prefers (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import math
from collections.abc import Sequence


def negotiate(accept: str, offered: Sequence[str]) -> str | None:
    """Return the media type of `offered` that the header prefers, the first of equals; None if it accepts none.

    An empty header accepts everything. Malformed ranges are ignored.
    """
    ranges = [parsed for part in accept.split(",") if (parsed := _parse(part))]
    if not ranges:
        return offered[0]
    weighed = [(_weight(media_type, ranges), media_type) for media_type in offered]
    best = max(weight for weight, _ in weighed)
    return next(media_type for weight, media_type in weighed if weight == best) if best > 0 else None


def _parse(part: str) -> tuple[str, float] | None:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                weight = float(parameter[2:])
            except ValueError:
                return None
    return (name, min(max(weight, 0.0), 1.0)) if name.count("/") == 1 and not math.isnan(weight) else None


def _weight(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """Return the weight that the most specific matching range gives a media type."""
    for pattern in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        given = [weight for name, weight in ranges if name == pattern]
        if given:
            return max(given)
    return 0.0
