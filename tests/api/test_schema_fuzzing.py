"""Schemathesis calls every operation with what its description allows and with what it does not."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]


@pytest.fixture(scope="module")
def described(served):
    return schemathesis.openapi.from_url(f"{str(served.base_url).rstrip('/')}/openapi.json")


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_every_operation_does_what_it_says(case):
    case.call_and_validate(checks=[getattr(schemathesis.checks, name) for name in CHECKS])
