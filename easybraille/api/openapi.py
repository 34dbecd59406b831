"""The OpenAPI description, put right where FastAPI alone leaves it so that generators of clients stumble.

- Bodies that are checked by hand bring their own definitions, which move to the components.
- Every error is `application/problem+json`, as it is sent, with one schema called ProblemDetails.
- Every field is described by the documentation of its class.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from .. import document, languages
from ..jobs import models
from .problems import MEDIA_TYPE, Problem
from .request_id import HEADER
from .routes import health, jobs, translate

Schema = dict[str, Any]
PROBLEM = "ProblemDetails"
_REF = "#/components/schemas/"
_PATH_AND_METHOD = re.compile(r"_v1_\w*_(get|post|put|delete)$")
_TEXT, _BINARY = {"type": "string"}, {"type": "string", "format": "binary"}
_DESCRIPTION = """\
Photographs of Braille pages become text.

Errors are [problem details](https://www.rfc-editor.org/rfc/rfc9457) with a `code` for programs. Sentences are in the
language that `Accept-Language` asks for, English or Spanish. Every answer has an `X-Request-ID`, which is yours if you
sent one.
"""
_TAGS = [
    {"name": "reading", "description": "Pictures of Braille pages become documents."},
    {"name": "translating", "description": "Text becomes Braille, and Braille becomes text, without a picture."},
    {"name": "jobs", "description": "Many files: made, uploaded, started, and fetched when they are read."},
    {"name": "health", "description": "Whether the service is alive and ready."},
]
_REASONS = {
    400: "The request is not what it should be.",
    401: "A key is needed.",
    403: "The key is for something else.",
    404: "There is no such language or job.",
    406: "The Accept header names no format that there is.",
    408: "The request arrived too slowly.",
    409: "The job is not in a state for this.",
    413: "The request is larger than what is allowed.",
    415: "The request carries something that can't be read.",
    422: "A parameter, a picture or a text is not what it should be.",
    501: "This is not installed here.",
    503: "The service is starting, stopping or has too much to do; Retry-After says when to try again.",
}
_PROBLEM_EXAMPLE = {
    "type": "urn:easybraille:problem:not_a_picture",
    "title": "Not a picture",
    "status": 422,
    "detail": "This is not a picture that can be read. Send a JPEG, PNG, WebP, TIFF or HEIC picture or a PDF.",
    "code": "not_a_picture",
}
_EXAMPLES: dict[str, Schema] = {
    "Question": {"text": "Hola", "language": "es"},
    "Answer": {"language": "es", "text": "Hola", "braille": "⠨⠓⠕⠇⠁"},
    "NewJob": {"files": [{"name": "1.jpg", "size": 123456}], "language": "es", "layout": "page"},
    "Alternative": {"dots": "1235", "braille": "⠗", "confidence": 0.04},
    "Cell": {"dots": "125", "braille": "⠓", "text": "h", "box": [101.5, 80.0, 131.5, 128.5], "confidence": 0.998},
    "Advice": {"code": "too_dark", "message": "The picture is dark. Put a lamp to one side of the page."},
    PROBLEM: _PROBLEM_EXAMPLE,
}


def describe(app: FastAPI) -> None:
    """Let the application describe itself by `made_for` at /openapi.json."""

    def openapi() -> Schema:
        if app.openapi_schema is None:
            app.openapi_schema = made_for(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def made_for(app: FastAPI) -> Schema:
    """The OpenAPI description of an application."""
    schema = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=_DESCRIPTION,
        routes=app.routes,
        tags=_TAGS,
        license_info=app.license_info,
        servers=app.servers,
    )
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    for operation in _operations(schema):
        _put_right(operation)
        _hoist_body(operation, components)
    _hoist_definitions([schema["paths"], components], components)
    components[PROBLEM] = Problem.model_json_schema() | {"title": PROBLEM}
    _drop_unused(schema, components)
    _shorten_names(schema, components)
    for name, component in components.items():
        _describe_fields(name, component)
    return schema


def _operations(schema: Schema) -> Iterator[Schema]:
    for path in schema["paths"].values():
        yield from path.values()


def _hoist_body(operation: Schema, components: Schema) -> None:
    """Move the schema of a JSON body to the components, by its title."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "title" in content.get("schema", {}):
        name = content["schema"]["title"]
        components[name] = content["schema"]
        content["schema"] = {"$ref": _REF + name}


def _hoist_definitions(node: Any, components: Schema) -> None:
    """Move `$defs` of schemas inside other schemas to the components, and let references find them there."""
    for below in _nodes(node):
        if "$defs" in below:
            components.update(below.pop("$defs"))
    for below in _nodes(node):
        reference = below.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/$defs/"):
            below["$ref"] = _REF + reference.removeprefix("#/$defs/")


def _put_right(operation: Schema) -> None:
    """Give an operation the errors that it really answers, a name, and the header that every answer has."""
    # Where a route has none of its own, FastAPI adds path and method to the name of its function.
    operation["operationId"] = _PATH_AND_METHOD.sub("", operation["operationId"])
    if "security" in operation:
        operation["responses"] |= {"401": {"description": ""}, "403": {"description": ""}}
    for status, response in operation["responses"].items():
        if status >= "400" and response["description"] != health.NOT_READY:
            response["description"] = _REASONS.get(int(status), response["description"])
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": _REF + PROBLEM}}}
        for media_type, content in response.get("content", {}).items():
            content.setdefault("schema", _TEXT if media_type.startswith("text/") else _BINARY)
        response.setdefault("headers", {})[HEADER] = {
            "description": "the request's id, sent with it or made here",
            "schema": {"type": "string"},
        }


def _drop_unused(schema: Schema, components: Schema) -> None:
    """Remove schemas that nothing refers to, such as those of errors that are never sent."""
    while True:
        used = {below["$ref"].removeprefix(_REF) for below in _nodes(schema) if isinstance(below.get("$ref"), str)}
        unused = components.keys() - used
        if not unused:
            return
        for name in unused:
            del components[name]


def _shorten_names(schema: Schema, components: Schema) -> None:
    """Names without their modules: `easybraille__document__Problem` is `Problem`."""
    short = {name: name.split("__")[-1] for name in components}
    if len(set(short.values())) < len(short):
        raise ValueError(f"two schemas have one name: {sorted(components)}")
    for below in _nodes(schema):
        if isinstance(below.get("$ref"), str):
            name = below["$ref"].removeprefix(_REF)
            below["$ref"] = _REF + short.get(name, name)
    for name, shorter in short.items():
        components[shorter] = components.pop(name)


def _describe_fields(name: str, component: Schema) -> None:
    if name in _EXAMPLES:
        component["example"] = _EXAMPLES[name]
    described = next((found for module in _MODULES if (found := getattr(module, name, None))), None)
    if name == PROBLEM:
        described = Problem
    if described is None:
        return
    component["description"] = (described.__doc__ or "").split("\n\n")[0].strip()
    sentences = attribute_sentences(described)
    for field, below in component.get("properties", {}).items():
        if field in sentences:
            below.setdefault("description", sentences[field])


_MODULES = (document, languages, models, health, jobs, translate)
_NAMES = re.compile(r"^(\w+(?:, \w+)*): (.*)$")


def attribute_sentences(described: type) -> dict[str, str]:
    """What a class says of its attributes: below "Attributes:" in its docstring, or in strings behind them."""
    found: dict[str, str] = {}
    _, _, listed = inspect.cleandoc(described.__doc__ or "").partition("Attributes:\n")
    for line in textwrap.dedent(listed).splitlines():
        if match := _NAMES.match(line):
            names = match[1].split(", ")
            found |= dict.fromkeys(names, match[2])
        elif line.startswith(" ") and found:
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
    body = ast.parse(textwrap.dedent(inspect.getsource(described))).body[0]
    assert isinstance(body, ast.ClassDef)
    for field, behind in zip(body.body, body.body[1:]):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(behind, ast.Expr):
            found[field.target.id] = inspect.cleandoc(str(ast.literal_eval(behind.value)))
    return found


def _nodes(node: Any) -> Iterator[Schema]:
    """Every object in a JSON value."""
    if isinstance(node, dict):
        yield node
        for below in list(node.values()):
            yield from _nodes(below)
    elif isinstance(node, list):
        for below in node:
            yield from _nodes(below)


def main() -> None:
    """Print the description of a service where everything needs a key."""
    from ..settings import from_environment
    from .app import create_app

    app = create_app(from_environment({"EASYBRAILLE_OPEN": "none"}))
    json.dump(app.openapi(), sys.stdout, indent=2, ensure_ascii=False)


if __name__ == "__main__":
    main()
