"""Which media type an Accept header wants most (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence


def negotiate(accept: str, offered: Sequence[str]) -> str | None:
    """The media type of `offered` that the header wants most, the first of equals; None if it takes none.

    An empty header takes anything. What can't be understood counts as not said.
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
    return (name, min(max(weight, 0.0), 1.0)) if name.count("/") == 1 and weight == weight else None


def _weight(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The weight that the most precise range gives it."""
    for pattern in (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*"):
        given = [weight for name, weight in ranges if name == pattern]
        if given:
            return max(given)
    return 0.0
