"""What an event, a request or a row of an import says of a contact, taken into the book. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from footfall.attributes import (
    MAX_ATTRIBUTE_NAME,
    MAX_OPTIONS,
    RESERVED,
    AttributeDefinition,
    attribute_name,
    fitting,
    is_attribute_name,
    misfit,
    seen_type,
)
from footfall.contacts import Contact, ContactBook, ContactId, Remark, UnknownAttributes
from footfall.identifiers import Identifier


def find(
    book: ContactBook, contact_id: int | None, identifiers: tuple[Identifier, ...]
) -> Contact | None:
    """The contact that the identifiers name: contact_id first, else the first known in order."""
    if contact_id is not None:
        return book.contacts.get(ContactId(contact_id))
    for identifier in identifiers:
        owner = book.owners.get(identifier)
        if owner is not None:
            return book.contacts[owner]
    return None


def add_identifiers(
    book: ContactBook, contact: Contact, identifiers: tuple[Identifier, ...], now: int
) -> list[Remark]:
    """Give the contact what it lacks; say what belongs to another, or differs from what it has.

    Nothing is merged and nothing is taken from anybody.
    """
    remarks: list[Remark] = []
    for identifier in identifiers:
        owner = book.owners.get(identifier)
        if owner is not None and book.shown_as(owner) == book.shown_as(contact.id):
            continue
        field = f"identifiers.{identifier.kind}"
        if owner is not None:
            message = f"belongs to contact {owner}; the event went to contact {contact.id}"
            remarks.append(Remark("identifier_conflict", field, message))
        elif identifier.kind in contact.identifiers:
            message = f"contact {contact.id} has another {identifier.kind}, which was kept"
            remarks.append(Remark("identifier_kept", field, message))
        else:
            book.give(contact, identifier, now)
    return remarks


def unknown_attributes(book: ContactBook, properties: Mapping[str, Any]) -> list[str]:
    """The upper-case names among `properties` that carry a value and that no definition knows."""
    return [
        name
        for key, value in properties.items()
        if (name := attribute_name(key)) not in book.definitions
        and name not in RESERVED
        and not _clears(value)
    ]


def update_attributes(
    book: ContactBook,
    contact: Contact,
    properties: Mapping[str, Any],
    unknown: UnknownAttributes,
    now: int,
    path: str = "contact_properties",
) -> list[Remark]:
    """Set, change and clear attributes as `properties` says; name what was ignored, and why.

    null, "" and an empty list clear. A definition is created with the type seen where `unknown` is
    `create`. `modified_at` moves only when something changed. `path` is where they stand in the
    body.
    """
    remarks: list[Remark] = []
    definitions, attributes = book.definitions, contact.attributes
    for key, given in properties.items():
        name = key if key in definitions else attribute_name(key)
        if not given and _clears(given):
            if name in attributes or contact.id in book.bonds:
                book.set_attribute(contact, name, None, now)
            continue
        definition = definitions.get(name) or _define(book, name, given, unknown)
        if isinstance(definition, str):
            remarks.append(_ignored(path, key, definition))
            continue
        value = fitting(definition, given)
        if value is None:
            remarks.append(_ignored(path, key, misfit(definition, given)))
        elif isinstance(value, list) and not add_options(book, definition, value):
            message = f"{name} would have more than {MAX_OPTIONS} options"
            remarks.append(_ignored(path, key, message))
        else:
            book.set_attribute(contact, name, value, now)
    return remarks


def _ignored(path: str, key: str, message: str) -> Remark:
    return Remark("attribute_ignored", f"{path}.{key[:MAX_ATTRIBUTE_NAME]}", message)


def _clears(value: object) -> bool:
    return value is None or value in ("", [])


def _define(
    book: ContactBook, name: str, value: object, unknown: UnknownAttributes
) -> AttributeDefinition | str:
    """The new definition, or the reason why there is none."""
    if is_attribute_name(name) is None:
        return "an attribute's name is 1 to 255 characters of A-Z 0-9 _ -"
    if name in RESERVED:
        return f"{name} is an identifier; an event names it under identifiers"
    if unknown != "create":
        return f"{name} is not an attribute of this account (attributes.unknown is {unknown})"
    kind = seen_type(value)
    if kind is None:
        return f"{name} has a value that no attribute can hold"
    definition = AttributeDefinition(name, kind)
    if fitting(definition, value) is None:
        return f"{name} has a value that is too large"
    book.define(definition)
    book.introduce(definition)
    return definition


def reintroduce(book: ContactBook, definition: AttributeDefinition) -> None:
    """Begin the attribute, or add the options, as an entry did that is not there any more."""
    known = book.definitions.get(definition.name)
    if known is None:
        known = AttributeDefinition(definition.name, definition.type)
        book.define(known)
        book.introduce(known)
    if definition.options:
        add_options(book, known, definition.options)


def add_options(book: ContactBook, definition: AttributeDefinition, values: Iterable[str]) -> bool:
    """Whether all values are options now; the attribute offers at most `MAX_OPTIONS`."""
    known = set(definition.options)
    missing = tuple(value for value in values if value not in known)
    if len(known) + len(missing) > MAX_OPTIONS:
        return False
    if missing:
        options = definition.options + missing
        book.define(msgspec.structs.replace(definition, options=options))
        book.introduce(AttributeDefinition(definition.name, definition.type, missing))
    return True
