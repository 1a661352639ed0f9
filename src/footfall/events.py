"""The event: the shape of its body, and reading it back from the journal with its texts untouched.

Source of the shape: Brevo's OpenAPI document for createEvent and its event guide.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from footfall.identifiers import DECIDING_ORDER, Identifier, normal
from footfall.instants import parse_instant

JsonObject = dict[str, Any]
"""A JSON object at the edge; PHP sends an empty one as `[]`."""

Name = Annotated[str, Meta(description="1 to 255 characters of A-Z a-z 0-9 _ -")]


class Identifiers(msgspec.Struct, kw_only=True, gc=False):
    """Who did it. At least one must be there and not empty; null and "" count as absent.

    `contact_id` wins; among the others the first that is known decides, in the order ext_id,
    email_id, phone_id, whatsapp_id, landline_number_id.
    """

    contact_id: int | UnsetType | None = UNSET
    email_id: str | UnsetType | None = UNSET
    ext_id: str | UnsetType | None = UNSET
    phone_id: str | UnsetType | None = UNSET
    whatsapp_id: str | UnsetType | None = UNSET
    landline_number_id: str | UnsetType | None = UNSET


class ObjectIdentifiers(msgspec.Struct, kw_only=True, gc=False):
    """The record that the event concerns: `id` or `ext_id`."""

    id: str | int | UnsetType | None = UNSET
    ext_id: str | int | UnsetType | None = UNSET


class ObjectReference(msgspec.Struct, kw_only=True, gc=False):
    """The object that the event concerns, kept with the event."""

    type: str | UnsetType | None = UNSET
    identifiers: ObjectIdentifiers | list[Any] | UnsetType | None = UNSET


class EventBody(msgspec.Struct, kw_only=True, gc=False):
    """The body of `POST /v3/events`. Further fields are ignored and named in the verdict."""

    event_name: Name
    identifiers: Identifiers
    event_date: str | UnsetType | None = UNSET
    contact_properties: JsonObject | list[Any] | UnsetType | None = UNSET
    event_properties: JsonObject | list[Any] | UnsetType | None = UNSET
    object: ObjectReference | UnsetType | None = UNSET
    event_id: str | UnsetType | None = UNSET


_EMPTY_OBJECT: Final = b"{}"


class _Kept(msgspec.Struct, kw_only=True, gc=False):
    """The fields of a journaled body, with the texts that must come back as they were sent."""

    event_name: str
    identifiers: Identifiers
    event_date: str | None = None
    contact_properties: Raw = Raw(_EMPTY_OBJECT)
    event_properties: Raw = Raw(_EMPTY_OBJECT)
    object: ObjectReference | None = None
    event_id: str | None = None


class _KeptExactly(_Kept, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The same, refusing what it does not know: the quick test for unknown fields."""


_kept = msgspec.json.Decoder(_Kept)
_tree = msgspec.json.Decoder()
_kept_exactly = msgspec.json.Decoder(_KeptExactly)


class Event(msgspec.Struct, frozen=True, gc=False):
    """One event, decoded and in compared form, texts of properties untouched."""

    name: str
    date: int | None
    """Nanoseconds since the epoch; None where the caller gave none."""
    contact_id: int | None
    identifiers: tuple[Identifier, ...]
    """In deciding order."""
    contact_properties: JsonObject
    contact_properties_text: str
    properties_text: str
    object_type: str
    object_identifiers: dict[str, str]
    event_id: str
    unknown_fields: tuple[str, ...] = ()


def read_event(body: bytes | memoryview) -> Event:
    """The event in a body that passed `check_event`."""
    unknown: tuple[str, ...] = ()
    try:
        kept: _Kept = _kept_exactly.decode(body)
    except msgspec.ValidationError:
        kept = _kept.decode(body)
        tree: JsonObject = _tree.decode(body)
        unknown = tuple(name for name in tree if name not in _Kept.__struct_fields__)
    date = kept.event_date
    properties = _object_text(kept.event_properties)
    contact_properties = _object_text(kept.contact_properties)
    reference = kept.object
    return Event(
        name=kept.event_name,
        date=parse_instant(date) if date is not None else None,
        contact_id=kept.identifiers.contact_id or None,
        identifiers=_compared(kept.identifiers),
        contact_properties=_tree.decode(contact_properties),
        contact_properties_text=contact_properties,
        properties_text=properties,
        object_type=(reference.type or "") if reference is not None else "",
        object_identifiers=_object_identifiers(reference) if reference is not None else {},
        event_id=kept.event_id or "",
        unknown_fields=unknown,
    )


def _compared(identifiers: Identifiers) -> tuple[Identifier, ...]:
    return tuple(
        normal(kind, value) for kind in DECIDING_ORDER if (value := getattr(identifiers, kind))
    )


def _object_text(raw: Raw) -> str:
    """The text of an object; absent, null and PHP's empty array are the empty object."""
    text = bytes(raw)
    if text[:1] != b"{":
        return "{}"
    return text.decode()


def _object_identifiers(reference: ObjectReference) -> dict[str, str]:
    identifiers = reference.identifiers
    if not isinstance(identifiers, ObjectIdentifiers):
        return {}
    return {
        field: str(value)
        for field in ("id", "ext_id")
        if (value := getattr(identifiers, field)) not in (UNSET, None, "")
    }


def properties_size(body: bytes | memoryview) -> int:
    """How many bytes the text of `event_properties` has in a body that decodes."""
    return len(memoryview(_kept.decode(body).event_properties))
