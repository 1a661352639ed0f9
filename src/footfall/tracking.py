"""The call of Brevo's older tracker, `POST /api/v2/trackEvent`, as an event.

Source of the shape: Brevo's tracker documentation; much code still sends it. It is rewritten into
the body of `POST /v3/events`, with the texts of its objects untouched, and from there on nothing
differs.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from footfall.bodies import read_tree
from footfall.errors import BodyTooLarge, InvalidParameter, MissingParameter

OBJECT_TYPE: Final = "eventdata"
"""The type under which `eventdata.id` is kept as the event's object."""


class EventData(msgspec.Struct, kw_only=True):
    """What the event was about: an id of the caller's own, and the event's properties."""

    id: str | int | UnsetType | None = UNSET
    data: dict[str, Any] | list[Any] | UnsetType | None = UNSET


class TrackedEvent(msgspec.Struct, kw_only=True):
    """The body of `POST /api/v2/trackEvent`; further fields are ignored."""

    email: str
    event: str
    properties: dict[str, Any] | list[Any] | UnsetType | None = UNSET
    """Attributes of the contact."""
    eventdata: EventData | list[Any] | UnsetType | None = UNSET


class _Data(msgspec.Struct):
    id: str | int | None = None
    data: Raw = Raw(b"{}")


class _Texts(msgspec.Struct):
    email: Raw = Raw(b'""')
    event: Raw = Raw(b'""')
    properties: Raw = Raw(b"{}")
    eventdata: _Data | list[Any] | None = None


_decode = msgspec.json.Decoder(_Texts).decode

_WORDS: Final = {
    "event_name": "event",
    "identifiers.email_id": "email",
    "identifiers": "email",
    "contact_properties": "properties",
    "event_properties": "eventdata.data",
    "object.identifiers.ext_id": "eventdata.id",
}
"""Fields of an event, and what the tracker calls them. A longer path comes before its own start."""


def event_of(body: bytes) -> bytes:
    """The body of `POST /v3/events` that says the same; its rules are still to be checked.

    Raises `MalformedBody`, `MissingParameter` or `InvalidParameter`.
    """
    tree = read_tree(body)
    if not isinstance(tree, dict):
        raise InvalidParameter("The body must be a JSON object")
    for field in ("email", "event"):
        if tree.get(field) in (None, ""):
            raise MissingParameter(f"{field} is missing", field)
    try:
        texts = _decode(body)
    except msgspec.ValidationError as problem:
        raise InvalidParameter(f"eventdata has the wrong type: {problem}", "eventdata") from problem
    data = texts.eventdata
    fields = {
        "event_name": texts.event,
        "identifiers": Raw(b'{"email_id":%b}' % bytes(texts.email)),
        "contact_properties": texts.properties,
    }
    if isinstance(data, _Data):
        fields["event_properties"] = data.data
        if data.id not in (None, ""):
            reference = {"type": OBJECT_TYPE, "identifiers": {"ext_id": data.id}}
            fields["object"] = Raw(msgspec.json.encode(reference))
    return msgspec.json.encode(fields)


def in_tracker_words(error: InvalidParameter | BodyTooLarge) -> InvalidParameter | BodyTooLarge:
    """The same error, naming the field as the tracker's callers do."""
    for theirs, ours in _WORDS.items():
        if error.message.startswith(theirs):
            message = ours + error.message.removeprefix(theirs)
            if isinstance(error, BodyTooLarge):
                return BodyTooLarge(message)
            return type(error)(message, ours + error.path.removeprefix(theirs))
    return error
