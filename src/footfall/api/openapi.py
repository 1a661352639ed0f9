"""The OpenAPI document: the engine's routes as Litestar describes them, with the front's intake.

Both come from the types that validate: intake's from `footfall.events.EventBody`.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Litestar

from footfall.errors import FootfallError, table
from footfall.events import EventBody

_COMPONENT: Final = "#/components/schemas/{name}"


class ErrorBody(msgspec.Struct):
    """What every error answers."""

    code: str
    message: str


def document(app: Litestar) -> dict[str, Any]:
    """The whole document, made once per process."""
    schema: dict[str, Any] = app.openapi_schema.to_schema()
    _, components = msgspec.json.schema_components((EventBody, ErrorBody), ref_template=_COMPONENT)
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {}).update(components)
    parts["securitySchemes"] = {
        "apiKey": {"type": "apiKey", "in": "header", "name": "api-key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    schema["security"] = [{"apiKey": []}, {"bearer": []}]
    paths = schema["paths"]
    paths.setdefault("/v3/events", {})["post"] = _create_event()
    for path in paths.values():
        for operation in path.values():
            for status, response in _errors().items():
                operation["responses"][status] = response
    return schema


def _create_event() -> dict[str, Any]:
    return {
        "operationId": "createEvent",
        "tags": ["Events"],
        "summary": "Send one event",
        "description": "204: the event is on disk and will be applied exactly once.",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "A repeat within 7 days is acknowledged and not counted twice.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": _COMPONENT.format(name="EventBody")}}
            },
        },
        "responses": {"204": {"description": "Durable"}},
    }


def _errors() -> dict[str, Any]:
    body = _json("ErrorBody")
    meanings: dict[str, list[str]] = {}
    for row in table():
        if row.status != FootfallError.status:
            meanings.setdefault(str(row.status), []).append(f"`{row.code}`: {row.meaning}")
    return {
        status: {"description": " ".join(texts), "content": body}
        for status, texts in meanings.items()
    }


def _json(component: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _COMPONENT.format(name=component)}}}
