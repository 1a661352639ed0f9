"""Objects: what else an account keeps records of, as orders or vehicles. Pure; the engine does I/O.

A type comes into being with its first record. A record has an id of Footfall's, may have one of its
caller's, `ext_id`, and holds attributes as they were given. Two records may be associated, and a
record with a contact: an association has no direction, and goes with either of its ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from footfall.errors import InvalidParameter, NotFound

MAX_TYPES: Final = 200
MAX_RECORD_ATTRIBUTES: Final = 500
"""Of one record. Source: Brevo's upsertrecords, as are the next two."""
MAX_RECORDS: Final = 1_000
"""In one request."""
CONTACT: Final = "contact"
"""No type of object, though Brevo's events and associations name it like one."""
MAX_ASSOCIATED: Final = 10
"""Records of a type named with one record of a request. Source: Brevo's upsertrecords."""
MAX_ASSOCIATED_TYPES: Final = 10
"""Types that are named with one record of a request."""

is_object_type: Final = re.compile(r"[a-z0-9_]{1,32}").fullmatch

Values = dict[str, Any]
"""Texts, numbers, truth, and lists of texts, by name."""


class ObjectType(msgspec.Struct, frozen=True):
    """A type of object. Ids of records are given out by type, and never twice."""

    name: str
    created_at: int
    """Nanoseconds since the epoch, as are all moments here."""
    next_id: int = 1
    size: int = 0
    """How many records there are."""


class ObjectRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record."""

    object_type: str
    id: int
    ext_id: str = ""
    created_at: int
    updated_at: int
    attributes: Values = {}


class Reference(NamedTuple):
    """A record that somebody names: by its id, or else by the id of its caller's own."""

    object_type: str
    id: int = 0
    ext_id: str = ""


RecordKey = tuple[str, int]
"""A record, or a contact, by type and id."""


class Association(NamedTuple):
    """Two records, or a record and a contact, were associated at that moment, or are not any more.

    One that is there already stays as it was.
    """

    one: RecordKey
    other: RecordKey
    at: int
    is_linked: bool


class Objects:
    """All types, the records that a run of entries may touch, and what the run changed of them."""

    def __init__(self, types: Iterable[ObjectType] = ()) -> None:
        self.types = {each.name: each for each in types}
        self.records: dict[tuple[str, int], ObjectRecord] = {}
        """As far as they were loaded."""
        self.by_ext_id: dict[tuple[str, str], int] = {}
        self.changed_types: set[str] = set()
        self.changed: set[tuple[str, int]] = set()
        self.removed: set[tuple[str, int]] = set()
        """With all their associations."""
        self.associations: list[Association] = []
        """Made and undone, in order."""

    def load(self, records: Iterable[ObjectRecord]) -> None:
        """Take up records as they are kept; those that the run changed stay as they are."""
        for record in records:
            key = (record.object_type, record.id)
            if key not in self.records and key not in self.removed:
                self._hold(record)

    def settle(self) -> None:
        """Forget what changed, and every record, once all is committed."""
        self.records.clear()
        self.by_ext_id.clear()
        self.changed_types.clear()
        self.changed.clear()
        self.removed.clear()
        self.associations.clear()

    def find(self, reference: Reference) -> ObjectRecord | None:
        """The record that is meant."""
        id_ = reference.id or self.by_ext_id.get((reference.object_type, reference.ext_id), 0)
        return self.records.get((reference.object_type, id_))

    def upsert(
        self, reference: Reference, attributes: Mapping[str, Any], now: int
    ) -> tuple[ObjectRecord, bool]:
        """The record with these attributes added, and whether it is new.

        One that is named by `id` must exist; null and "" take a value away. Raises `NotFound` or
        `InvalidParameter`; then nothing changed.
        """
        found = self.find(reference)
        if found is None and reference.id:
            raise NotFound(f"There is no record {reference.id} of type {reference.object_type}")
        held = {} if found is None else found.attributes
        merged = {name: each for name, each in {**held, **attributes}.items() if not _clears(each)}
        if len(merged) > MAX_RECORD_ATTRIBUTES:
            raise InvalidParameter(
                f"The record would have more than {MAX_RECORD_ATTRIBUTES} attributes", "attributes"
            )
        if found is not None:
            record = msgspec.structs.replace(found, attributes=merged, updated_at=now)
        else:
            record = self._new(reference, merged, now)
        self._hold(record)
        self.changed.add((record.object_type, record.id))
        return record, found is None

    def associate(self, record: ObjectRecord, other: RecordKey, now: int) -> None:
        """Both are associated from now on. The other exists, and is another."""
        one = (record.object_type, record.id)
        self.associations.append(Association(one, other, now, True))

    def part(self, record: ObjectRecord, other: RecordKey, now: int) -> None:
        """Both are not associated any more; nothing changes where they were not."""
        one = (record.object_type, record.id)
        self.associations.append(Association(one, other, now, False))

    def remove(self, reference: Reference) -> ObjectRecord:
        """The record is gone, with its associations; raises `NotFound`."""
        found = self.find(reference)
        if found is None:
            name = reference.id or reference.ext_id
            raise NotFound(f"There is no record {name} of type {reference.object_type}")
        key = (found.object_type, found.id)
        del self.records[key]
        self.by_ext_id.pop((found.object_type, found.ext_id), None)
        self.changed.discard(key)
        self.removed.add(key)
        type_ = self.types[found.object_type]
        self._put(msgspec.structs.replace(type_, size=type_.size - 1))
        return found

    def ensure(self, object_type: str, now: int) -> None:
        """The type is there from now on; raises `InvalidParameter` past the bound."""
        if object_type in self.types:
            return
        if len(self.types) >= MAX_TYPES:
            raise InvalidParameter(f"There are {MAX_TYPES} types of objects already", "object_type")
        self._put(ObjectType(object_type, now))

    def _new(self, reference: Reference, attributes: Values, now: int) -> ObjectRecord:
        type_ = self.types[reference.object_type]
        self._put(msgspec.structs.replace(type_, next_id=type_.next_id + 1, size=type_.size + 1))
        return ObjectRecord(
            object_type=type_.name,
            id=type_.next_id,
            ext_id=reference.ext_id,
            created_at=now,
            updated_at=now,
            attributes=attributes,
        )

    def _hold(self, record: ObjectRecord) -> None:
        self.records[record.object_type, record.id] = record
        if record.ext_id:
            self.by_ext_id[record.object_type, record.ext_id] = record.id

    def _put(self, type_: ObjectType) -> None:
        self.types[type_.name] = type_
        self.changed_types.add(type_.name)


def reference_of(object_type: str, identifiers: Mapping[str, str]) -> Reference:
    """What an event's `object` block names. An id that is no number names nothing."""
    text = identifiers.get("id", "")
    id_ = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
    return Reference(object_type, id_, "" if text else identifiers.get("ext_id", ""))


def identifiers_of(record: ObjectRecord) -> dict[str, str]:
    """How an event names the record once it is resolved."""
    both = {"id": str(record.id), "ext_id": record.ext_id}
    return {name: value for name, value in both.items() if value}


def _clears(value: object) -> bool:
    return value is None or value in ("", [])
