"""A network that begins with the weights of another."""

from __future__ import annotations

import re

from ultralytics.nn.tasks import DetectionModel

# How much less likely a layer that is copied from another's takes it that there is a dot, in log odds.
SHY = 2.0


def begin(model: DetectionModel, other: DetectionModel) -> None:
    """Copy the weights of `other` into `model`, in place.

    Where `other` has one detection layer and `model` several, each begins as a copy of the one; all but the first take
    it at first that there is less to see.
    """
    given = other.float().state_dict()
    state = model.state_dict()
    if given.keys() != state.keys():
        head = f"model.{len(model.model) - 1}"
        pattern = re.compile(rf"({re.escape(head)}\.cv[23])\.\d+\.")
        given = {name: given[pattern.sub(r"\1.0.", name)] for name in state}
        for layer in range(1, model.model[-1].nl):
            name = f"{head}.cv3.{layer}.2.bias"
            given[name] = given[name] - SHY
    model.load_state_dict(given)
