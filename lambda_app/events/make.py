"""`python -m lambda_app.events.make`: writes events for `sam local invoke` that contain an example picture.

sam local invoke Function -e lambda_app/events/read-v2.json
"""

from __future__ import annotations

import argparse
import base64
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PICTURE = HERE.parent.parent / "examples" / "receta.jpg"
HOST = "example.execute-api.eu-west-1.amazonaws.com"


def v2(
    body: bytes = b"",
    path: str = "/v1/read",
    method: str = "POST",
    stage: str = "$default",
    headers: dict[str, str] | None = None,
    query: str = "",
) -> dict[str, Any]:
    """The event of a request through an HTTP API or a function URL: payload format 2.0.

    Args:
        body: sent as Base64.
        path: without the stage, which an HTTP API puts before it unless it is $default.
        headers: besides Host and Content-Type.
    """
    full = path if stage == "$default" else f"/{stage}{path}"
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": full,
        "rawQueryString": query,
        "headers": {"host": HOST, "content-type": "image/jpeg", **(headers or {})},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "example",
            "domainName": HOST,
            "http": {"method": method, "path": full, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": ""},
            "requestId": "example-v2",
            "routeKey": "$default",
            "stage": stage,
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1767225600000,
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def v1(
    body: bytes = b"",
    path: str = "/v1/read",
    method: str = "POST",
    stage: str = "prod",
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The event of a request through a REST API: payload format 1.0."""
    sent = {"Host": HOST, "Content-Type": "image/jpeg", **(headers or {})}
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "example",
            "domainName": HOST,
            "httpMethod": method,
            "identity": {"sourceIp": "192.0.2.1"},
            "path": f"/{stage}{path}",
            "protocol": "HTTP/1.1",
            "requestId": "example-v1",
            "resourcePath": "/{proxy+}",
            "stage": stage,
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def warm_up() -> dict[str, Any]:
    """The event of a schedule that keeps an environment warm."""
    return {"source": "easybraille.warm-up"}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m lambda_app.events.make", description=__doc__)
    parser.add_argument("picture", nargs="?", type=Path, default=PICTURE, help="examples/receta.jpg by default")
    parser.add_argument("--output", type=Path, default=HERE, help="folder for the events")
    args = parser.parse_args()
    picture = args.picture.read_bytes()
    events = {
        "read-v2": v2(picture),
        "read-v1": v1(picture),
        "docs-v2": v2(path="/docs", method="GET"),
        "warm-up": warm_up(),
    }
    for name, event in events.items():
        path = args.output / f"{name}.json"
        path.write_text(json.dumps(event, indent=1) + "\n", "utf-8")
        print(path)


if __name__ == "__main__":
    main()
