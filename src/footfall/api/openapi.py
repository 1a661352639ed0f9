"""The OpenAPI document: the engine's routes as Litestar describes them, with the front's intake.

Both come from the types that validate: intake's from `footfall.events.EventBody`.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute

from footfall.api.bodies import BODY
from footfall.api.export import MEDIA_TYPES
from footfall.api.tail import LiveMessage
from footfall.batches import BatchAccepted, BatchBody, BatchOutcome
from footfall.errors import FootfallError, table
from footfall.events import EventBody
from footfall.tracking import CALLS, Call

_COMPONENT: Final = "#/components/schemas/{name}"


_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeat within 7 days is acknowledged and not counted twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


class ErrorBody(msgspec.Struct):
    """What every error answers."""

    code: str
    message: str
    metadata: dict[str, Any] | None = None
    """What else there is to tell, as the identifiers that are taken."""


_TYPES: Final = (
    LiveMessage,
    EventBody,
    BatchBody,
    BatchAccepted,
    BatchOutcome,
    ErrorBody,
    *(call.body for call in CALLS.values()),
)


def document(app: Litestar) -> dict[str, Any]:
    """The whole document, made once per process."""
    schema: dict[str, Any] = app.openapi_schema.to_schema()
    bodies = _bodies(app)
    types = {*_TYPES, *bodies.values()}
    _, components = msgspec.json.schema_components(types, ref_template=_COMPONENT)
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {}).update(components)
    parts["securitySchemes"] = {
        "apiKey": {"type": "apiKey", "in": "header", "name": "api-key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    schema["security"] = [{"apiKey": []}, {"bearer": []}]
    paths = schema["paths"]
    paths.setdefault("/v3/events", {})["post"] = _create_event()
    paths.setdefault("/v3/events/batch", {})["post"] = _create_batch_events()
    for path, call in CALLS.items():
        paths.setdefault(path, {})["post"] = _track(path, call)
    for operation_id, body in bodies.items():
        _operation(paths, operation_id)["requestBody"] = _request_body(body)
    stream = {"text/event-stream": {"schema": {"$ref": _COMPONENT.format(name="LiveMessage")}}}
    _operation(paths, "live")["responses"]["200"] = {
        "description": "Messages, each with the JSON text of one as its data",
        "content": stream,
    }
    files = {media_type: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}
    _operation(paths, "exportEvents")["responses"]["200"] = {
        "description": "The file",
        "content": files,
    }
    for path in paths.values():
        for operation in path.values():
            for status, response in _errors().items():
                operation["responses"][status] = response
    _operation(paths, "createBatchEvents")["responses"]["400"] = _refused_batch()
    return schema


def _bodies(app: Litestar) -> dict[str, type[msgspec.Struct]]:
    """The body's type of each operation that reads its body by itself, see `bodies.read_body`."""
    return {
        handler.operation_id: handler.opt[BODY]
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if BODY in handler.opt and isinstance(handler.operation_id, str)
    }


def _operation(paths: dict[str, Any], operation_id: str) -> dict[str, Any]:
    operations = (operation for path in paths.values() for operation in path.values())
    found: dict[str, Any] = next(each for each in operations if each["operationId"] == operation_id)
    return found


def _request_body(body: type[msgspec.Struct]) -> dict[str, Any]:
    return {"required": True, "content": _json(body.__name__)}


def _create_event() -> dict[str, Any]:
    return {
        "operationId": "createEvent",
        "tags": ["Events"],
        "summary": "Send one event",
        "description": "204: the event is on disk and will be applied exactly once.",
        "parameters": [_IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": _COMPONENT.format(name="EventBody")}}
            },
        },
        "responses": {"204": {"description": "Durable"}},
    }


def _track(path: str, call: Call) -> dict[str, Any]:
    return {
        "operationId": path.rpartition("/")[2],
        "tags": ["Tracker"],
        "summary": "Send one event as the older tracker does",
        "description": "An alias of `POST /v3/events` with other names; the key may also come as "
        "`ma-key`.",
        "parameters": [_IDEMPOTENCY_KEY],
        "requestBody": _request_body(call.body),
        "responses": {"204": {"description": "Durable"}},
    }


def _create_batch_events() -> dict[str, Any]:
    bare = {"type": "array", "items": {"$ref": _COMPONENT.format(name="EventBody")}}
    wrapped = {"$ref": _COMPONENT.format(name="BatchBody")}
    return {
        "operationId": "createBatchEvents",
        "tags": ["Events"],
        "summary": "Send many events",
        "description": "202 and 207: the accepted events are on disk. The body is an object with "
        "`events`, or a bare array.",
        "parameters": [_IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": [wrapped, bare]}}},
        },
        "responses": {
            "202": {"description": "All accepted", "content": _json("BatchAccepted")},
            "207": {"description": "Some accepted", "content": _json("BatchOutcome")},
        },
    }


def _refused_batch() -> dict[str, Any]:
    schemas = [{"$ref": _COMPONENT.format(name=name)} for name in ("BatchOutcome", "ErrorBody")]
    return {
        "description": "No event is good, each for its reason; or the body is no batch",
        "content": {"application/json": {"schema": {"anyOf": schemas}}},
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
