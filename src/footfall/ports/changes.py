"""What a run of entries changes in the directory, and what of it the engine begins with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from footfall.attributes import AttributeDefinition
    from footfall.bonds import Bond, Merge
    from footfall.catalogue import Note
    from footfall.contacts import Contact, ContactId, HistoryEntry
    from footfall.identifiers import Identifier
    from footfall.lists import ContactList, Folder
    from footfall.mentions import Mention
    from footfall.objects import Association, ObjectRecord, ObjectType
    from footfall.processes import Process, RowProblem
    from footfall.records import Position
    from footfall.segments.following import Passage
    from footfall.segments.registry import Segment
    from footfall.verdicts import Verdict


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
