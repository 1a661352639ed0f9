"""The way of an event through the engine, in named and timed steps.

load ▸ decide ▸ segments ▸ keep ▸ commit, of entries that `ReadAhead` has decoded. A run is a
stretch of the journal, and a command that may touch any number of contacts makes a run of its own.
It is applied whole: the event store keeps its rows first (a repeat of which it passes over), then
the directory commits what changed together with the position, so that a crash anywhere continues
exactly once.

The result depends on the journal alone: not on where one run ends and the next begins, not on the
clock, not on what was tried before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from footfall.bonds import Merge
from footfall.commands import DeleteContact
from footfall.contacts import ContactBook, ContactId, UnknownAttributes
from footfall.engine.commands import Order, obey, records_touched, touched
from footfall.engine.contact_commands import named
from footfall.engine.decisions import (
    REPEAT_WINDOW,
    Draft,
    Entry,
    Remains,
    decide,
    repeat_effects,
)
from footfall.engine.decoding import Decoded, Run
from footfall.engine.finding import Prepared, unprepared
from footfall.engine.memberships import Memberships
from footfall.engine.outcomes import Outcome
from footfall.engine.watching import Watch
from footfall.identifiers import Identifier
from footfall.lists import Lists
from footfall.objects import Objects, Reference, reference_of
from footfall.ports import Changes, Directory, Erasure, EventStore
from footfall.processes import Processes
from footfall.records import Position, Record
from footfall.segments.following import Follower
from footfall.segments.registry import Segments
from footfall.segments.roster import Roster
from footfall.verdicts import Verdict

MAX_BOOK: Final = 200_000
"""Contacts that are kept in memory from run to run; past it the book starts anew."""

UNKNOWN_ATTRIBUTES: Final = "attributes.unknown"
TIME_ZONE: Final = "segments.time_zone"
DEFAULT_RULES: Final = {UNKNOWN_ATTRIBUTES: "create", TIME_ZONE: "UTC"}
"""The settings on which results depend. The journal notes each change of one, at its position."""

Observe = Callable[[str, float], None]
"""Takes a step's name and its seconds."""


class Pipeline:
    """Applies the journal's records to directory and event store. For one thread."""

    def __init__(
        self,
        directory: Directory,
        events: EventStore,
        observe: Observe,
        prepared: Prepared = unprepared,
        unsure: Callable[[Iterable[tuple[int, ContactId]]], object] = lambda _pairs: None,
        erased: Callable[[ContactId], object] = lambda _contact_id: None,
    ) -> None:
        """`prepared` may have found already who is in a segment. `unsure` hears, after each run,
        for which segments and contacts something changed while the segment is being computed.
        `erased` hears of each contact that is erased, once its erasure is certain.
        """
        self._directory = directory
        self._events = events
        self._observe = observe
        self._memberships = Memberships(directory, events, prepared)
        self._unsure = unsure
        self._erased = erased
        self._restart()

    def _restart(self) -> None:
        """Take up what the directory holds; whatever was not committed is forgotten."""
        state = self._directory.state()
        self._position = state.position
        self._rules = DEFAULT_RULES | state.settings
        lists = Lists(state.folders, state.lists, state.next_folder_id, state.next_list_id)
        self._book = ContactBook(state.next_contact_id, state.definitions, lists)
        self._processes = Processes(state.processes, state.next_process_id)
        self._objects = Objects(state.object_types)
        self._segments = Segments(state.segments, state.next_segment_id)
        self._now = state.now
        self._shown_as = self._directory.shown_as()
        self._events.show_as(self._shown_as)
        self._memberships.forget()

    @property
    def segments(self) -> Segments:
        """All segments, as of `position`."""
        return self._segments

    @property
    def now(self) -> int:
        """How late it is for segments: the latest moment at which an entry was received."""
        return self._now

    @property
    def next_contact_id(self) -> int:
        """Past every contact's id, as of `position`."""
        return self._book.next_id

    @property
    def zone(self) -> ZoneInfo:
        """The account's time zone, as of `position`."""
        return ZoneInfo(self._rules[TIME_ZONE])

    @property
    def position(self) -> Position:
        """The last entry applied."""
        return self._position

    @property
    def rules(self) -> dict[str, str]:
        """The settings in force at `position`."""
        return dict(self._rules)

    def apply(
        self,
        entries: Run,
        outcomes: dict[Position, Outcome] | None = None,
        writing: Callable[[Position], object] = lambda _position: None,
    ) -> None:
        """Apply the entries that follow `position`, in order. On disk when it returns.

        What the commands came to is added to `outcomes`. `writing` hears, before the stores write,
        which position that will reach. When it raises, `position` tells which runs were applied;
        nothing of the others counts, and they can be applied again.
        """
        try:
            for run in _runs(entries):
                self._pass_time(run[0][0].requests[0].received_at)
                done = self._apply(run, writing)
                if outcomes is not None:
                    outcomes |= done
        except BaseException:
            self._restart()
            raise

    def _apply(self, run: Run, writing: Callable[[Position], object]) -> dict[Position, Outcome]:
        unknown = cast(UnknownAttributes, self._rules[UNKNOWN_ATTRIBUTES])
        draft = Draft(self._book, self._processes, self._objects, unknown, self._segments)
        watch = Watch(draft, self._now, self._position)
        entries = [entry for _, entries in run for entry in entries]
        with self._timed("load"):
            self._load(draft, entries)
        with self._timed("decide"):
            for entry in entries:
                _take(draft, entry, watch)
            watch.sweep()
        self._regroup(draft)
        with self._timed("segments"):
            follower, rosters = self._memberships.follow(draft, watch, self._position, self.zone)
        writing(run[-1][0].last)
        with self._timed("keep"):
            self._events.append(draft.rows)
        with self._timed("commit"):
            self._commit(draft, run[-1][0], watch.now, follower, rosters)
        self._unsure(follower.unsure)
        return draft.outcomes

    def _regroup(self, draft: Draft) -> None:
        """Have the event store show events as those of whom they are shown as now."""
        for contact_id in (*draft.regrouped, *draft.erased):
            self._shown_as.pop(contact_id, None)
            first = draft.book.shown_as(contact_id)
            if first != contact_id:
                self._shown_as[contact_id] = first
        if draft.regrouped or draft.erased:
            self._events.show_as(self._shown_as)

    def _pass_time(self, up_to: int) -> None:
        """Where very many timers are due, commit what they change before the next run."""
        for now, follower in self._memberships.pass_time(
            self._segments, up_to, self._position, self.zone
        ):
            self._directory.apply(
                Changes(
                    position=self._position,
                    received_at=now,
                    next_contact_id=self._book.next_id,
                    next_folder_id=self._book.lists.next_folder_id,
                    next_list_id=self._book.lists.next_list_id,
                    **self._followed(now, follower, {}),
                )
            )
            self._segments.settle()
            self._now = now
            self._unsure(follower.unsure)

    def _followed(
        self, now: int, follower: Follower, rosters: Mapping[int, Roster]
    ) -> dict[str, Any]:
        """The part of `Changes` that is about segments."""
        segments = self._segments
        return {
            "now": now,
            "next_segment_id": segments.next_id,
            "segments": [segments.segments[id_] for id_ in sorted(segments.changed)],
            "removed_segments": segments.removed,
            "found_timers": {id_: roster.timers for id_, roster in rosters.items()},
            "segment_members": follower.members,
            "segment_timers": follower.timers,
            "passages": follower.passages,
        }

    def _load(self, draft: Draft, entries: Sequence[Decoded]) -> None:
        """Fill the draft with every contact and record that the entries may touch."""
        book = draft.book
        if len(book.contacts) > MAX_BOOK or len(book.owners) > 2 * MAX_BOOK:
            book.forget()
        identifiers, ids = _contacts_of(entries)
        unknown = identifiers - book.owners.keys()
        if unknown:
            book.owners.update(dict.fromkeys(unknown))
            owners = self._directory.owners(unknown)
            book.owners.update(owners)
            ids.update(owners.values())
        missing = ids - book.contacts.keys()
        if missing:
            for own, bond in self._directory.merged(missing):
                book.bind(own, bond)
            missing -= book.contacts.keys()
            book.contacts.update(self._directory.contacts(missing))
        if draft.processes.has_imports:
            draft.keys = self._keys_of_erased(draft, entries)
        references = set(_references_of(entries, draft.objects))
        if references:
            draft.objects.load(self._directory.records(references))
        for position in _replayed(entries):
            draft.set_aside |= self._directory.verdicts(position, position)
        if any(isinstance(entry, Order | Remains) and _may_merge(entry) for entry in entries):
            owned = {owner for each in identifiers if (owner := book.owners[each]) is not None}
            draft.ages = self._directory.ages(ids | owned)
        keys = [key for entry in entries if isinstance(entry, Entry) for key in entry.repeat_keys]
        if keys:
            draft.known_repeats = self._directory.repeats(keys)

    def _keys_of_erased(self, draft: Draft, entries: Sequence[Decoded]) -> frozenset[bytes]:
        """Under which hashes whoever is to be erased is known; such an entry stands alone."""
        for entry in entries:
            if isinstance(entry, Order) and isinstance(entry.command, DeleteContact):
                contact = named(draft.book, entry.command.contact)
                group = [] if contact is None else draft.book.group(contact.id)
                return frozenset().union(*map(self._directory.keys_of, group))
        return frozenset()

    def _commit(
        self,
        draft: Draft,
        last: Record,
        now: int,
        follower: Follower,
        rosters: Mapping[int, Roster],
    ) -> None:
        book, lists, objects = draft.book, draft.book.lists, draft.objects
        received_at = last.requests[-1].received_at
        self._directory.apply(
            Changes(
                position=last.last,
                received_at=received_at,
                next_contact_id=book.next_id,
                next_folder_id=lists.next_folder_id,
                next_list_id=lists.next_list_id,
                sweeps=draft.sweeps,
                **_shown(book),
                removed_contacts=sorted(book.removed_contacts),
                freed_identifiers=book.freed_identifiers,
                identifiers=book.new_identifiers,
                memberships=book.memberships,
                history=book.history,
                definitions=[book.definitions[name] for name in sorted(book.changed_definitions)],
                removed_definitions=book.removed_definitions,
                folders=[lists.folders[id_] for id_ in sorted(lists.changed_folders)],
                removed_folders=lists.removed_folders,
                lists=[lists.lists[id_] for id_ in sorted(lists.changed_lists)],
                removed_lists=lists.removed_lists,
                processes=list(draft.processes.changed.values()),
                problems=draft.processes.problems,
                object_types=[objects.types[name] for name in sorted(objects.changed_types)],
                records=[objects.records[key] for key in sorted(objects.changed)],
                removed_records=sorted(objects.removed),
                associations=list(objects.associations),
                verdicts=draft.verdicts,
                repeats=list(draft.new_repeats.values()),
                forget_repeats_before=received_at - REPEAT_WINDOW,
                names=draft.names,
                notes=list(draft.notes.values()),
                settings=draft.settings,
                totals=draft.totals,
                **self._followed(now, follower, rosters),
                mentions=sorted(draft.mentions),
                introduced=book.introduced,
                erasures=[Erasure(id_, self._events_of(id_), draft.keys) for id_ in draft.erased],
                late_traces=draft.late,
            )
        )
        book.settle()
        draft.processes.settle()
        objects.settle()
        self._segments.settle()
        self._now = now
        if draft.sweeps:
            book.forget()
        self._rules |= draft.settings
        self._position = last.last
        if draft.regrouped or draft.erased:
            book.forget()
        for contact_id in (*draft.erased, *draft.late.values()):
            self._erased(contact_id)

    def _events_of(self, contact_id: ContactId) -> list[Position]:
        """Of a contact that was merged with nobody, or is not any more."""
        return self._events.positions([contact_id])

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self._observe(step, perf_counter() - start)


def _runs(entries: Run) -> Iterator[Run]:
    """The entries run by run: those with a sweeping command by themselves."""
    run: Run = []
    for record, own in entries:
        sweeping = any(map(_stands_alone, own))
        if run and sweeping:
            yield run
            run = []
        run.append((record, own))
        if sweeping:
            yield run
            run = []
    if run:
        yield run


def _contacts_of(entries: Iterable[Decoded]) -> tuple[set[Identifier], set[ContactId]]:
    """Whom the entries name, by identifiers and by ids."""
    identifiers: set[Identifier] = set()
    ids: set[ContactId] = set()
    for entry in entries:
        if isinstance(entry, Entry):
            if entry.event.contact_id is not None:
                ids.add(ContactId(entry.event.contact_id))
            identifiers.update(entry.event.identifiers)
        elif isinstance(entry, Order):
            for name in touched(entry.command):
                if name.kind:
                    identifiers.add(Identifier(name.kind, name.value))
                ids.add(ContactId(name.contact_id))
        if isinstance(entry, Order | Remains):
            ids.update(ContactId(id_) for one in _merges_of(entry) for id_ in (one.kept, one.gone))
        if isinstance(entry, Remains) and entry.erased.removes:
            ids.add(ContactId(entry.erased.contact_id))
    return identifiers, ids


def _replayed(entries: Iterable[Decoded]) -> Iterator[Position]:
    """What the entries replay."""
    for entry in entries:
        if isinstance(entry, Entry | Remains) and entry.replays is not None:
            yield Position(entry.replays.position)


def _merges_of(entry: Order | Remains) -> tuple[Merge, ...]:
    """What the entry merged when there was more of it."""
    return entry.merges if isinstance(entry, Order) else entry.erased.merges


def _may_merge(entry: Order | Remains) -> bool:
    """Whether the entry may show contacts as one."""
    return bool(_merges_of(entry)) or (isinstance(entry, Order) and entry.sweeps)


def _references_of(entries: Iterable[Decoded], objects: Objects) -> Iterator[Reference]:
    """The records of objects that the entries name, as far as there can be any."""
    for entry in entries:
        if isinstance(entry, Entry):
            event = entry.event
            if event.object_type in objects.types:
                yield reference_of(event.object_type, event.object_identifiers)
        elif isinstance(entry, Order):
            yield from records_touched(entry.command)


def _shown(book: ContactBook) -> dict[str, Any]:
    """The part of `Changes` that is about contacts: what is shown, and merged ones each by itself.

    Who was merged is written when any of its group changed.
    """
    changed = sorted(set(map(book.shown_as, book.changed_contacts | book.changed_bonds)))
    return {
        "contacts": [contact for id_ in changed if (contact := book.shown(id_)) is not None],
        "hidden_contacts": sorted(book.hidden_contacts),
        "shown_again": sorted(book.shown_again),
        "members": [(book.contacts[id_], book.bonds[id_]) for id_ in sorted(book.changed_bonds)],
        "removed_members": sorted(book.removed_bonds),
        "merges": book.merges,
        "undone_merges": book.undone_merges,
    }


def _stands_alone(entry: Decoded) -> bool:
    """Whether a run has nothing else: the rules hold for a whole run."""
    if isinstance(entry, Remains):
        return bool(entry.erased.merges) or entry.erased.removes
    return isinstance(entry, dict) or (
        isinstance(entry, Order) and (entry.sweeps or bool(entry.merges))
    )


def _take(draft: Draft, entry: Decoded, watch: Watch) -> None:
    match entry:
        case Entry():
            watch.come(entry.position, entry.received_at)
            decide(draft, entry)
            watch.look(entry.position)
        case Order():
            watch.come(entry.position, entry.received_at)
            obey(draft, entry)
            watch.look(entry.position)
        case Remains():
            watch.come(entry.position, entry.received_at)
            repeat_effects(draft, entry)
            watch.pass_over(entry.position)
        case Verdict():
            draft.conclude(entry)
        case dict():
            draft.settings.update(entry)
            draft.unknown = cast(
                UnknownAttributes, draft.settings.get(UNKNOWN_ATTRIBUTES, draft.unknown)
            )
            if TIME_ZONE in entry:
                draft.segments.recompute(sorted(draft.segments.segments))
            draft.totals["settings"] += 1
