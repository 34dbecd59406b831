"""Parameters in the address of a request and in the fields of its form: those that a route does not have are refused,
so that a misspelt one is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.params import Query
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

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


def form_options(endpoint: Callable[..., object], request: Request) -> dict[str, Any]:
    """Parameters that came as text fields of a form, checked like those of the address.

    Args:
        endpoint: the function of the route, whose parameters they are.
        request: whose body has been received.

    Raises:
        InvalidParameterError: there is no such parameter, its value is not allowed, or the address says something else.
    """
    hints = get_type_hints(endpoint, include_extras=True)
    known = {name: hint for name, hint in hints.items() if _is_query(hint)}
    found: dict[str, Any] = {}
    for name, value in getattr(request.state, "fields", {}).items():
        if name not in known:
            raise InvalidParameterError(f"{name} is not a parameter here; there are {', '.join(sorted(known))}.")
        other = request.query_params.get(name, value)
        if other != value:
            raise InvalidParameterError(f"{name} is {other!r} in the address and {value!r} in the form; send it once.")
        try:
            found[name] = TypeAdapter(known[name]).validate_python(value)
        except ValidationError as error:
            raise InvalidParameterError(f"{name}: {error.errors()[0]['msg']}") from None
    return found


def _is_query(hint: object) -> bool:
    return any(isinstance(part, Query) for part in getattr(hint, "__metadata__", ()))


def _names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for below in dependant.dependencies:
        yield from _names(below)
