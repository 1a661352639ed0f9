"""What the directory keeps, as rows of its tables and back."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from footfall.attributes import AttributeDefinition, Value
from footfall.bonds import Bond
from footfall.catalogue import Note
from footfall.contacts import Change, Channel, Contact, ContactId, HistoryEntry
from footfall.identifiers import DECIDING_ORDER
from footfall.lists import ContactList, Folder
from footfall.objects import ObjectRecord, ObjectType
from footfall.processes import Process, RowProblem

KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(DECIDING_ORDER, 1)}
KINDS: Final = {number: kind for kind, number in KIND_NUMBERS.items()}

ContactRow = tuple[int, int, int, str, str, str, str]
HistoryRow = tuple[int, int, int, str, str]
AttributeRow = tuple[str, str, str, str, str, str, int]


class _Standing(msgspec.Struct, omit_defaults=True):
    """What few contacts have, kept apart so that all others cost two bytes."""

    unsubscribed: tuple[int, ...] = ()
    blocked: tuple[Channel, ...] = ()
    senders: tuple[str, ...] = ()


_NO_LISTS: Final = "[]"
_PLAIN: Final = "{}"

_encode = msgspec.json.Encoder().encode
_identifiers = msgspec.json.Decoder(dict[str, str])
_attributes: msgspec.json.Decoder[dict[str, Value]] = msgspec.json.Decoder(dict[str, Any])
_numbers = msgspec.json.Decoder(tuple[int, ...])
_standing = msgspec.json.Decoder(_Standing)
_changes = msgspec.json.Decoder(list[Change])
_process = msgspec.json.Decoder(Process)
_problem = msgspec.json.Decoder(RowProblem)
_ages = msgspec.json.Decoder(dict[str, int])
_texts = msgspec.json.Decoder(tuple[str, ...])


def text(value: object) -> str:
    """The value as JSON."""
    return _encode(value).decode()


def numbers_of(kept: str) -> tuple[int, ...]:
    """The whole numbers in a JSON list."""
    return _numbers.decode(kept)


def contact_row(contact: Contact) -> ContactRow:
    """See the table `contacts`."""
    return (
        contact.id,
        contact.created_at,
        contact.modified_at,
        text(contact.identifiers),
        text(contact.attributes),
        text(contact.list_ids) if contact.list_ids else _NO_LISTS,
        _standing_text(contact)
        if contact.blocked or contact.unsubscribed_ids or contact.blocked_senders
        else _PLAIN,
    )


def _standing_text(contact: Contact) -> str:
    return text(_Standing(contact.unsubscribed_ids, contact.blocked, contact.blocked_senders))


def contact_of(row: ContactRow) -> Contact:
    """The contact in a row."""
    id_, created_at, modified_at, identifiers, attributes, lists, standing = row
    contact = Contact(
        id=ContactId(id_),
        created_at=created_at,
        modified_at=modified_at,
        identifiers=_identifiers.decode(identifiers),
        attributes=_attributes.decode(attributes),
    )
    if lists != _NO_LISTS:
        contact.list_ids = _numbers.decode(lists)
    if standing != _PLAIN:
        known = _standing.decode(standing)
        contact.unsubscribed_ids = known.unsubscribed
        contact.blocked = known.blocked
        contact.blocked_senders = known.senders
    return contact


def member_row(own: Contact, bond: Bond) -> tuple[object, ...]:
    """See the table `members`."""
    ages = text(dict(sorted(bond.ages.items())))
    return *contact_row(own), bond.shown_as, bond.into, bond.position, bond.at, ages


def member_of(row: Any) -> tuple[Contact, Bond]:
    """The merged contact in a row, and how it is merged."""
    *own, shown_as, into, position, at, ages = row
    bond = Bond(
        contact_id=own[0],
        shown_as=shown_as,
        into=into,
        position=position,
        at=at,
        ages=_ages.decode(ages),
    )
    return contact_of(tuple(own)), bond


def history_row(entry: HistoryEntry) -> HistoryRow:
    """See the table `history`."""
    return entry.position, entry.contact_id, entry.at, entry.cause, text(entry.changes)


def history_entry(row: tuple[int, int, int, Any, str]) -> HistoryEntry:
    """The entry in a row."""
    position, contact_id, at, cause, changes = row
    return HistoryEntry(ContactId(contact_id), position, at, cause, _changes.decode(changes))


def attribute_row(definition: AttributeDefinition) -> AttributeRow:
    """See the table `attributes`."""
    return (
        definition.name,
        definition.category,
        definition.type,
        text(definition.options),
        text(definition.labels),
        definition.formula,
        definition.is_recurring,
    )


def definition_of(row: tuple[str, Any, Any, str, str, str, int]) -> AttributeDefinition:
    """The definition in a row."""
    name, category, kind, options, labels, formula, is_recurring = row
    return AttributeDefinition(
        name,
        kind,
        _texts.decode(options),
        category,
        _texts.decode(labels),
        formula,
        bool(is_recurring),
    )


def note_row(note: Note) -> tuple[str, str, str, str, str, int]:
    """See the table `notes`."""
    return note.name, note.path, note.description, note.owner, note.expected, note.hidden


def note_of(row: tuple[str, str, str, str, Any, int]) -> Note:
    """The note in a row."""
    name, path, description, owner, expected, hidden = row
    return Note(name, path, description, owner, expected, bool(hidden))


def folder_row(folder: Folder) -> tuple[int, str, int]:
    """See the table `folders`."""
    return folder.id, folder.name, folder.created_at


def list_row(one: ContactList) -> tuple[int, str, int, int, int]:
    """See the table `lists`."""
    return one.id, one.name, one.folder_id, one.created_at, one.size


def process_row(process: Process) -> tuple[int, bool, str]:
    """See the table `processes`."""
    return process.id, process.is_over, text(process)


def process_of(kept: str) -> Process:
    """The process in a row."""
    return _process.decode(kept)


def problem_row(problem: RowProblem) -> tuple[int, int, str]:
    """See the table `problems`."""
    return problem.process_id, problem.row, text(problem)


def problem_of(kept: str) -> RowProblem:
    """The problem in a row."""
    return _problem.decode(kept)


def object_type_row(type_: ObjectType) -> tuple[str, int, int, int]:
    """See the table `object_types`."""
    return type_.name, type_.created_at, type_.next_id, type_.size


def record_row(record: ObjectRecord) -> tuple[str, int, str, int, int, str]:
    """See the table `object_records`."""
    return (
        record.object_type,
        record.id,
        record.ext_id,
        record.created_at,
        record.updated_at,
        text(record.attributes),
    )


def record_of(row: tuple[str, int, str, int, int, str]) -> ObjectRecord:
    """The record in a row."""
    object_type, id_, ext_id, created_at, updated_at, attributes = row
    return ObjectRecord(
        object_type=object_type,
        id=id_,
        ext_id=ext_id,
        created_at=created_at,
        updated_at=updated_at,
        attributes=_attributes.decode(attributes),
    )
