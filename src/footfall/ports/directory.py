"""The port of everything that is derived and looked up by key."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from footfall.attributes import AttributeDefinition, Value
    from footfall.bonds import Bond, Merge
    from footfall.catalogue import Note
    from footfall.contacts import Contact, ContactId, HistoryEntry
    from footfall.identifiers import Identifier
    from footfall.objects import ObjectRecord, RecordKey, Reference
    from footfall.ports.changes import Changes, Erasing, NameVolume, Repeat, State, Trace
    from footfall.processes import Process, RowProblem
    from footfall.records import Position
    from footfall.segments.following import Passage, Timer
    from footfall.verdicts import Verdict
    from footfall.webhooks import Place


class Condition(msgspec.Struct, frozen=True):
    """An attribute that must have that value; of a list, each of these options."""

    name: str
    value: Value
    is_day: bool = False
    """The value is a day, and every moment that is written as one of that day will do."""


class ContactQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which contacts to list; all conditions hold together, and an empty one counts for nothing."""

    ids: tuple[ContactId, ...] | None = None
    list_ids: tuple[int, ...] = ()
    """On one of these lists at least."""
    segment_id: int | None = None
    """A member of that segment; not together with `list_ids`."""
    created_since: int | None = None
    """Created at that moment or later, nanoseconds since the epoch."""
    modified_since: int | None = None
    condition: Condition | None = None
    oldest_first: bool = False
    limit: int = 50
    offset: int = 0


class ContactPage(msgspec.Struct, frozen=True):
    """One page, in order of creation."""

    count: int
    """How many contacts match in all."""
    contacts: list[Contact]


class Member(NamedTuple):
    """A contact in a segment."""

    contact_id: ContactId
    since: int
    """Nanoseconds since the epoch."""


class PassageCursor(NamedTuple):
    """A place in the order of passages: the last one that was shown."""

    position: int
    at: int
    contact_id: ContactId
    segment_id: int = 0
    """0 stands before all segments that the contact entered or left at that moment."""


class Stretch(NamedTuple):
    """How many contacts entered a segment, and how many left it, in one stretch of time."""

    start: int
    """Nanoseconds since the epoch, a multiple of the stretch's length."""
    entered: int
    left: int


class Traffic(NamedTuple):
    """How a segment came to have as many members as it has."""

    size: int
    stretches: list[Stretch]
    """In order of time, without those in which nothing happened."""


MAX_CANDIDATES: Final = 10_000
"""Identifiers that are looked at for those of a segment's members."""


class Snapshot(Protocol):
    """The directory as it was when the snapshot was taken, whatever is applied meanwhile.

    For one thread at a time.
    """

    def contact_ids(self) -> NDArray[np.int64]:
        """The ids of all contacts, in order."""
        ...

    def contacts(self, ids: Collection[ContactId]) -> dict[ContactId, Contact]:
        """See `Directory.contacts`."""
        ...

    def segments_of(self, ids: Collection[ContactId]) -> dict[ContactId, set[int]]:
        """The segments that these contacts are in; those in none are absent."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class Directory(Protocol):
    """Contacts and everything else that is derived and looked up by key.

    One thread of one process applies; any thread may read, and sees whole applied runs only.
    """

    def state(self) -> State:
        """Everything as of the last applied run."""
        ...

    def position(self) -> Position:
        """The last entry applied."""
        ...

    def apply(self, changes: Changes) -> None:
        """Commit a run, with its position, whole. On disk when it returns."""
        ...

    def owners(self, identifiers: Collection[Identifier]) -> dict[Identifier, ContactId]:
        """Whom they name; those that name nobody are absent."""
        ...

    def contacts(self, ids: Collection[ContactId]) -> dict[ContactId, Contact]:
        """The contacts with these ids; unknown ids are absent.

        For the id of one that was merged comes what is shown of all, under the id of the oldest.
        """
        ...

    def merged(self, ids: Collection[ContactId]) -> list[tuple[Contact, Bond]]:
        """Whoever is merged with one of these contacts, and these where they are merged: each by
        itself."""
        ...

    def ages(self, ids: Collection[ContactId]) -> dict[ContactId, dict[str, int]]:
        """When each of what `bonds.subject` names was last said of each contact, by position."""
        ...

    def shown_as(self) -> dict[ContactId, ContactId]:
        """Under which id each contact is shown that was merged into another."""
        ...

    def merges(self, positions: Collection[Position]) -> dict[Position, list[Merge]]:
        """What these entries merged."""
        ...

    def bonds(self, contact_id: ContactId) -> list[Bond]:
        """Of all that are shown as one with that contact, by id."""
        ...

    def contact_ids(self) -> NDArray[np.int64]:
        """The ids of all contacts, in any order."""
        ...

    def find_contacts(self, query: ContactQuery) -> ContactPage:
        """The contacts that match, by creation, latest first unless the query says otherwise."""
        ...

    def walk_contacts(self, list_id: int, after: ContactId, limit: int) -> list[Contact]:
        """The contacts that follow that id, by id; on that list only, unless it is 0."""
        ...

    def history(
        self, contact_id: ContactId, before: Position | None, limit: int
    ) -> list[HistoryEntry]:
        """What changed of the contact, latest first; before that position where one is given."""
        ...

    def records(self, references: Collection[Reference]) -> list[ObjectRecord]:
        """The records that are named; unknown ones are absent."""
        ...

    def find_records(
        self, object_type: str, *, oldest_first: bool, limit: int, offset: int
    ) -> tuple[int, list[ObjectRecord]]:
        """How many records of that type there are, and one page of them by id."""
        ...

    def associated(
        self, object_type: str, ids: Collection[int], each: int
    ) -> dict[int, dict[str, list[int]]]:
        """What records of a type are associated with, by their ids and by type: the latest ones,
        so many of each type. Merged contacts are one, under the id under which they are shown."""
        ...

    def find_associated(
        self, record: RecordKey, types: Collection[str], *, limit: int, offset: int
    ) -> list[RecordKey]:
        """What a record, or a contact with all that are shown as one with it, is associated with.

        Latest first; of these types only, unless there are none.
        """
        ...

    def process(self, process_id: int) -> Process | None:
        """The process with that id."""
        ...

    def find_processes(
        self, *, oldest_first: bool, limit: int, offset: int
    ) -> tuple[int, list[Process]]:
        """How many processes there are, and one page of them by id."""
        ...

    def problems(self, process_id: int, after_row: int, limit: int) -> list[RowProblem]:
        """What was wrong with rows of the process past that one, by row."""

    def segments_of(self, ids: Collection[ContactId]) -> dict[ContactId, set[int]]:
        """The segments that these contacts are in; those in none are absent."""
        ...

    def timers_of(self, ids: Collection[ContactId]) -> list[Timer]:
        """The timers of these contacts, in any order."""
        ...

    def due_timers(self, up_to: int, limit: int) -> list[Timer]:
        """The timers that are due by that moment, by moment and contact, the first ones."""
        ...

    def next_timer(self) -> int | None:
        """When the next timer is due; None where there is none."""
        ...

    def member_ids(self, segment_id: int) -> set[ContactId]:
        """All members of the segment."""
        ...

    def members(self, segment_id: int, after: ContactId, limit: int) -> list[Member]:
        """The members whose ids follow, in order."""
        ...

    def memberships_of(self, contact_id: ContactId) -> list[tuple[int, int]]:
        """The segments that the contact is in, by id, each with the moment since which it is."""
        ...

    def passages(
        self,
        *,
        segment_id: int | None = None,
        contact_id: ContactId | None = None,
        before: PassageCursor | None = None,
        limit: int,
    ) -> list[Passage]:
        """Who entered and left, latest first: of a segment, of a contact, or of both."""
        ...

    def passages_after(self, after: Place, limit: int) -> list[Passage]:
        """Who entered and left after that, of all segments, in order."""
        ...

    def traffic(self, segment_id: int, start: int, step: int) -> Traffic:
        """How many members the segment has, and how many entered and left by stretches of `step`
        nanoseconds since `start`. Takes as long as the segment's whole history is."""
        ...

    def beginning_with(
        self, beginnings: Mapping[str, str], segment_id: int | None, limit: int
    ) -> list[ContactId]:
        """Contacts with an identifier, in its compared form, that begins with what stands for its
        kind: by kinds as given, each by value. Where a segment is named, its members among the
        first `MAX_CANDIDATES` of each kind."""
        ...

    def snapshot(self) -> Snapshot:
        """The directory as it is now, for long reads."""
        ...

    def repeats(self, keys: Collection[bytes]) -> dict[bytes, Repeat]:
        """Which of these ids of callers' own came before."""
        ...

    def verdicts(self, first: Position, last: Position) -> dict[Position, Verdict]:
        """The verdicts from `first` to `last` that are not plain."""
        ...

    def set_aside(self, after: Position, up_to: Position, reason: str, limit: int) -> list[Verdict]:
        """The verdicts of what was set aside and not replayed yet, by position; for that reason,
        unless it is empty."""
        ...

    def lately_set_aside(self, before: Position, limit: int) -> list[Verdict]:
        """The verdicts of what was set aside and not replayed yet, before that position; the latest
        first."""
        ...

    def names(self) -> dict[str, NameVolume]:
        """The catalogue of event names."""
        ...

    def notes(self) -> list[Note]:
        """What people note of events and their properties, by name and path."""
        ...

    def erasing(self) -> list[Erasing]:
        """The erasures of which something is left to do, by contact."""
        ...

    def keys_of(self, contact_id: ContactId) -> frozenset[bytes]:
        """The hashes under which the contact is known, by all that it has and had: see
        `mentions.key_of`. What somebody else has now is not among them."""
        ...

    def traces(self, contact_id: ContactId, limit: int) -> list[Trace]:
        """What is left to be erased from the journal for that contact, by position."""
        ...

    def forget_traces(self, contact_id: ContactId, positions: Collection[Position]) -> None:
        """These of the contact are gone. On disk when it returns. Any thread may call it."""
        ...

    def end_erasure(self, contact_id: ContactId) -> None:
        """Nothing is left to do, unless there are traces again; then it goes on. On disk when it
        returns. Any thread may call it."""
        ...

    def introduced(
        self, positions: Collection[Position]
    ) -> dict[Position, list[AttributeDefinition]]:
        """What these entries added to definitions, by name; those that added nothing are absent."""
        ...

    def compact(self) -> None:
        """Leave nothing in the files of what was removed. Nobody else may have them open."""
        ...

    def dump(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Every derived row as (table, values) in a fixed order, to compare two directories."""
        ...

    def check(self) -> list[str]:
        """What is wrong with files and references among rows; empty when all is well."""
        ...

    def close(self) -> None:
        """Give back files."""
        ...
