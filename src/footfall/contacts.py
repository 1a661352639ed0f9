"""Contacts: who an event belongs to, and what it says of them. Pure; the engine does the I/O.

A `ContactBook` is the part of the directory that a run of entries works on. The engine fills it
with everything that the entries may touch, applies the entries in order, and commits what changed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NewType

import msgspec

from footfall.identifiers import Identifier
from footfall.instants import parse_instant

ContactId = NewType("ContactId", int)
"""A contact's number, from 1, in order of creation; never used twice."""

AttributeType = Literal["text", "float", "date", "boolean", "category", "multiple-choice"]
UnknownAttributes = Literal["create", "ignore", "refuse"]
Value = str | int | float | bool | list[str]

MAX_TEXT = 10_000
"""Characters of one text value."""
MAX_OPTIONS = 1_000
MAX_OPTION = 200
"""Characters of one option. Source: Brevo's createAttribute."""
MAX_ATTRIBUTE_NAME = 255

_ATTRIBUTE_NAME = re.compile(r"[A-Z0-9_-]{1,255}").fullmatch

RESERVED = frozenset({"EMAIL", "SMS", "EXT_ID", "WHATSAPP", "LANDLINE_NUMBER"})
"""Names that stand for identifiers; an event names those under `identifiers`."""


class AttributeDefinition(msgspec.Struct, frozen=True):
    """One attribute of the account: its upper-case name, its type, and the options it offers."""

    name: str
    type: AttributeType
    options: tuple[str, ...] = ()


class Contact(msgspec.Struct, kw_only=True):
    """One contact. Times are nanoseconds since the epoch; names of attributes are upper case."""

    id: ContactId
    created_at: int
    modified_at: int
    identifiers: dict[str, str] = {}
    """Kind to compared value; at most one of each kind."""
    attributes: dict[str, Value] = {}


class Remark(msgspec.Struct, frozen=True):
    """Something about an applied event that its sender would want to know."""

    code: Literal[
        "attribute_ignored", "identifier_conflict", "identifier_kept", "unknown_field_ignored"
    ]
    field: str
    message: str


class ContactBook:
    """The contacts that a run of entries may touch, and what the run changed of them."""

    def __init__(self, next_id: int, definitions: Iterable[AttributeDefinition]) -> None:
        self.next_id = next_id
        self.definitions = {definition.name: definition for definition in definitions}
        self.contacts: dict[ContactId, Contact] = {}
        self.owners: dict[Identifier, ContactId | None] = {}
        """Whom an identifier names; None where it is known to name nobody."""
        self.changed_contacts: set[ContactId] = set()
        self.new_identifiers: dict[Identifier, ContactId] = {}
        self.changed_definitions: set[str] = set()

    def settle(self) -> None:
        """Forget what changed, once it is committed. What was loaded stays as it is now."""
        self.changed_contacts.clear()
        self.new_identifiers.clear()
        self.changed_definitions.clear()

    def forget(self) -> None:
        """Drop every contact from memory; nothing may be unsettled."""
        self.contacts.clear()
        self.owners.clear()

    def create(self, now: int) -> Contact:
        """A new contact without anything."""
        contact = Contact(
            id=ContactId(self.next_id),
            created_at=now,
            modified_at=now,
            identifiers={},
            attributes={},
        )
        self.next_id += 1
        self.contacts[contact.id] = contact
        self.changed_contacts.add(contact.id)
        return contact

    def give(self, contact: Contact, identifier: Identifier, now: int) -> None:
        """Add an identifier that names nobody yet to a contact that has none of its kind."""
        contact.identifiers[identifier.kind] = identifier.value
        contact.modified_at = now
        self.owners[identifier] = contact.id
        self.new_identifiers[identifier] = contact.id
        self.changed_contacts.add(contact.id)


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
        if owner == contact.id:
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


def attribute_name(key: str) -> str:
    """The name that a key stands for: the key in upper case.

    A key beyond ASCII stays as it is, for it names nothing: "ß" is not the attribute "SS".
    """
    return key.upper() if key.isascii() else key


def update_attributes(
    book: ContactBook,
    contact: Contact,
    properties: Mapping[str, Any],
    unknown: UnknownAttributes,
    now: int,
) -> list[Remark]:
    """Set, change and clear attributes as `properties` says; name what was ignored, and why.

    null, "" and an empty list clear. A definition is created with the type seen where `unknown` is
    `create`. `modified_at` moves only when something changed.
    """
    remarks: list[Remark] = []
    attributes = contact.attributes
    for key, given in properties.items():
        name = attribute_name(key)
        if _clears(given):
            if name in attributes:
                del attributes[name]
                _touch(book, contact, now)
            continue
        definition = book.definitions.get(name) or _define(book, name, given, unknown)
        if isinstance(definition, str):
            remarks.append(_ignored(key, definition))
            continue
        value = fitting(definition, given)
        if value is None:
            message = f"{name} is of type {definition.type}; the value does not fit and was ignored"
            remarks.append(_ignored(key, message))
            continue
        if isinstance(value, list) and not _add_options(book, definition, value):
            remarks.append(_ignored(key, f"{name} would have more than {MAX_OPTIONS} options"))
            continue
        current = attributes.get(name)
        if current != value or type(current) is not type(value):
            attributes[name] = value
            _touch(book, contact, now)
    return remarks


def _ignored(key: str, message: str) -> Remark:
    return Remark("attribute_ignored", f"contact_properties.{key[:MAX_ATTRIBUTE_NAME]}", message)


def _clears(value: object) -> bool:
    return value is None or value in ("", [])


def fitting(definition: AttributeDefinition, value: object) -> Value | None:
    """`value` as the attribute holds it, or None where it is of the wrong type.

    0 and 1 count for a boolean, because some clients send true as 1.
    """
    match definition.type:
        case "text":
            return value if isinstance(value, str) and len(value) <= MAX_TEXT else None
        case "float":
            return _number(value)
        case "boolean":
            return bool(value) if isinstance(value, bool | int) and value in (0, 1) else None
        case "date":
            return value if isinstance(value, str) and _is_date(value) else None
        case "category":
            return _label(definition, value)
        case "multiple-choice":
            return _choices(value)


def seen_type(value: object) -> AttributeType | None:
    """The type of an attribute that is created from this value."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "float"
        case str():
            return "text"
        case list():
            return "multiple-choice"
        case _:
            return None


def _number(value: object) -> int | float | None:
    """An integer of 64 bits or a finite float; a larger integer becomes the nearest float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _label(definition: AttributeDefinition, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    label = str(value)
    return label if label in definition.options else None


def _choices(value: object) -> list[str] | None:
    if not isinstance(value, list) or len(value) > MAX_OPTIONS:
        return None
    if not all(isinstance(item, str) and len(item) <= MAX_OPTION for item in value):
        return None
    return list(dict.fromkeys(value))


def _is_date(value: str) -> bool:
    try:
        parse_instant(value)
    except ValueError:
        return False
    return True


def _define(
    book: ContactBook, name: str, value: object, unknown: UnknownAttributes
) -> AttributeDefinition | str:
    """The new definition, or the reason why there is none."""
    if _ATTRIBUTE_NAME(name) is None:
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
    book.definitions[name] = definition
    book.changed_definitions.add(name)
    return definition


def _add_options(book: ContactBook, definition: AttributeDefinition, values: list[str]) -> bool:
    """Whether all values are options now; the attribute offers at most `MAX_OPTIONS`."""
    known = set(definition.options)
    missing = tuple(value for value in values if value not in known)
    if len(known) + len(missing) > MAX_OPTIONS:
        return False
    if missing:
        options = definition.options + missing
        book.definitions[definition.name] = msgspec.structs.replace(definition, options=options)
        book.changed_definitions.add(definition.name)
    return True


def _touch(book: ContactBook, contact: Contact, now: int) -> None:
    contact.modified_at = now
    book.changed_contacts.add(contact.id)
