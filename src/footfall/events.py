"""The event: the shape of its body, and reading it back from the journal with its texts untouched.

Source of the shape: Brevo's OpenAPI document for createEvent and its event guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from footfall.identifiers import (
    EMAIL,
    EXT_ID,
    LANDLINE,
    PHONE,
    WHATSAPP,
    Identifier,
    normal_email,
    normal_ext_id,
    normal_phone,
)
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
    ext_id: str | UnsetType | None = UNSET
    email_id: str | UnsetType | None = UNSET
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
    object: ObjectReference | list[Any] | UnsetType | None = UNSET
    event_id: str | UnsetType | None = UNSET


class _Kept(msgspec.Struct, kw_only=True, gc=False):
    """The fields of a journaled body, with the texts that must come back as they were sent."""

    event_name: str
    identifiers: Identifiers
    event_date: str | None = None
    contact_properties: Raw = Raw(b"{}")
    event_properties: Raw = Raw(b"{}")
    object: ObjectReference | list[Any] | None = None
    event_id: str | None = None


class _ExactIdentifiers(Identifiers, forbid_unknown_fields=True, kw_only=True, gc=False):
    pass


class _ExactObjectIdentifiers(
    ObjectIdentifiers, forbid_unknown_fields=True, kw_only=True, gc=False
):
    pass


class _ExactReference(ObjectReference, forbid_unknown_fields=True, kw_only=True, gc=False):
    identifiers: _ExactObjectIdentifiers | list[Any] | UnsetType | None = UNSET


class _KeptExactly(_Kept, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The same, refusing what it does not know: the quick test for unknown fields."""

    identifiers: _ExactIdentifiers
    object: _ExactReference | list[Any] | None = None


_decode_kept = msgspec.json.Decoder(_Kept).decode
_decode_exactly = msgspec.json.Decoder(_KeptExactly).decode
_decode_tree = msgspec.json.Decoder().decode

FIELDS: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    (): EventBody.__struct_fields__,
    ("identifiers",): Identifiers.__struct_fields__,
    ("object",): ObjectReference.__struct_fields__,
    ("object", "identifiers"): ObjectIdentifiers.__struct_fields__,
}
"""The fields of each object of the body that has fixed ones, by its path."""
_MAX_UNKNOWN: Final = 20
"""How many unknown fields of one event are named, so that no verdict outgrows its event."""


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


def read_event(body: bytes) -> Event:
    """The event in a body that passed `check_event`."""
    unknown: tuple[str, ...] = ()
    try:
        kept: _Kept = _decode_exactly(body)
    except msgspec.ValidationError:
        kept = _decode_kept(body)
        fields = unknown_fields(_decode_tree(body))
        names = (".".join((*place, name))[:255] for place, name, _ in fields)
        unknown = tuple(islice(names, _MAX_UNKNOWN))
    contact_properties = _object_text(kept.contact_properties)
    identifiers = kept.identifiers
    date = kept.event_date
    object_type, object_identifiers = _object(kept.object) if kept.object else ("", {})
    return Event(
        kept.event_name,
        None if date is None else parse_instant(date),
        identifiers.contact_id or None,
        _compared(identifiers),
        {} if contact_properties == "{}" else _decode_tree(contact_properties),
        contact_properties,
        _object_text(kept.event_properties),
        object_type,
        object_identifiers,
        kept.event_id or "",
        unknown,
    )


def unknown_fields(tree: JsonObject) -> Iterator[tuple[tuple[str, ...], str, JsonObject]]:
    """Fields of a body that `EventBody` does not know: path, name, the object they stand in."""
    for path, known in FIELDS.items():
        part: Any = tree
        for step in path:
            part = part.get(step) if isinstance(part, dict) else None
        if isinstance(part, dict):
            yield from ((path, name, part) for name in part if name not in known)


def _compared(given: Identifiers) -> tuple[Identifier, ...]:
    # Written out: a loop over the kinds takes twice as long, once an event.
    compared = []
    if given.ext_id:
        compared.append(Identifier(EXT_ID, normal_ext_id(given.ext_id)))
    if given.email_id:
        compared.append(Identifier(EMAIL, normal_email(given.email_id)))
    if given.phone_id:
        compared.append(Identifier(PHONE, normal_phone(given.phone_id)))
    if given.whatsapp_id:
        compared.append(Identifier(WHATSAPP, normal_phone(given.whatsapp_id)))
    if given.landline_number_id:
        compared.append(Identifier(LANDLINE, normal_phone(given.landline_number_id)))
    return tuple(compared)


def _object_text(raw: Raw) -> str:
    """The text of an object; absent, null and PHP's empty array are the empty object."""
    text = bytes(raw).decode()
    return text if text.startswith("{") else "{}"


def _object(reference: ObjectReference | list[Any]) -> tuple[str, dict[str, str]]:
    """Type and identifiers, as far as they are there."""
    if isinstance(reference, list):
        return "", {}
    identifiers = reference.identifiers
    if not isinstance(identifiers, ObjectIdentifiers):
        return reference.type or "", {}
    fields = {"id": identifiers.id, "ext_id": identifiers.ext_id}
    given = {name: str(value) for name, value in fields.items() if value not in (UNSET, None, "")}
    return reference.type or "", given


def properties_size(body: bytes) -> int:
    """How many bytes the text of `event_properties` has in a body that decodes."""
    return len(memoryview(_decode_kept(body).event_properties))
