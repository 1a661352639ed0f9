"""What to do with one event: the pure middle of the pipeline.

`decide` takes the event in journal order and answers with its verdict; what it changes, it changes
in the `Draft` of the run under way, which the pipeline then commits whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, cast

import msgspec

from footfall.bonds import Merge
from footfall.catalogue import Note
from footfall.contact_updates import (
    add_identifiers,
    find,
    reintroduce,
    unknown_attributes,
    update_attributes,
)
from footfall.contacts import ContactBook, ContactId, Remark, UnknownAttributes
from footfall.engine.outcomes import Outcome
from footfall.events import Event
from footfall.instants import DAY
from footfall.mentions import CONTACT_ID, Mention, key_of
from footfall.objects import Objects, identifiers_of, reference_of
from footfall.ports import EventRow, NameVolume, Repeat, Sweep
from footfall.processes import Processes, RowProblem
from footfall.records import Erased, Position, Replay
from footfall.segments.registry import Segments
from footfall.verdicts import Reason, Verdict

REPEAT_WINDOW: Final = 7 * DAY
"""How long a caller's own id of an event is remembered, by times of receipt."""

FORGOTTEN: Final = "forgotten"
"""What the entries of forgotten requests count as in the directory's totals."""

MAX_NAMED: Final = 10
"""Names that one message lists."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One journaled event with what its request says of it."""

    position: Position
    received_at: int
    event: Event
    repeat_keys: tuple[bytes, ...] = ()
    """Its caller's own ids, hashed: a repeat of any of them is the same event."""
    replays: Replay | None = None
    is_forgotten: bool = False
    """What it did to contacts is all that is left of it."""


class Remains(msgspec.Struct, frozen=True, gc=False):
    """What is left of one journaled entry that was erased."""

    position: Position
    received_at: int
    is_event: bool
    erased: Erased
    replays: Replay | None = None
    is_forgotten: bool = False


class Draft:
    """Everything that a run changes, until it is committed."""

    def __init__(
        self,
        book: ContactBook,
        processes: Processes,
        objects: Objects,
        unknown: UnknownAttributes,
        segments: Segments,
    ) -> None:
        self.book = book
        self.processes = processes
        self.objects = objects
        self.unknown = unknown
        self.segments = segments
        self.activated: set[int] = set()
        """Segments whose members were found; a run that has one has nothing else."""
        self.known_repeats: dict[bytes, Repeat] = {}
        self.new_repeats: dict[bytes, Repeat] = {}
        self.rows: list[EventRow] = []
        self.verdicts: list[Verdict] = []
        self.names: dict[str, NameVolume] = {}
        self.notes: dict[tuple[str, str], Note] = {}
        self.totals: Counter[str] = Counter()
        self.settings: dict[str, str] = {}
        self.sweeps: list[Sweep] = []
        self.mentions: set[Mention] = set()
        self.erased: list[ContactId] = []
        """The contacts that the run's only command erased: all that were shown as one."""
        self.keys: frozenset[bytes] = frozenset()
        """The hashes under which those are known, where rows of an import may still name them."""
        self.set_aside: dict[Position, Verdict] = {}
        """Those of the run, and those that the run replays."""
        self.late: dict[Position, ContactId] = {}
        """Rows of imports that name somebody who was erased before."""
        self.ages: dict[ContactId, dict[str, int]] = {}
        """Of contacts that the run's only command may merge, see `bonds.Bond`."""
        self.regrouped: set[ContactId] = set()
        """Everybody whose group the run's only command changed."""
        self.outcomes: dict[Position, Outcome] = {}
        """Of the run's commands."""

    def mention(self, position: Position, kind: str, value: str | int, *, whole: bool) -> None:
        """Note whom the entry names, see `mentions`."""
        self.mentions.add(Mention(position, key_of(kind, value), whole))

    def conclude(self, verdict: Verdict, total: str = "") -> None:
        """Note the verdict of an entry; exactly one each. Count it by its verdict or as `total`."""
        self.totals[total or verdict.verdict] += 1
        if verdict.verdict == "set_aside":
            self.set_aside[verdict.position] = verdict
        if not verdict.is_plain:
            self.verdicts.append(verdict)


def repeat_keys(event: Event, idempotency_key: str, index: int) -> tuple[bytes, ...]:
    """The hashed ids under which its repeats are known; none where its caller gave none."""
    if not idempotency_key and not event.event_id:
        return ()
    named = []
    if idempotency_key:
        named.append(f"request {index} {idempotency_key}")
    if event.event_id:
        named.append(f"event {event.event_id}")
    return tuple(blake2b(name.encode(), digest_size=16).digest() for name in named)


def decide(draft: Draft, entry: Entry) -> None:
    """Apply one event to the draft: duplicate, set aside, or applied to a contact."""
    event, book, now = entry.event, draft.book, entry.received_at
    book.begin(entry.position, "event")
    if entry.replays is not None and not _take_up(draft, entry.position, entry.replays):
        _repeats(draft, entry, Position(entry.replays.position))
        return
    if entry.repeat_keys:
        original = _original(draft, entry)
        if original is not None:
            _repeats(draft, entry, original)
            return
    if draft.unknown == "refuse" and (names := unknown_attributes(book, event.contact_properties)):
        message = f"no such attribute: {', '.join(names[:MAX_NAMED])}"
        _set_aside(draft, entry, "unknown_attribute", message)
        return
    contact = find(book, event.contact_id, event.identifiers)
    if contact is None:
        if event.contact_id is not None:
            message = f"there is no contact {event.contact_id}"
            _set_aside(draft, entry, "unknown_contact_id", message)
            return
        contact = book.create(now)
    remarks = _unknown_fields(event) if event.unknown_fields else []
    remarks += add_identifiers(book, contact, event.identifiers, now)
    if event.contact_properties:
        remarks += update_attributes(book, contact, event.contact_properties, draft.unknown, now)
    if entry.is_forgotten:
        # The event store does not know it, so this is how an erasure of the contact finds it.
        draft.mention(entry.position, CONTACT_ID, contact.id, whole=True)
    else:
        remarks += _keep(draft, entry, contact.id)
    if not remarks and not entry.is_forgotten:
        if contact.id in book.bonds:
            _mention_others(draft, entry, contact.id)
        draft.totals["applied"] += 1
        return
    _mention_others(draft, entry, contact.id)
    draft.conclude(
        Verdict(
            position=entry.position,
            verdict="applied",
            contact_id=contact.id,
            remarks=tuple(remarks),
        ),
        _total(entry),
    )


def _keep(draft: Draft, entry: Entry, contact_id: ContactId) -> list[Remark]:
    """Have the event store keep the event, and count its name; what is to be said of it."""
    event, remarks = entry.event, []
    _count_name(draft, event.name, entry.received_at)
    identifiers = event.object_identifiers
    if event.object_type in draft.objects.types and identifiers:
        record = draft.objects.find(reference_of(event.object_type, identifiers))
        if record is None:
            remarks.append(_unknown_record(event))
        else:
            identifiers = identifiers_of(record)
    draft.rows.append(_row(entry, contact_id, identifiers))
    return remarks


def _total(entry: Entry | Remains) -> str:
    """What the entry counts as; empty for its verdict."""
    return FORGOTTEN if entry.is_forgotten else ""


def _take_up(draft: Draft, position: Position, replays: Replay) -> bool:
    """Have what was set aside tell where it is replayed; False where it was replayed already."""
    original = draft.set_aside.get(Position(replays.position))
    if original is None or original.verdict != "set_aside" or original.replayed_as is not None:
        return False
    replayed = msgspec.structs.replace(original, replayed_as=position)
    draft.set_aside[original.position] = replayed
    draft.verdicts.append(replayed)
    return True


def repeat_effects(draft: Draft, remains: Remains) -> None:
    """Change what the erased entry changed of all that is not its contact."""
    erased, now, book = remains.erased, remains.received_at, draft.book
    book.begin(remains.position, "event")
    for definition in erased.introduced:
        reintroduce(book, definition)
    if erased.creates:
        book.create(now)
    if erased.removes:
        draft.regrouped |= set(book.remove_group(ContactId(erased.contact_id)))
        draft.processes.remember(erased.keys, erased.contact_id)
    for key in erased.repeat_keys:
        draft.new_repeats[key] = Repeat(key, remains.position, now)
    merge_again(draft, erased.merges, now)
    if remains.replays is not None and erased.verdict != "duplicate":
        _take_up(draft, remains.position, remains.replays)
    if erased.name:
        _count_name(draft, erased.name, now)
    if erased.row:
        _count_row(draft, erased)
    verdict = Verdict(
        position=remains.position,
        verdict=erased.verdict,
        duplicate_of=Position(erased.duplicate_of) if erased.duplicate_of else None,
        reason=cast(Reason, erased.reason),
    )
    is_command = not remains.is_event and erased.verdict == "applied"
    draft.conclude(verdict, "command" if is_command else _total(remains))


def merge_again(draft: Draft, merges: Iterable[Merge], now: int) -> None:
    """What an entry merged that is not there any more."""
    for one in merges:
        merge(draft, now, ContactId(one.kept), ContactId(one.gone))


def merge(draft: Draft, now: int, one: ContactId, other: ContactId) -> ContactId:
    """Show both as one, if they are not yet; under which number."""
    book = draft.book
    kept, gone = sorted((book.shown_as(one), book.shown_as(other)))
    if kept != gone:
        draft.regrouped |= {*book.group(kept), *book.group(gone)}
        book.merge(kept, gone, now, draft.ages)
    return kept


def _count_row(draft: Draft, erased: Erased) -> None:
    """Count the erased row of an import as it was counted."""
    process = draft.processes.active[erased.process_id]
    is_refused = erased.verdict == "refused"
    draft.processes.put(
        msgspec.structs.replace(
            process,
            done=erased.row,
            created=process.created + erased.creates,
            updated=process.updated + (not erased.creates and not is_refused),
            refused=process.refused + is_refused,
        )
    )
    noted = erased.problem or ((erased.reason, "", "") if is_refused else None)
    if noted is not None:
        code, field, message = noted
        problem = RowProblem(
            process_id=process.id,
            row=erased.row,
            refused=is_refused,
            code=code,
            field=field,
            message=message,
        )
        draft.processes.note(problem)


def _mention_others(draft: Draft, entry: Entry, own: ContactId) -> None:
    """The event was applied to one contact; identifiers of others go with those."""
    for identifier in entry.event.identifiers:
        if draft.book.owners.get(identifier) != own:
            draft.mention(entry.position, identifier.kind, identifier.value, whole=False)


def _mention_all(draft: Draft, entry: Entry) -> None:
    """The event was not applied: it goes with whomever it names."""
    if entry.event.contact_id is not None:
        draft.mention(entry.position, CONTACT_ID, entry.event.contact_id, whole=True)
    for identifier in entry.event.identifiers:
        draft.mention(entry.position, identifier.kind, identifier.value, whole=True)


def _original(draft: Draft, entry: Entry) -> Position | None:
    """The event of which this is a repeat; where there is none, this one is noted as the first."""
    for key in entry.repeat_keys:
        earlier = draft.new_repeats.get(key) or draft.known_repeats.get(key)
        if earlier and entry.received_at - earlier.received_at <= REPEAT_WINDOW:
            return earlier.position
    for key in entry.repeat_keys:
        draft.new_repeats[key] = Repeat(key, entry.position, entry.received_at)
    return None


def _repeats(draft: Draft, entry: Entry, original: Position) -> None:
    _mention_all(draft, entry)
    verdict = Verdict(position=entry.position, verdict="duplicate", duplicate_of=original)
    draft.conclude(verdict, _total(entry))


def _set_aside(draft: Draft, entry: Entry, reason: Reason, message: str) -> None:
    _mention_all(draft, entry)
    verdict = Verdict(position=entry.position, verdict="set_aside", reason=reason, message=message)
    draft.conclude(verdict, _total(entry))


def _unknown_fields(event: Event) -> list[Remark]:
    return [
        Remark("unknown_field_ignored", field, f"{field} is no field of an event and was ignored")
        for field in event.unknown_fields
    ]


def _count_name(draft: Draft, name: str, now: int) -> None:
    volume = draft.names.get(name)
    if volume is None:
        draft.names[name] = NameVolume(1, now, now)
    else:
        volume.count += 1
        if now > volume.last_seen:
            volume.last_seen = now
        elif now < volume.first_seen:
            volume.first_seen = now


def _unknown_record(event: Event) -> Remark:
    name = event.object_identifiers.get("id") or event.object_identifiers.get("ext_id", "")
    message = f"there is no record {name} of type {event.object_type}; it is kept as it was sent"
    return Remark("object_unknown", "object", message)


def _date(entry: Entry) -> int:
    if entry.event.date is not None:
        return entry.event.date
    return entry.received_at if entry.replays is None else entry.replays.received_at


def _row(entry: Entry, contact_id: ContactId, identifiers: dict[str, str]) -> EventRow:
    event = entry.event
    return EventRow(
        entry.position,
        entry.received_at,
        _date(entry),
        event.name,
        contact_id,
        event.object_type,
        msgspec.json.encode(identifiers).decode() if identifiers else "{}",
        event.contact_properties_text,
        event.properties_text,
    )
