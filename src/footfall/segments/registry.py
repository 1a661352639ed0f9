"""The account's segments, and which of them a change of a contact concerns. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from footfall.contacts import Change, Contact, ContactId
from footfall.segments.changes import next_change
from footfall.segments.concerns import Concerns, concerns, evaluation_order
from footfall.segments.definition import Definition
from footfall.segments.directions import Way, of_time
from footfall.segments.evaluation import Context, Subject, evaluate, holds
from footfall.segments.ready import ready
from footfall.segments.tallies import Dates, Tallies

State = Literal["computing", "live"]

MAX_SEGMENTS: Final = 1_000
"""Of an account."""
MAX_NAME: Final = 255
"""Characters of a segment's name, and of its category."""

_NOBODY: Final = Contact(
    id=ContactId(0), created_at=0, modified_at=0, identifiers={}, attributes={}
)


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A named condition over contacts. Moments are nanoseconds since the epoch."""

    id: int
    name: str
    category: str = ""
    definition: Definition
    former: Definition | None = None
    """By which the members of before were found, while those of another definition are."""
    state: State
    """live: its members are exactly those whom the definition finds. computing: they are being
    found; until then the members are those of before."""
    revision: int
    """Grows whenever the members must be found anew."""
    created_at: int
    updated_at: int
    """When name, category or definition changed last."""
    size: int = 0
    """How many members it has."""


class Segments:
    """All segments, and what a run of entries changed of them."""

    def __init__(self, segments: Iterable[Segment] = (), next_id: int = 1) -> None:
        self.segments = {segment.id: segment for segment in segments}
        self.next_id = next_id
        self.changed: set[int] = set()
        self.removed: set[int] = set()

    def settle(self) -> None:
        """Forget what changed, once it is committed."""
        self.changed.clear()
        self.removed.clear()

    def create(self, name: str, category: str, definition: Definition, now: int) -> Segment:
        """A new segment whose members are yet to be found; ids are never used twice."""
        segment = Segment(
            id=self.next_id,
            name=name,
            category=category,
            definition=definition,
            state="computing",
            revision=1,
            created_at=now,
            updated_at=now,
        )
        self.next_id += 1
        self._put(segment)
        self._reindex()
        return segment

    def change(
        self, segment: Segment, name: str, category: str, definition: Definition, now: int
    ) -> None:
        """The segment is called so from now on; its members are found anew if it means another."""
        anew = definition != segment.definition
        former = segment.definition if segment.state == "live" and anew else segment.former
        changed = msgspec.structs.replace(
            segment,
            name=name,
            category=category,
            definition=definition,
            former=None if former == definition else former,
            updated_at=now,
        )
        self._put(changed)
        if anew:
            self._reindex()
            self.recompute([segment.id])

    def recompute(self, ids: Iterable[int]) -> None:
        """The members of these must be found anew."""
        for id_ in ids:
            segment = self.segments[id_]
            self._put(
                msgspec.structs.replace(segment, state="computing", revision=segment.revision + 1)
            )

    def activate(self, id_: int) -> None:
        """The members are found."""
        self._put(msgspec.structs.replace(self.segments[id_], former=None, state="live"))

    def grow(self, id_: int, by: int) -> None:
        """Count contacts that entered or left."""
        segment = self.segments[id_]
        self._put(msgspec.structs.replace(segment, size=segment.size + by))

    def remove(self, id_: int) -> None:
        """The segment is gone; no other may mention it."""
        del self.segments[id_]
        self.changed.discard(id_)
        self.removed.add(id_)
        self._reindex()

    def holds(self, id_: int, subject: Subject, dates: Dates) -> bool:
        """Whether the subject is in. Where the definition is ready the dates are asked, and else
        the subject's past."""
        ready = self.index.ready[id_]
        if ready is not None:
            return ready.holds(subject, dates)
        return holds(self.segments[id_].definition.condition, subject)

    def look(self, id_: int, subject: Subject, dates: Dates) -> tuple[bool, int | None]:
        """Whether the subject is in, and when time alone may change that; see `holds`."""
        index, ready = self.index, self.index.ready[id_]
        if ready is not None:
            is_in = ready.holds(subject, dates)
            return is_in, ready.next_change(subject, dates, is_in=is_in)
        definition = self.segments[id_].definition
        is_in = holds(definition.condition, subject)
        past, now = subject.past, subject.frame.now
        if not index.concerns[id_].time:
            return is_in, None
        if not index.may_time_move(id_, is_in=is_in) and past.is_over(now):
            return is_in, None
        return is_in, next_change(
            definition, subject.contact, past, now, subject.context, current=is_in
        )

    def _put(self, segment: Segment) -> None:
        self.segments[segment.id] = segment
        self.changed.add(segment.id)

    def _reindex(self) -> None:
        self.__dict__.pop("index", None)

    @cached_property
    def index(self) -> Index:
        """What the definitions mention, as they are now."""
        return Index({id_: one.definition for id_, one in self.segments.items()})


class Index:
    """Which segments a change concerns, and in which order they are to be evaluated."""

    def __init__(self, definitions: Mapping[int, Definition]) -> None:
        self.concerns: dict[int, Concerns] = {
            id_: concerns(definition) for id_, definition in definitions.items()
        }
        by_event: defaultdict[str, set[int]] = defaultdict(set)
        self.by_list: defaultdict[int, set[int]] = defaultdict(set)
        self.by_attribute: defaultdict[str, set[int]] = defaultdict(set)
        self._by_identifier: defaultdict[str, set[int]] = defaultdict(set)
        self.dependents: defaultdict[int, set[int]] = defaultdict(set)
        """The segments that mention a segment."""
        self.by_any_change: set[int] = set()
        """Those that ask when the contact changed, or came into being."""
        self._by_creation: set[int] = set()
        for id_, what in self.concerns.items():
            for index, mentioned in (
                (by_event, what.events),
                (self.by_attribute, what.attributes),
                (self._by_identifier, what.identifiers),
            ):
                for name in mentioned:
                    index[name].add(id_)
            for list_id in what.lists:
                self.by_list[list_id].add(id_)
            for segment_id in what.segments:
                self.dependents[segment_id].add(id_)
            if what.change_times:
                self.by_any_change.add(id_)
            if _may_hold_of_nobody(definitions[id_], what):
                self._by_creation.add(id_)
        self.by_event = {name: frozenset(ids) for name, ids in by_event.items()}
        time = {id_: of_time(one.condition) for id_, one in definitions.items()}
        self._time_lets_in = {id_ for id_, way in time.items() if way & Way.IN}
        self._time_lets_out = {id_ for id_, way in time.items() if way & Way.OUT}
        order = evaluation_order({id_: what.segments for id_, what in self.concerns.items()})
        self.rank: dict[int, int] = {id_: rank for rank, id_ in enumerate(order)}
        """A segment comes after those that it mentions."""
        self._make_ready(definitions, order)

    def _make_ready(self, definitions: Mapping[int, Definition], order: Sequence[int]) -> None:
        self.tallies = Tallies()
        """What definitions made ready count."""
        self.ready = {id_: ready(one, self.tallies) for id_, one in definitions.items()}
        """Definitions of the usual kinds, made ready; None for others."""
        self.counting: list[list[tuple[int, bool, bool]]] = [[] for _ in range(len(self.tallies))]
        """By tally: the ready definitions that ask for it, and whether one more event may let in,
        and out."""
        self.plain_by_event: defaultdict[str, set[int]] = defaultdict(set)
        """By event: those that mention it and are not ready."""
        for id_, one in self.ready.items():
            if one is None:
                for name in self.concerns[id_].events:
                    self.plain_by_event[name].add(id_)
            else:
                for tally, way in one.ways.items():
                    self.counting[tally].append((id_, Way.IN in way, Way.OUT in way))
        self.reading = self.tallies.filtered.union(self.plain_by_event)
        """The events of which some definition wants to know more than when they happened."""
        self._asked: dict[int, frozenset[str]] = {}
        for id_ in reversed(order):
            own = self.concerns[id_].events if self.ready[id_] is None else frozenset[str]()
            self._asked[id_] = own.union(*(self._asked[one] for one in self.dependents[id_]))
        self.asking = frozenset(id_ for id_, names in self._asked.items() if names)
        """Those of which a change may have a definition asked that is not ready."""

    def may_time_move(self, id_: int, *, is_in: bool) -> bool:
        """Whether time alone can move somebody out who is in, or in who is out, as long as none of
        its events lies in the future."""
        return id_ in (self._time_lets_out if is_in else self._time_lets_in)

    def of_creation(self) -> Set[int]:
        """Those that a contact may enter by coming into being, whatever it has."""
        return self._by_creation

    def of_changes(self, changes: Iterable[Change]) -> set[int]:
        """Those that changes of one contact concern."""
        found = set(self.by_any_change)
        for change in changes:
            match change.what:
                case "attribute":
                    found |= self.by_attribute.get(change.name, set())
                case "identifier":
                    found |= self._by_identifier.get(change.name, set())
                case "list":
                    found |= self.by_list.get(int(change.name), set())
                case _:
                    pass
        return found

    def asked(self, ids: Iterable[int]) -> frozenset[str]:
        """The events that definitions which are not ready mention, of these and of those that
        mention them in turn."""
        return frozenset().union(*(self._asked[id_] for id_ in ids))


def _may_hold_of_nobody(definition: Definition, what: Concerns) -> bool:
    """Whether a contact without anything may be in the segment. Time makes no difference to it."""
    if what.change_times or "contact_id" in what.identifiers:
        return True
    return evaluate(definition, _NOBODY, (), 0, Context(zone=ZoneInfo("UTC")))
