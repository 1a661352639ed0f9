"""The calls of Brevo's older tracker, `POST /api/v2/...`, as events.

Source of the shapes: Brevo's documentation of the tracker's REST calls; much code still sends them.
Each is rewritten into the body of `POST /v3/events`, with the texts of its values untouched, and
from there on nothing differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Raw, UnsetType

from footfall.attributes import ATTRIBUTES_OF_IDENTIFIERS, attribute_name
from footfall.bodies import read_tree
from footfall.errors import BodyTooLarge, InvalidParameter, MissingParameter

OBJECT_TYPE: Final = "eventdata"
"""The type under which `eventdata.id` is kept as the event's object."""
PAGE_VIEWED: Final = "page_viewed"
LINK_CLICKED: Final = "link_clicked"
IDENTIFIED: Final = "identified"
"""The names of the events that calls without a name of their own become. They are Footfall's."""

Values = dict[str, Any] | list[Any] | UnsetType | None
"""An object. PHP writes an empty one as `[]`."""


class EventData(msgspec.Struct, kw_only=True):
    """What the event was about: an id of the caller's own, and the event's properties."""

    id: str | int | UnsetType | None = UNSET
    data: Values = UNSET


class TrackedEvent(msgspec.Struct, kw_only=True):
    """The body of `POST /api/v2/trackEvent`; further fields are ignored, here and below."""

    email: str
    event: str
    properties: Values = UNSET
    """Attributes of the contact."""
    eventdata: EventData | list[Any] | UnsetType | None = UNSET


class TrackedPage(msgspec.Struct, kw_only=True):
    """The body of `POST /api/v2/trackPage`."""

    email: str
    page: str
    properties: Values = UNSET
    """Properties of the event."""


class TrackedLink(msgspec.Struct, kw_only=True):
    """The body of `POST /api/v2/trackLink`."""

    email: str
    link: str
    properties: Values = UNSET
    """Properties of the event."""


class IdentifiedContact(msgspec.Struct, kw_only=True):
    """The body of `POST /api/v2/identify`."""

    email: str
    attributes: Values = UNSET
    """Attributes of the contact; SMS, EXT_ID, WHATSAPP and LANDLINE_NUMBER identify it too."""


class _Data(msgspec.Struct):
    id: str | int | None = None
    data: Raw = Raw(b"{}")


class _Texts(msgspec.Struct):
    email: Raw = Raw(b"")
    event: Raw = Raw(b"")
    page: Raw = Raw(b"")
    link: Raw = Raw(b"")
    properties: Raw = Raw(b"{}")
    attributes: Raw = Raw(b"{}")
    eventdata: _Data | list[Any] | None = None


_decode = msgspec.json.Decoder(_Texts).decode
_decode_values = msgspec.json.Decoder(dict[str, Raw]).decode

Fields = dict[str, object]


class Call(NamedTuple):
    """One call of the tracker."""

    required: tuple[str, ...]
    """Fields that must be there, of text that is not empty."""
    fields: Callable[[_Texts], Fields]
    """The fields of the event that it becomes."""
    words: Mapping[str, str]
    """Fields of an event, and what the call names them; a longer path before its own beginning."""
    body: type[msgspec.Struct]


def event_of(call: Call, body: bytes) -> bytes:
    """The body of `POST /v3/events` that says the same; its rules are still to be checked.

    Raises `MalformedBody`, `MissingParameter` or `InvalidParameter`.
    """
    tree = read_tree(body)
    if not isinstance(tree, dict):
        raise InvalidParameter("The body must be a JSON object")
    for field in call.required:
        if tree.get(field) in (None, ""):
            raise MissingParameter(f"{field} is missing", field)
        if not isinstance(tree[field], str):
            raise InvalidParameter(f"{field} must be a string", field)
    try:
        texts = _decode(body)
    except msgspec.ValidationError as problem:
        raise InvalidParameter(f"eventdata has the wrong type: {problem}", "eventdata") from problem
    return msgspec.json.encode(call.fields(texts))


def in_words_of(
    call: Call, error: InvalidParameter | BodyTooLarge
) -> InvalidParameter | BodyTooLarge:
    """The same error, naming the field as the call's senders do."""
    for ours, theirs in call.words.items():
        if error.message.startswith(ours):
            message = theirs + error.message.removeprefix(ours)
            if isinstance(error, BodyTooLarge):
                return BodyTooLarge(message)
            return type(error)(message, theirs + error.path.removeprefix(ours))
    return error


def _event(texts: _Texts) -> Fields:
    data = texts.eventdata
    fields: Fields = {
        "event_name": texts.event,
        "identifiers": {"email_id": texts.email},
        "contact_properties": texts.properties,
    }
    if isinstance(data, _Data):
        fields["event_properties"] = data.data
        if data.id not in (None, ""):
            fields["object"] = {"type": OBJECT_TYPE, "identifiers": {"ext_id": data.id}}
    return fields


def _page(texts: _Texts) -> Fields:
    return _named(PAGE_VIEWED, texts, {"page": texts.page})


def _link(texts: _Texts) -> Fields:
    return _named(LINK_CLICKED, texts, {"link": texts.link})


def _named(name: str, texts: _Texts, what: dict[str, Raw]) -> Fields:
    return {
        "event_name": name,
        "identifiers": {"email_id": texts.email},
        "event_properties": {**_values(texts.properties, "properties"), **what},
    }


def _identified(texts: _Texts) -> Fields:
    kinds = {name: kind for kind, name in ATTRIBUTES_OF_IDENTIFIERS.items()}
    identifiers, attributes = {"email_id": texts.email}, {}
    for key, text in _values(texts.attributes, "attributes").items():
        if kind := kinds.get(attribute_name(key)):
            identifiers[kind] = _as_string(text)
        else:
            attributes[key] = text
    return {
        "event_name": IDENTIFIED,
        "identifiers": identifiers,
        "contact_properties": attributes,
    }


def _values(text: Raw, path: str) -> dict[str, Raw]:
    if bytes(text) in (b"[]", b"null"):
        return {}
    try:
        return _decode_values(text)
    except msgspec.ValidationError as problem:
        raise InvalidParameter(f"{path} must be an object", path) from problem


def _as_string(text: Raw) -> Raw:
    """A phone number may come as a JSON number."""
    return Raw(b'"%b"' % text) if bytes(text).isdigit() else text


_EMAIL: Final = {"identifiers.email_id": "email"}
_OF_PROPERTIES: Final = _EMAIL | {"identifiers": "email", "event_properties": "properties"}

CALLS: Final[Mapping[str, Call]] = {
    "/api/v2/trackEvent": Call(
        required=("email", "event"),
        fields=_event,
        words=_EMAIL
        | {
            "event_name": "event",
            "identifiers": "email",
            "contact_properties": "properties",
            "event_properties": "eventdata.data",
            "object.identifiers.ext_id": "eventdata.id",
        },
        body=TrackedEvent,
    ),
    "/api/v2/trackPage": Call(("email", "page"), _page, _OF_PROPERTIES, TrackedPage),
    "/api/v2/trackLink": Call(("email", "link"), _link, _OF_PROPERTIES, TrackedLink),
    "/api/v2/identify": Call(
        required=("email",),
        fields=_identified,
        words=_EMAIL
        | {
            f"identifiers.{kind}": f"attributes.{name}"
            for kind, name in ATTRIBUTES_OF_IDENTIFIERS.items()
        }
        | {"contact_properties": "attributes"},
        body=IdentifiedContact,
    ),
}
"""Every call, by its path."""
