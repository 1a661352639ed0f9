"""Bodies for tests of intake: a good one, and ways to change it."""

from __future__ import annotations

import json

from tests.payload_shapes import Json

GOOD: dict[str, Json] = {
    "event_name": "video_played",
    "event_date": "2024-02-06T20:59:23.383Z",
    "identifiers": {"email_id": "jane.doe@example.com"},
    "contact_properties": {"AGE": 32, "GENDER": "FEMALE"},
    "event_properties": {"duration": 142, "autoplayed": False, "video": {"title": "Brevo — CRM"}},
}


def body(**changes: Json) -> bytes:
    """The good body with some fields set, in one line."""
    return json.dumps(GOOD | changes, ensure_ascii=False, separators=(",", ":")).encode()


def without(field: str) -> bytes:
    """The good body without one field."""
    return json.dumps({name: value for name, value in GOOD.items() if name != field}).encode()


def raw(**texts: str) -> bytes:
    """The smallest good body, with fields whose values are given as JSON text."""
    fields = {"event_name": '"a"', "identifiers": '{"ext_id":"u-1"}'} | texts
    return ("{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}").encode()


def nested(levels: int, opening: str = '{"a":', closing: str = "}", core: str = "1") -> str:
    """JSON text of objects or lists within one another."""
    return opening * levels + core + closing * levels
