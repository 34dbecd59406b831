"""Schemathesis calls every operation with what its description allows and with what it does not, and every answer is
one that it describes. `FUZZING=200` tries so many requests of each kind for each operation.
"""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("FUZZING", "10"))


@pytest.fixture(scope="module")
def operations(served):
    described = schemathesis.openapi.from_url(f"{str(served.base_url).rstrip('/')}/openapi.json")
    return [result.ok() for result in described.get_all_operations()]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_operation_answers_as_it_is_described(operations, mode):
    assert len(operations) >= 12
    for operation in operations:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        )
        def answers(case):
            case.call_and_validate(checks=CHECKS, timeout=60)

        try:
            answers()
        except Unsatisfiable:
            # What takes neither parameters nor a body can't be asked for wrongly.
            assert mode is schemathesis.GenerationMode.NEGATIVE, operation.label
