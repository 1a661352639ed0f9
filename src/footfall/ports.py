"""What the stores guarantee. Each port has one contract suite, run against every implementation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, NamedTuple, Protocol

import msgspec

from footfall.searching import Search

if TYPE_CHECKING:  # a front needs some ports, and not what the others speak of
    from zoneinfo import ZoneInfo

    import numpy as np
    from numpy.typing import NDArray

    from footfall.attributes import AttributeDefinition, Value
    from footfall.bonds import Bond, Merge
    from footfall.catalogue import Note
    from footfall.contacts import Contact, ContactId, HistoryEntry
    from footfall.identifiers import Identifier
    from footfall.lists import ContactList, Folder
    from footfall.mentions import Mention
    from footfall.objects import Association, ObjectRecord, ObjectType, RecordKey, Reference
    from footfall.processes import Process, RowProblem
    from footfall.records import Position, Record, Request
    from footfall.searching import Bucket
    from footfall.segments.definition import Definition
    from footfall.segments.evaluation import PastEvent
    from footfall.segments.following import Passage, Timer
    from footfall.segments.membership import Differing
    from footfall.segments.registry import Segment
    from footfall.verdicts import Verdict
    from footfall.webhooks import Delivery, Place, Taken, Webhook

Scope = Literal["events:write", "events:read", "contacts:read", "contacts:write", "admin"]


class Key(msgspec.Struct, frozen=True):
    """An API key as the store knows it: never the secret itself."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: int
    revoked_at: int | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether the key may do that; `admin` may do everything."""
        return scope in self.scopes or "admin" in self.scopes


class Account(msgspec.Struct, frozen=True):
    """The tenant that all data of a data directory belongs to."""

    id: str
    """A UUID."""
    name: str
    created_at: int


class Keys(Protocol):
    """The account and its API keys. Only hashes of keys are stored."""

    def account(self, now: int) -> Account:
        """The account; the first call ever makes it, and all later ones see the same."""
        ...

    def create(self, name: str, scopes: Collection[Scope], now: int) -> tuple[Key, str]:
        """A new key and its secret, which nothing can show again. Durable when it returns."""
        ...

    def find(self, secret: str) -> Key | None:
        """The unrevoked key with that secret. Sees what other processes changed, at once."""
        ...

    def all(self) -> list[Key]:
        """Every key, revoked ones too, oldest first."""
        ...

    def revoke(self, key_id: str, now: int) -> bool:
        """No call that begins after the return is let in with it. False: there is no such key."""
        ...

    def close(self) -> None:
        """Give back files."""
        ...


class Journal(Protocol):
    """The ordered, append-only record of everything that changes data; the source of truth.

    Several processes may append and read at once. Positions run from 1 without gaps.
    """

    def append(self, requests: Sequence[Request]) -> Record:
        """Commit the requests as one record. On disk when it returns; nothing is kept on failure.

        Raises `OutOfSpace` when the disk is full and `Unavailable` when the journal can't be
        written; the next call tries anew.
        """
        ...

    def head(self) -> Position:
        """The last position committed by anybody; 0 for an empty journal."""
        ...

    def read(self, after: Position, max_entries: int) -> list[Record]:
        """Whole records that follow `after` (the last position of a record, or 0), in order.

        At least one where there is one, and no more once `max_entries` are reached.
        """
        ...

    def record_at(self, position: Position) -> Record | None:
        """The record that holds that position."""
        ...

    def seal(self, up_to: Position, max_entries: int) -> int:
        """Compress the oldest open records not past `up_to`; the number of entries sealed.

        Changes nothing that a reader sees. Leaves alone what would not fill a sealed block.
        """
        ...

    def rewrite(self, positions: Sequence[Position], change: Callable[[Record], Record]) -> None:
        """Put what `change` makes of each record that holds one of the positions in its place.

        The new record has the same position and as many entries. On disk when it returns; after a
        crash any number of the records may be changed. Readers see each one old or new.
        """
        ...

    def compact(self) -> None:
        """Leave nothing in the files of what was rewritten. Nobody else may have them open."""
        ...

    def check(self) -> list[str]:
        """What is wrong, a sentence each; empty when all is well.

        Reads everything: damage to files, gaps or overlaps in positions, records that do not
        decode. May run while others append.
        """
        ...

    def close(self) -> None:
        """Give back files and threads. What was appended stays."""
        ...


class NameVolume(msgspec.Struct):
    """How often an event name came, and when (time of receipt, nanoseconds since the epoch)."""

    count: int
    first_seen: int
    last_seen: int


class Repeat(NamedTuple):
    """A caller's own id of an event, kept to know its repeats."""

    key: bytes
    position: Position
    received_at: int


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine needs to know at its start. A new directory has one folder, number 1."""

    position: Position
    next_contact_id: int
    next_folder_id: int
    next_list_id: int
    definitions: list[AttributeDefinition]
    """By name."""
    folders: list[Folder]
    """By id, as are lists."""
    lists: list[ContactList]
    processes: list[Process]
    """Those that are not over, by id."""
    next_process_id: int
    object_types: list[ObjectType]
    """By name."""
    segments: list[Segment]
    """By id."""
    next_segment_id: int
    now: int
    """The latest moment at which an applied entry was received: how late it is for segments."""
    settings: dict[str, str]
    totals: dict[str, int]
    """Entries by verdict: applied, duplicate, set_aside, refused; applied `command` and `settings`
    entries; and `forgotten` ones, of events that went by their age, whatever their verdicts."""


class ClearAttribute(msgspec.Struct, frozen=True):
    """Take the value of that attribute from every contact that has one."""

    name: str


class ClearOption(msgspec.Struct, frozen=True):
    """Take that option out of every contact's value; a value of no options is none."""

    name: str
    option: str


class ClearList(msgspec.Struct, frozen=True):
    """Take every contact off that list."""

    list_id: int


Sweep = ClearAttribute | ClearOption | ClearList
"""A change of any number of contacts, made within the directory."""


class Erasure(NamedTuple):
    """A contact that is erased by the only entry of a run."""

    contact_id: ContactId
    events: Sequence[Position]
    """The contact's applied events."""
    remembered: Collection[bytes] = ()
    """Hashes that its remains in the journal keep: see `Erased.keys`."""


class Trace(NamedTuple):
    """An entry of the journal that says something of an erased contact."""

    position: Position
    whole: bool
    """All of it goes; otherwise only what names the contact."""
    creates: bool
    """It created the contact."""
    keys: frozenset[bytes] = frozenset()
    """By which hashes it names the contact, where not all of it goes; see `mentions.key_of`."""


class Erasing(NamedTuple):
    """An erasure of which something is left to do."""

    contact_id: ContactId
    remembered: frozenset[bytes] = frozenset()
    """See `Erasure.remembered`."""


class Changes(msgspec.Struct, kw_only=True):
    """What a run of entries changed: committed whole or not at all."""

    position: Position
    """The last entry of the run."""
    received_at: int
    """When that entry was received, nanoseconds since the epoch."""
    next_contact_id: int
    next_folder_id: int
    next_list_id: int
    sweeps: Sequence[Sweep] = ()
    """Made before all else, by the entry at `position`; each change is in the contact's history."""
    contacts: Sequence[Contact] = ()
    """New or changed ones, as they are now. New are those that took their ids in this run, from
    the `next_contact_id` of the run before on."""
    removed_contacts: Collection[ContactId] = ()
    """Gone, with their history."""
    hidden_contacts: Collection[ContactId] = ()
    """Merged into another, and not shown by themselves any more."""
    shown_again: Collection[ContactId] = ()
    """Among `contacts`, those whose merge was undone."""
    members: Sequence[tuple[Contact, Bond]] = ()
    """Merged contacts by themselves; `contacts` has what is shown of them."""
    removed_members: Collection[ContactId] = ()
    """Not merged with anybody any more; made before `members`."""
    merges: Sequence[tuple[int, Merge]] = ()
    """New ones, by position."""
    undone_merges: Sequence[tuple[int, ContactId]] = ()
    """Who is not merged into another any more, by position."""
    freed_identifiers: Collection[Identifier] = ()
    """Those that name nobody any more; made before `identifiers`."""
    identifiers: Mapping[Identifier, ContactId] = {}
    """New ones."""
    memberships: Mapping[tuple[int, ContactId], bool] = {}
    """List and contact: whether the contact is on the list now."""
    history: Sequence[HistoryEntry] = ()
    definitions: Sequence[AttributeDefinition] = ()
    removed_definitions: Collection[str] = ()
    folders: Sequence[Folder] = ()
    removed_folders: Collection[int] = ()
    lists: Sequence[ContactList] = ()
    removed_lists: Collection[int] = ()
    processes: Sequence[Process] = ()
    problems: Sequence[RowProblem] = ()
    """New ones, each of another row."""
    object_types: Sequence[ObjectType] = ()
    records: Sequence[ObjectRecord] = ()
    removed_records: Collection[tuple[str, int]] = ()
    """By type and id; gone before `records` are kept."""
    associations: Sequence[Association] = ()
    """Made and undone, in that order; those of what is removed are gone after that."""
    now: int = 0
    """The latest moment at which any entry up to `position` was received."""
    next_segment_id: int = 1
    segments: Sequence[Segment] = ()
    removed_segments: Collection[int] = ()
    """Gone, with their members, timers and history."""
    found_timers: Mapping[int, Mapping[ContactId, int]] = {}
    """By segment whose members were found anew: when each contact's timer is due. These are all of
    its timers; made before `segment_timers`."""
    segment_members: Mapping[tuple[int, ContactId], int | None] = {}
    """By segment and contact: since when it is a member; None where it is none any more."""
    segment_timers: Mapping[tuple[int, ContactId], int | None] = {}
    """By segment and contact: when it is due; None where there is none any more."""
    passages: Sequence[Passage] = ()
    verdicts: Sequence[Verdict] = ()
    """Those that are not plain; a later one of an entry takes the place of what was there."""
    repeats: Sequence[Repeat] = ()
    forget_repeats_before: int = 0
    """Repeats received before that moment may be dropped."""
    names: Mapping[str, NameVolume] = {}
    """What to add to the catalogue."""
    notes: Sequence[Note] = ()
    """New or changed ones; a note that says nothing is removed."""
    settings: Mapping[str, str] = {}
    totals: Mapping[str, int] = {}
    """What to add to `State.totals`."""
    mentions: Sequence[Mention] = ()
    introduced: Mapping[tuple[int, str], AttributeDefinition] = {}
    """What entries added to definitions, by position and name."""
    erasures: Sequence[Erasure] = ()
    """Every trace of each contact is noted, to be found until it is gone, and what verdicts say of
    it is dropped. They are among `removed_contacts`."""
    late_traces: Mapping[Position, ContactId] = {}
    """Entries that go with a contact that was erased before."""


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


class Draft(Protocol):
    """A file that is being written, which nobody else sees yet."""

    def write(self, chunk: bytes) -> None:
        """Add bytes. Raises `OutOfSpace` or `Unavailable`."""
        ...

    def keep(self) -> None:
        """The file is there under its name, whole and on disk, in place of an older one."""
        ...

    def drop(self) -> None:
        """Nothing is kept, unless `keep` was called before; an older file stays."""
        ...


class Files(Protocol):
    """Files that processes work on: what they were given, until they end. Names are like `a-b.c`.

    Any thread may use it.
    """

    def draft(self, name: str) -> Draft:
        """A new file, to be kept under that name. Raises `OutOfSpace` or `Unavailable`."""
        ...

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep the bytes under that name, whole and on disk when it returns.

        Raises `OutOfSpace` or `Unavailable`; then, and when `chunks` raises, nothing is kept.
        """
        ...

    def open(self, name: str) -> BinaryIO:
        """The bytes, to be read. Raises `NotFound`."""
        ...

    def remove(self, name: str) -> None:
        """Nothing is kept under that name any more; no error where nothing was."""
        ...

    def names(self) -> dict[str, int]:
        """Every name, with the moment at which it was written, nanoseconds since the epoch."""
        ...


class Webhooks(Protocol):
    """Webhooks, and what is still to be delivered. Any thread may use it; one delivers.

    Whatever a call changed is on disk when it returns.
    """

    def create(
        self, url: str, segment_ids: Sequence[int], secret: str, reached: Place, now: int
    ) -> Webhook:
        """A new webhook, which is told of what comes after `reached`."""
        ...

    def all(self) -> list[Webhook]:
        """Every webhook, oldest first."""
        ...

    def secret(self, webhook_id: int) -> str | None:
        """What its calls are signed with; None where there is no such webhook."""
        ...

    def change(self, webhook_id: int, url: str, segment_ids: Sequence[int]) -> bool:
        """Another address or other segments; what waits goes there too. False for no such one."""
        ...

    def remove(self, webhook_id: int) -> bool:
        """It is gone, with what waits for it; False where there is no such webhook."""
        ...

    def take_up(self, webhook_id: int, deliveries: Collection[Delivery], reached: Place) -> None:
        """Keep what is to be delivered, and how far that goes, both or neither."""
        ...

    def deliveries(self, webhook_id: int, *, parked: bool, limit: int) -> list[Delivery]:
        """Those that are parked, or those that are not, in order."""
        ...

    def settle(
        self,
        done: Collection[Taken],
        dropped: Collection[Delivery],
        failed: Collection[Delivery],
    ) -> None:
        """What was taken waits no more and is remembered, what is of no use any more is gone, and
        what failed is kept as it is.

        Of a webhook in `done` what was taken `KEPT_FOR` before, and more than `MAX_KEPT`, is
        forgotten.
        """
        ...

    def taken(self, webhook_id: int, since: int, limit: int) -> list[Taken]:
        """What is remembered of what was taken at that moment or later, the latest first."""
        ...

    def retry(self, webhook_id: int, now: int) -> int:
        """Have those that failed, parked ones too, tried from the beginning; how many they are."""
        ...

    def send_again(self, webhook_id: int, place: Place, now: int) -> bool:
        """Have that one tried from the beginning, even if it was taken; False for no such one."""
        ...

    def close(self) -> None:
        """Give back files."""
        ...


class EventRow(NamedTuple):
    """One applied event as the event store keeps it. Moments are nanoseconds since the epoch."""

    position: Position
    received_at: int
    date: int
    """When it happened, by the caller; the moment of receipt where the caller gave none."""
    name: str
    contact_id: ContactId
    object_type: str
    object_identifiers: str
    """JSON text, `{}` for none."""
    contact_properties: str
    """JSON text, exactly as received."""
    properties: str
    """JSON text, exactly as received."""


class Cursor(NamedTuple):
    """A place in the order of a listing: the last row that was shown."""

    date: int
    position: Position


class EventQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to list; an empty tuple puts no condition."""

    contact_ids: tuple[ContactId, ...] = ()
    names: tuple[str, ...] = ()
    object_types: tuple[str, ...] = ()
    start: int | None = None
    """First moment that counts."""
    end: int | None = None
    """Last moment that counts."""
    since: int | None = None
    """Only what happened or was received at that moment or later."""
    search: Search = Search()
    up_to: Position | None = None
    """Only what was journaled up to there, so that a listing stands still while events come."""
    limit: int = 100
    offset: int = 0
    after: Cursor | None = None
    counted: bool = True
    """Whether to say how many match; what follows a first page need not count again."""
    near: int | None = None
    """A moment near which the latest that match may well lie. The store looks for a page from there
    back, step by step, and does not read what is older than the page."""
    seconds: float | None = None
    """How long to look, about; needs `near`. What is older then is not looked through, and the
    answer says so; the latest day is looked through in any case."""
    count_up_to: int | None = None
    """Past so many the exact count does not matter."""


class EventPage(msgspec.Struct, frozen=True):
    """One page, latest date first, and among equal dates the latest position first."""

    count: int
    """How many events match in all; 0 where that was not asked."""
    events: list[EventRow]
    is_least: bool = False
    """Whether more than `count` may match."""
    looked_back_to: int | None = None
    """The page lacks what is older than that, for want of time; None where it lacks nothing."""


class EventSpan(msgspec.Struct, frozen=True):
    """When what matches happened."""

    dates: tuple[int, int] | None
    """The first and the last; None for nothing."""
    looked_back_to: int | None = None
    """As in `EventPage`."""


class EventCounts(msgspec.Struct, frozen=True):
    """How many events match, over time."""

    buckets: list[Bucket]
    """In order of time and name, without empty ones."""
    looked_back_to: int | None = None
    """As in `EventPage`."""


class EventStore(Protocol):
    """Applied events: search, timelines, counts.

    One thread of one process appends; any thread may read, and sees whole appended runs only.
    """

    def append(self, rows: Sequence[EventRow]) -> None:
        """Keep the rows, which come in order of position. On disk when it returns.

        Idempotent: rows at or below `last_position()` are there already and are passed over, table
        by table, so that a repeat after a crash completes what was begun and doubles nothing.
        """
        ...

    def last_position(self) -> Position:
        """The highest position of which every table has the row; 0 when empty."""
        ...

    def find(self, query: EventQuery) -> EventPage:
        """The events that match, by date descending."""
        ...

    def at(self, name: str, date: int, position: Position) -> EventRow | None:
        """One event by its whole key."""
        ...

    def span(self, query: EventQuery) -> EventSpan:
        """The first and the last date of all that match."""
        ...

    def histogram(self, query: EventQuery, step: int) -> EventCounts:
        """How many match, by name and by stretches of `step` nanoseconds from the epoch on.

        `step` is whole microseconds.
        """
        ...

    def sample(self, one_in: Mapping[str, int], per_name: int, since: Position) -> list[EventRow]:
        """Some events of each of these names, latest position first, at most `per_name` of each.

        Of a name with `n` come those of every n-th stretch of 16 positions, and those after
        `since`. Events with properties of more than 16 KB are passed over.
        """
        ...

    def histories(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> dict[ContactId, list[PastEvent]]:
        """The events of these names of these contacts, up to that position, in any order.

        `since` has, by name, the moment after which they are wanted; earlier ones may come as well.
        Contacts without any are absent.
        """
        ...

    def dates(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> list[tuple[ContactId, str, list[int]]]:
        """When events of these names of these contacts happened, up to that position, in any order.

        `since` is as in `histories`, in nanoseconds since the epoch like the dates. What there is
        none of is absent.
        """
        ...

    def who_did(self, since: Mapping[str, int], up_to: Position) -> NDArray[np.uint64]:
        """The contacts who have events of any of these names, up to that position, in any order.

        `since` is as in `histories`: some who have but earlier ones may come as well.
        """
        ...

    def differing(
        self,
        definition: Definition,
        now: int,
        zone: ZoneInfo,
        seconds: float,
        up_to: Position | None = None,
    ) -> Differing | None:
        """For which contacts the definition's conditions on events come out at that moment; by the
        events up to that position, where one is given.

        None where a window is relative to a contact's attributes, which are not known here. Raises
        `Unavailable` where it takes more than those `seconds`, or too much memory.
        """
        ...

    def received_before(self, moment: int) -> tuple[int, int | None]:
        """How many events were received before that moment, and when the first of them was.

        In nanoseconds since the epoch. Raises `Unavailable` where that takes too much time.
        """
        ...

    def positions(self, contact_ids: Collection[ContactId]) -> list[Position]:
        """The positions of all events that are shown as those of these contacts, in order."""
        ...

    def show_as(self, shown: Mapping[ContactId, ContactId]) -> None:
        """From now on the events of these contacts are shown as those of others.

        It holds for all reads but `dump`; the rows stay as they are.
        """
        ...

    def hide(self, contact_id: ContactId) -> None:
        """Nobody finds an event of that contact any more, until the store is opened anew."""
        ...

    def erase(self, contact_ids: Collection[ContactId]) -> None:
        """Remove all events of these contacts; it may take its time. On disk when it returns.

        Any thread may call it; appends and reads go on. Idempotent.
        """
        ...

    def compact(self) -> None:
        """Leave nothing in the files of what was removed; it may take its time."""
        ...

    def dump(self) -> Iterator[EventRow]:
        """Every row by position, to compare two stores."""
        ...

    def check(self) -> list[str]:
        """What is wrong within the store (tables that differ, rows that stand twice)."""
        ...

    def close(self) -> None:
        """Give back files and threads."""
        ...
