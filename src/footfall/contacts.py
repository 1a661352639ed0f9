"""Contacts as they are kept, with all that changed of them. Pure; the engine does the I/O.

A `ContactBook` is the part of the directory that a run of entries works on. The engine fills it
with everything that the entries may touch, applies the entries in order, and commits what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NewType

import msgspec

from footfall.attributes import (
    AttributeDefinition,
    Value,
)
from footfall.bonds import Bond, Merge, subject
from footfall.identifiers import Identifier
from footfall.lists import Lists
from footfall.merging import as_one

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
        self.bonds: dict[ContactId, Bond] = {}
        """Of every contact that is merged with others; `contacts` has each by itself."""
        self.changed_bonds: set[ContactId] = set()
        self.removed_bonds: set[ContactId] = set()
        self.merges: list[tuple[int, Merge]] = []
        """New ones, by position."""
        self.undone_merges: list[tuple[int, ContactId]] = []
        """Whose merge was undone, by position."""
        self.hidden_contacts: set[ContactId] = set()
        """Those that are there yet, but are not shown by themselves any more."""
        self.shown_again: set[ContactId] = set()
        """Those whose merge was undone."""
        self._listed: dict[ContactId, tuple[int, ...]] = {}
        """The lists that a group is counted on, by the contact that is shown."""
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
        self.changed_bonds.clear()
        self.removed_bonds.clear()
        self.merges.clear()
        self.undone_merges.clear()
        self.hidden_contacts.clear()
        self.shown_again.clear()
        self.lists.settle()

    def forget(self) -> None:
        """Drop every contact from memory; nothing may be unsettled."""
        self.contacts.clear()
        self.owners.clear()
        self.bonds.clear()
        self._listed.clear()

    def bind(self, own: Contact, bond: Bond) -> None:
        """Take up a contact that is merged with others, which must all be taken up."""
        self.contacts[own.id] = own
        self.bonds[own.id] = bond
        self._listed.pop(ContactId(bond.shown_as), None)

    def changed_at(self, position: int) -> bool:
        """Whether the latest change of a contact is due to the entry at that position."""
        return bool(self.history) and self.history[-1].position == position

    def shown_as(self, contact_id: ContactId) -> ContactId:
        """Under which number the contact is shown: its own, unless it is merged into another."""
        bond = self.bonds.get(contact_id)
        return contact_id if bond is None else ContactId(bond.shown_as)

    def group(self, contact_id: ContactId) -> list[ContactId]:
        """All that are shown as one with the contact, the shown one first, then by number."""
        first = self.shown_as(contact_id)
        rest = sorted(id_ for id_, bond in self.bonds.items() if bond.shown_as == first)
        return [first, *(id_ for id_ in rest if id_ != first)]

    def shown(self, contact_id: ContactId) -> Contact | None:
        """What readers see of the contact; None where there is none."""
        if contact_id not in self.bonds:
            return self.contacts.get(contact_id)
        ids = self.group(contact_id)
        owns = [self.contacts[id_] for id_ in ids]
        return as_one(owns, [self.bonds[id_] for id_ in ids], CHANNELS)

    def merge(
        self, one: ContactId, other: ContactId, now: int, ages: Mapping[ContactId, dict[str, int]]
    ) -> ContactId:
        """Show the groups of both as one; the number under which they are shown.

        `ages` has those of contacts that were not merged before, see `bonds.Bond`.
        """
        kept, gone = sorted((self.shown_as(one), self.shown_as(other)))
        self._count_lists(kept, gone)
        for first in (kept, gone):
            if first not in self.bonds:
                known = dict(ages.get(first, {}))
                self.bonds[first] = Bond(contact_id=first, shown_as=first, ages=known)
        moved = self.group(gone)
        bond = self.bonds[gone]
        bond.into, bond.position, bond.at = kept, self._position, now
        for id_ in moved:
            self.bonds[id_].shown_as = kept
        self.merges.append((self._position, Merge(kept, gone)))
        self._regroup(kept)
        del self._listed[gone]
        self.hidden_contacts.add(gone)
        return kept

    def part(self, gone: ContactId) -> ContactId:
        """Undo the merge of that contact, with what was merged into it; what it was part of."""
        kept = self.shown_as(gone)
        self._count_lists(kept)
        leaving = {gone}
        while more := {id_ for id_, bond in self.bonds.items() if bond.into in leaving}.difference(
            leaving
        ):
            leaving |= more
        bond = self.bonds[gone]
        bond.into, bond.position, bond.at = None, 0, 0
        for id_ in leaving:
            self.bonds[id_].shown_as = gone
        self._listed[gone] = ()
        self.shown_again.add(gone)
        self.undone_merges.append((self._position, gone))
        for first in (kept, gone):
            self._regroup(first)
        return kept

    def remove_group(self, contact_id: ContactId) -> list[ContactId]:
        """The contact is gone with all that are shown as one with it; their numbers."""
        ids = self.group(contact_id)
        if contact_id in self.bonds:
            self._count_lists(ids[0])
            del self._listed[ids[0]]
            self.removed_bonds.update(ids)
            self.changed_bonds.difference_update(ids)
            for id_ in ids:
                del self.bonds[id_]
                self.contacts[id_].list_ids = ()
        for id_ in ids:
            self.remove(self.contacts[id_])
        return ids

    def _regroup(self, first: ContactId) -> None:
        """The group is another one now; a contact alone is no group."""
        ids = self.group(first)
        if len(ids) == 1:
            self.bonds.pop(first, None)
            self.changed_bonds.discard(first)
            self.removed_bonds.add(first)
        else:
            self.removed_bonds.difference_update(ids)
            self.changed_bonds.update(ids)
        self.changed_contacts.update(ids)
        self._relist(first)
        if len(ids) == 1:
            del self._listed[first]

    def _count_lists(self, *firsts: ContactId) -> None:
        """Take these groups, or contacts, off all lists; `_relist` brings them back."""
        for first in firsts:
            self._relist(first)
            for list_id in self._listed.pop(first):
                self.lists.grow(list_id, -1)
                self.memberships[list_id, first] = False
            self._listed[first] = ()

    def _relist(self, first: ContactId) -> None:
        """Count the group on the lists on which it is shown."""
        seen = self.shown(first)
        now = () if seen is None else seen.list_ids
        before = self._listed.get(first, now)
        for list_id in set(now).symmetric_difference(before):
            self.lists.grow(list_id, 1 if list_id in now else -1)
            self.memberships[list_id, first] = list_id in now
        self._listed[first] = now

    def _say(self, contact: Contact, what: str, name: str) -> None:
        """The latest word on it comes from this contact of its group, whether it changes or not."""
        bond = self.bonds.get(contact.id)
        if bond is not None:
            bond.ages[subject(what, name)] = self._position
            self.changed_bonds.add(contact.id)
            self.changed_contacts.add(contact.id)

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
            self._say(contact, "attribute", name)
            return
        if value is None:
            del contact.attributes[name]
        else:
            contact.attributes[name] = value
        self._note(contact, now, Change("attribute", name, current, value))

    def enlist(self, contact: Contact, list_id: int, now: int) -> bool:
        """Put the contact on a list that exists; False where it is on it already."""
        return self._put(contact, list_id, True, now)

    def unlist(self, contact: Contact, list_id: int, now: int) -> bool:
        """Take the contact off a list; False where it is not on it."""
        return self._put(contact, list_id, False, now)

    def _put(self, contact: Contact, list_id: int, wanted: bool, now: int) -> bool:
        """Whether the contact was not so before. Of a merged one it is always taken for new, so
        that what becomes of a request does not depend on the others of its group.
        """
        changes = (list_id in contact.list_ids) is not wanted
        is_merged = contact.id in self.bonds
        if is_merged:
            self._relist(self.shown_as(contact.id))
        if not changes:
            self._say(contact, "list", str(list_id))
        else:
            contact.list_ids = tuple(sorted({list_id}.symmetric_difference(contact.list_ids)))
            before, after = (None, True) if wanted else (True, None)
            self._note(contact, now, Change("list", str(list_id), before, after))
        if is_merged:
            self._relist(self.shown_as(contact.id))
            return True
        if changes:
            self.lists.grow(list_id, 1 if wanted else -1)
            self.memberships[list_id, contact.id] = wanted
        return changes

    def block(self, contact: Contact, channel: Channel, blocked: bool, now: int) -> None:
        """Forbid or allow a channel."""
        if (channel in contact.blocked) is blocked:
            self._say(contact, "blocked", channel)
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
        else:
            self._say(contact, "blocked_senders", "")

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
        self._say(contact, change.what, change.name)
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
