"""The OpenAPI description is what the service does, and what generators of clients understand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from easybraille.api.openapi import attribute_sentences
from easybraille.document import Cell


@pytest.fixture(scope="module")
def schema(served) -> dict[str, Any]:
    return served.get("/openapi.json").json()


def operations(schema) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_it_is_valid_and_no_reference_dangles(schema):
    validate(schema)
    text = json.dumps(schema)
    assert "$defs" not in text and "ValidationError" not in text


def test_every_field_is_described(schema):
    components = schema["components"]["schemas"]
    missing = [
        f"{name}.{field}"
        for name, component in components.items()
        for field, below in component.get("properties", {}).items()
        if not below.get("description")
    ]
    assert missing == []


def test_every_operation_has_a_name_of_its_own_a_tag_and_a_summary(schema):
    found = [operation for _, _, operation in operations(schema)]
    names = [operation["operationId"] for operation in found]
    assert {"read", "translate", "create_job", "get_results", "list_languages"} <= set(names)
    assert len(set(names)) == len(names)
    assert all(operation["tags"] and operation["summary"] for operation in found)


def test_errors_are_problem_details_and_nothing_else(schema):
    for method, path, operation in operations(schema):
        for status, response in operation["responses"].items():
            if status >= "400" and path != "/ready":
                assert list(response["content"]) == ["application/problem+json"], (method, path, status)
                (content,) = response["content"].values()
                assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}


def test_a_body_is_described_by_a_schema_with_a_name(schema):
    body = schema["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/NewJob"}
    files = schema["components"]["schemas"]["NewJob"]["properties"]["files"]
    assert files["items"] == {"$ref": "#/components/schemas/NewFile"}


def test_sentences_about_attributes_come_from_the_class():
    sentences = attribute_sentences(Cell)
    assert sentences["dots"] == 'raised dots as ascending digits, "125"; "" for a blank.'
    assert set(sentences) == set(Cell.__dataclass_fields__)
