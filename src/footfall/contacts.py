"""Contacts: who an event belongs to, and what it says of them. Pure; the engine does the I/O.

A `ContactBook` is the part of the directory that a run of entries works on. The engine fills it
with everything that the entries may touch, applies the entries in order, and commits what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NewType

import msgspec

from footfall.attributes import (
    MAX_ATTRIBUTE_NAME,
    MAX_OPTIONS,
    RESERVED,
    AttributeDefinition,
    Value,
    attribute_name,
    fitting,
    is_attribute_name,
    seen_type,
)
from footfall.identifiers import Identifier
from footfall.lists import Lists

ContactId = NewType("ContactId", int)
"""A contact's number, from 1, in order of creation; never used twice."""

UnknownAttributes = Literal["create", "ignore", "refuse"]
Channel = Literal["email", "sms", "whatsapp"]
Cause = Literal["event", "request", "import", "merge", "workflow"]
"""What made a change: an event, a request of the API, …"""

CHANNELS: Final[tuple[Channel, ...]] = ("email", "sms", "whatsapp")


class Contact(msgspec.Struct, kw_only=True, gc=False):
    """One contact. Times are nanoseconds since the epoch; names of attributes are upper case.

    The engine holds very many of them, so nothing in them is for the garbage collector to visit.
    """

    id: ContactId
    created_at: int
    modified_at: int
    """Moves with every change of what follows."""
    identifiers: dict[str, str] = {}
    """Kind to compared value; at most one of each kind."""
    attributes: dict[str, Value] = {}
    list_ids: tuple[int, ...] = ()
    """The lists that the contact is on, in order of their ids."""
    unsubscribed_ids: tuple[int, ...] = ()
    """The lists that the contact left of its own will, in order of their ids."""
    blocked: tuple[Channel, ...] = ()
    """The channels on which the contact must not be reached, in the order of `CHANNELS`."""
    blocked_senders: tuple[str, ...] = ()
    """The senders of transactional e-mail from which the contact must get none."""


class Remark(msgspec.Struct, frozen=True):
    """Something about an applied event that its sender would want to know."""

    code: Literal[
        "attribute_ignored",
        "identifier_conflict",
        "identifier_kept",
        "object_unknown",
        "unknown_field_ignored",
    ]
    field: str
    message: str


class Change(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One change of a contact. What was not there before, or is not there after, is None."""

    what: Literal["identifier", "attribute", "list", "blocked", "blocked_senders"]
    name: str
    """Of the attribute; the identifier's kind; the list's id; the channel; else empty."""
    before: Value | None = None
    after: Value | None = None


class HistoryEntry(msgspec.Struct, gc=False):
    """What one journaled entry changed of one contact, in order."""

    contact_id: ContactId
    position: int
    at: int
    """Nanoseconds since the epoch: when the entry was received."""
    cause: Cause
    changes: list[Change]


class ContactBook:
    """The contacts that a run of entries may touch, and what the run changed of them.

    Definitions of attributes, folders and lists are all here; contacts as far as they were loaded.
    """

    def __init__(
        self,
        next_id: int,
        definitions: Iterable[AttributeDefinition],
        lists: Lists | None = None,
    ) -> None:
        self.next_id = next_id
        self.definitions = {definition.name: definition for definition in definitions}
        self.lists = lists or Lists()
        self.contacts: dict[ContactId, Contact] = {}
        self.owners: dict[Identifier, ContactId | None] = {}
        """Whom an identifier names; None where it is known to name nobody."""
        self.changed_contacts: set[ContactId] = set()
        self.removed_contacts: set[ContactId] = set()
        self.new_identifiers: dict[Identifier, ContactId] = {}
        self.freed_identifiers: set[Identifier] = set()
        self.changed_definitions: set[str] = set()
        self.removed_definitions: set[str] = set()
        self.memberships: dict[tuple[int, ContactId], bool] = {}
        """List and contact: whether the contact is on the list now."""
        self.history: list[HistoryEntry] = []
        self.introduced: dict[tuple[int, str], AttributeDefinition] = {}
        """What each entry added to the definitions, by its position and the attribute's name."""
        self._position = 0
        self._cause: Cause = "event"
        self._entry: HistoryEntry | None = None

    def begin(self, position: int, cause: Cause) -> None:
        """What changes from now on is due to the entry at that position."""
        self._position = position
        self._cause = cause
        self._entry = None

    def settle(self) -> None:
        """Forget what changed, once it is committed. What was loaded stays as it is now."""
        self.changed_contacts.clear()
        self.removed_contacts.clear()
        self.new_identifiers.clear()
        self.freed_identifiers.clear()
        self.changed_definitions.clear()
        self.removed_definitions.clear()
        self.memberships.clear()
        self.history.clear()
        self.introduced.clear()
        self.lists.settle()

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

    def remove(self, contact: Contact) -> None:
        """The contact is gone, with its identifiers, its lists and its history."""
        for kind, value in contact.identifiers.items():
            self._free(Identifier(kind, value))
        for list_id in contact.list_ids:
            self._leave(contact, list_id)
        del self.contacts[contact.id]
        self.history = [entry for entry in self.history if entry.contact_id != contact.id]
        self.changed_contacts.discard(contact.id)
        self.removed_contacts.add(contact.id)

    def give(self, contact: Contact, identifier: Identifier, now: int) -> None:
        """Add an identifier that names nobody yet to a contact that has none of its kind."""
        self._own(contact, identifier)
        self._note(contact, now, Change("identifier", identifier.kind, None, identifier.value))

    def exchange(self, contact: Contact, kind: str, value: str, now: int) -> None:
        """Give a value that names nobody in place of the one of that kind; "" gives none."""
        before = contact.identifiers.pop(kind, None)
        if before is not None:
            self._free(Identifier(kind, before))
        if value:
            self._own(contact, Identifier(kind, value))
        self._note(contact, now, Change("identifier", kind, before, value or None))

    def set_attribute(self, contact: Contact, name: str, value: Value | None, now: int) -> None:
        """Hold that value, or none; nothing changes where it is held already."""
        current = contact.attributes.get(name)
        if current == value and type(current) is type(value):
            return
        if value is None:
            del contact.attributes[name]
        else:
            contact.attributes[name] = value
        self._note(contact, now, Change("attribute", name, current, value))

    def enlist(self, contact: Contact, list_id: int, now: int) -> bool:
        """Put the contact on a list that exists; False where it is on it already."""
        if list_id in contact.list_ids:
            return False
        contact.list_ids = tuple(sorted((*contact.list_ids, list_id)))
        self.lists.grow(list_id, 1)
        self.memberships[list_id, contact.id] = True
        self._note(contact, now, Change("list", str(list_id), None, True))
        return True

    def unlist(self, contact: Contact, list_id: int, now: int) -> bool:
        """Take the contact off a list; False where it is not on it."""
        if list_id not in contact.list_ids:
            return False
        contact.list_ids = tuple(each for each in contact.list_ids if each != list_id)
        self._leave(contact, list_id)
        self._note(contact, now, Change("list", str(list_id), True, None))
        return True

    def block(self, contact: Contact, channel: Channel, blocked: bool, now: int) -> None:
        """Forbid or allow a channel."""
        if (channel in contact.blocked) is blocked:
            return
        wanted = {channel} ^ set(contact.blocked)
        contact.blocked = tuple(each for each in CHANNELS if each in wanted)
        before, after = (None, True) if blocked else (True, None)
        self._note(contact, now, Change("blocked", channel, before, after))

    def block_senders(self, contact: Contact, senders: tuple[str, ...], now: int) -> None:
        """Forbid exactly these senders of transactional e-mail."""
        if contact.blocked_senders != senders:
            before, after = list(contact.blocked_senders) or None, list(senders) or None
            contact.blocked_senders = senders
            self._note(contact, now, Change("blocked_senders", "", before, after))

    def define(self, definition: AttributeDefinition) -> None:
        """The attribute as it is from now on."""
        self.definitions[definition.name] = definition
        self.changed_definitions.add(definition.name)

    def introduce(self, definition: AttributeDefinition) -> None:
        """Note that the entry under way began the attribute, or added these options to it."""
        place = (self._position, definition.name)
        earlier = self.introduced.get(place)
        options = definition.options if earlier is None else earlier.options + definition.options
        self.introduced[place] = AttributeDefinition(definition.name, definition.type, options)

    def undefine(self, name: str) -> None:
        """The attribute is gone; no contact may have a value of it any more."""
        del self.definitions[name]
        self.changed_definitions.discard(name)
        self.removed_definitions.add(name)

    def _own(self, contact: Contact, identifier: Identifier) -> None:
        contact.identifiers[identifier.kind] = identifier.value
        self.owners[identifier] = contact.id
        self.new_identifiers[identifier] = contact.id
        self.freed_identifiers.discard(identifier)

    def _free(self, identifier: Identifier) -> None:
        self.owners[identifier] = None
        self.new_identifiers.pop(identifier, None)
        self.freed_identifiers.add(identifier)

    def _leave(self, contact: Contact, list_id: int) -> None:
        self.lists.grow(list_id, -1)
        self.memberships[list_id, contact.id] = False

    def _note(self, contact: Contact, now: int, change: Change) -> None:
        """Every change of a contact comes through here."""
        contact.modified_at = now
        self.changed_contacts.add(contact.id)
        entry = self._entry
        if entry is None or entry.contact_id != contact.id:
            entry = self._entry = self._entry_of(contact, now)
        entry.changes.append(change)

    def _entry_of(self, contact: Contact, now: int) -> HistoryEntry:
        """What the entry under way changed of that contact so far."""
        for entry in reversed(self.history):
            if entry.position != self._position:
                break
            if entry.contact_id == contact.id:
                return entry
        entry = HistoryEntry(contact.id, self._position, now, self._cause, [])
        self.history.append(entry)
        return entry


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
            if name in attributes:
                book.set_attribute(contact, name, None, now)
            continue
        definition = definitions.get(name) or _define(book, name, given, unknown)
        if isinstance(definition, str):
            remarks.append(_ignored(path, key, definition))
            continue
        value = fitting(definition, given)
        if value is None:
            message = f"{name} is of type {definition.type}; the value does not fit and was ignored"
            remarks.append(_ignored(path, key, message))
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
