"""Parameters in the address of a request: those that a route does not have are refused, so that a misspelt one is
noticed.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from ..errors import InvalidParameterError

# The file name of a body that is sent without a form.
NAME = "name"


async def refuse_unknown(request: Request) -> None:
    """Refuse a request with a parameter that its route does not have; for use as a dependency.

    Raises:
        InvalidParameterError
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = sorted(set(_names(route.dependant)))
    for name in request.query_params:
        if name not in known and name != NAME:
            there = f"there are {', '.join(known)}" if known else "there are none"
            raise InvalidParameterError(f"{name} is not a parameter here; {there}.")


def _names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for below in dependant.dependencies:
        yield from _names(below)
