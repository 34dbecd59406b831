"""Makes responses fit into Lambda's limit: 6 MB of JSON, as the runtime sends it."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from easybraille.api.problems import problem

# Media types sent as text; others are sent as Base64, which a REST API decodes for its binary media types only.
TEXT = ["text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml"]
LARGEST = 6 * 1024 * 1024
# A smaller response fits even with every character escaped.
ALWAYS_FITS = LARGEST // 6


def fit(response: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """The response; compressed, or replaced by a problem, where Lambda would refuse it."""
    body = response.get("body") or ""
    if len(body) < ALWAYS_FITS or size(response) <= LARGEST:
        return response
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    # An HTTP API and a function URL decode Base64; a REST API may not.
    if (
        event.get("version") == "2.0"
        and "gzip" in headers.get("accept-encoding", "")
        and not response["isBase64Encoded"]
    ):
        small = base64.b64encode(gzip.compress(body.encode(), 3)).decode()
        if len(small) < LARGEST * 0.98:
            named = {**response["headers"], "content-encoding": "gzip", "vary": "accept-encoding"}
            named.pop("content-length", None)
            return {**response, "headers": named, "body": small, "isBase64Encoded": True}
    detail = "The answer is larger than the 6 MB that can be sent back. Ask for format=text, or send fewer pages."
    answer = problem(413, "answer_too_large", "Answer too large", detail)
    return {
        "statusCode": answer.status_code,
        "headers": {"content-type": answer.media_type},
        "body": bytes(answer.body).decode(),
        "isBase64Encoded": False,
    }


def size(response: dict[str, Any]) -> int:
    """Bytes of the response as the runtime sends it."""
    return len(json.dumps(response).encode())
