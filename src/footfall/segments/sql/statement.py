"""One ClickHouse statement for a definition: for which contacts each condition on events differs.

A contact without events has a value for every condition (it did nothing, it has none of something).
The statement answers with rows of a condition's number and a contact, for every contact for which
the condition comes out the other way. All other contacts need not be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple, assert_never
from zoneinfo import ZoneInfo

from footfall.segments.aggregates import compute, meets
from footfall.segments.definition import (
    Aggregate,
    Definition,
    Did,
    DidNot,
    EventCondition,
    Filters,
    Followed,
    Names,
    NotFollowed,
    SingleCondition,
    Step,
    names,
    numbered,
)
from footfall.segments.evaluation import length
from footfall.segments.sql.amounts import amount
from footfall.segments.sql.binding import MICROSECOND, Binding, Bounds, Parameter
from footfall.segments.sql.filters import COUNTS, admits, conjunction, within
from footfall.segments.windows import Window

DOUBT: Final = 65_535
"""Stands in a row for the condition's number where the statement can't decide on that contact."""

DOUBTFUL_NUMBERS: Final = (
    r"[:,\[][ \t\r\n]*(?:[0-9]{20}|-[0-9]{19}|-?[0-9]*\.[0-9]{60}|-?[0-9]{11,}(?:\.[0-9]+)?[eE]"
    r"|-?[0-9]+(?:\.[0-9]+)?[eE][+-]?0*[1-9][0-9])"
)
"""Finds numbers that ClickHouse may read otherwise than they are: integers of more than 64 bits,
with which it reads nothing of the whole text, and those that it writes with an exponent."""


class Source(NamedTuple):
    """Where a statement finds what. The names of columns are those of the event store."""

    table: str = "events"
    bounds: str = "segment_bounds"
    """Rows of a slot, a contact_id and the columns of `Bounds`: what `slot_rows` makes."""
    doubtful: str = ""
    """An expression that is true for events that match `DOUBTFUL_NUMBERS`; empty: match them."""


class Statement(NamedTuple):
    """What to ask of the event store. Rows: condition (UInt16), contact_id (UInt64)."""

    text: str
    parameters: dict[str, Parameter]
    slots: tuple[Window, ...]
    """Windows that differ by contact. Where there are any, `Source.bounds` must have their rows."""


def statement(
    definition: Definition,
    now: int,
    zone: ZoneInfo,
    source: Source = Source(),  # noqa: B008 - it cannot be changed
    contacts: Sequence[int] | None = None,
    up_to: int | None = None,
) -> Statement | None:
    """The statement for all contacts, or for those, and for all events, or for those up to a
    position; None where no condition is about events.

    Rows with `DOUBT` name contacts with events whose properties ClickHouse can't read exactly;
    those are to be evaluated one by one. A pair may be answered more than once.
    """
    writer = _Writer(Binding(now, zone), source, now, contacts, up_to)
    parts = [
        writer.part(number, condition)
        for number, condition in enumerate(numbered(definition))
        if isinstance(condition, EventCondition)
    ]
    if not parts:
        return None
    doubts = writer.doubts(numbered(definition))
    if doubts:
        parts.append(doubts)
    text = (
        f"SELECT condition, contact_id FROM ({' UNION ALL '.join(parts)})"  # noqa: S608
        " SETTINGS join_use_nulls = 0, precise_float_parsing = 1"
    )
    binding = writer.binding
    return Statement(text, binding.parameters, tuple(binding.slots))


def holds_on_nothing(condition: SingleCondition) -> bool:
    """What the condition comes to for a contact without events; False for others than events'."""
    match condition:
        case Did(count=count):
            return count.admits(0)
        case DidNot():
            return True
        case Aggregate(function=function, comparison=comparison):
            return meets(compute(function, (), "received"), comparison)
        case _:
            return False


class _Writer:
    def __init__(
        self,
        binding: Binding,
        source: Source,
        now: int,
        contacts: Sequence[int] | None,
        up_to: int | None,
    ) -> None:
        self.binding = binding
        self._source = source
        self._now = now
        self._of = [] if contacts is None else [self._contacts(contacts)]
        if up_to is not None:
            self._of.append(f"position <= {binding.whole(up_to)}")

    def _contacts(self, contacts: Sequence[int]) -> str:
        return f"contact_id IN {self.binding.value(tuple(contacts), 'Array(UInt64)')}"

    def part(self, number: int, condition: EventCondition) -> str:
        """The contacts for which the condition differs from what it is without events."""
        return f"SELECT toUInt16({number}) AS condition, contact_id {self._rest(condition)}"

    def doubts(self, conditions: Sequence[SingleCondition]) -> str:
        """The contacts on which the statement can't decide; empty where there are none.

        They have an unreadable event among those that a condition looks into.
        """
        looked_into = list(dict.fromkeys(chain.from_iterable(map(self._looked_into, conditions))))
        if not looked_into:
            return ""
        form = self.binding.text(DOUBTFUL_NUMBERS)
        doubtful = self._source.doubtful or f"match(properties, {form})"
        rows = self._rows([f"({' OR '.join(looked_into)})", doubtful])
        return f"SELECT DISTINCT toUInt16({DOUBT}) AS condition, contact_id {rows}"

    def _looked_into(self, condition: SingleCondition) -> Iterator[str]:
        """Which events' properties the condition looks into."""
        match condition:
            case Did(event, where) if where and condition.occurrence != "any":
                yield self._named(event)
            case Did(event, where, when) | DidNot(event, where, when) if where:
                yield conjunction([self._named(event), self._lies(when)])
            case Aggregate(event=event, when=when):
                yield conjunction([self._named(event), self._lies(when)])
            case Followed(first, then) | NotFollowed(first, then):
                yield from (self._named(one.event) for one in (first, then) if one.where)
            case _:
                return

    def _rest(self, condition: EventCondition) -> str:
        match condition:
            case Did() if condition.occurrence != "any":
                return self._picked(condition)
            case Did(event, where, when, count):
                rows = self._rows(self._counting(event, where, when))
                wanted = f"count() {COUNTS[count.operator]} {self.binding.whole(count.value)}"
                return _differing(rows, wanted, not count.admits(0))
            case DidNot(event, where, when):
                rows = self._rows(self._counting(event, where, when))
                return f"{rows} GROUP BY contact_id"
            case Aggregate(event=event, where=where, when=when):
                rows = self._rows(self._counting(event, where, when))
                found, together, wanted = amount(condition, self.binding)
                values = f"SELECT contact_id, {found} AS found {rows}"
                grouped = f"({values}) GROUP BY contact_id"
                amounts = f"SELECT contact_id, {together} FROM {grouped}"  # noqa: S608 - see above
                differs = f"NOT ({wanted})" if holds_on_nothing(condition) else wanted
                return f"FROM ({amounts}) WHERE {differs}"
            case Followed() | NotFollowed():
                return self._sequence(condition)
            case _:
                assert_never(condition)

    def _named(self, event: Names) -> str:
        listed = names(event)
        if len(listed) == 1:
            return f"name = {self.binding.text(listed[0])}"
        return f"name IN {self.binding.texts(listed)}"

    def _lies(self, when: Window) -> str:
        return within("event_date", "nanos", self.binding.edges(when))

    def _counting(self, event: Names, where: Filters, when: Window) -> list[str]:
        return [self._named(event), self._lies(when), self._admits(where)]

    def _admits(self, where: Filters) -> str:
        return admits(where, self.binding) if where else ""

    def _rows(self, conditions: list[str], *, also: str = "") -> str:
        """FROM and WHERE, with the slots that the conditions (or `also`) make use of."""
        used = conjunction([*conditions, *self._of])
        joins = "".join(
            self._slot(slot)
            for slot in range(len(self.binding.slots))
            if f"slot{slot}_" in used + also
        )
        return f"FROM {self._source.table}{joins} WHERE {used}"

    def _slot(self, slot: int) -> str:
        columns = ", ".join(f"{name} AS slot{slot}_{name}" for name in Bounds._fields)
        # A contact without a row gets zeros, which bound nothing.
        return (
            f" LEFT JOIN (SELECT contact_id AS slot{slot}_contact, {columns}"  # noqa: S608
            f" FROM {self._source.bounds} WHERE slot = {slot}) AS slot{slot}"
            f" ON contact_id = slot{slot}_contact"
        )

    def _picked(self, condition: Did) -> str:
        """Only the first or last event of the names may count."""
        counts = conjunction(self._counting(*_asked(condition))[1:])
        pick = "argMin" if condition.occurrence == "first" else "argMax"
        rows = self._rows([self._named(condition.event)], also=counts)
        return (
            f"{rows} GROUP BY contact_id"
            f" HAVING {pick}(toUInt8({counts}), (event_date, nanos, position)) = 1"
        )

    def _sequence(self, condition: Followed | NotFollowed) -> str:
        """Going back in time, so that the follower seen last is the nearest one."""
        first, then = condition.first, condition.then
        is_named = self._named(first.event)
        is_first = conjunction(self._counting(*_asked(first)))
        is_then = conjunction([self._named(then.event), self._admits(then.where)])
        rows = self._rows(
            [self._named(tuple(sorted({*names(first.event), *names(then.event)})))],
            also=is_first + is_then,
        )
        earlier = "PARTITION BY contact_id ORDER BY event_date DESC, nanos DESC, position DESC"
        followers = (
            f"SELECT contact_id, event_date, nanos, {is_named} AS is_named, {is_first} AS is_first,"
            f" {is_then} AS is_then, sum(is_then) OVER later AS followers,"
            f" min(if(is_then, (event_date, nanos), (9223372036854775807, 0))) OVER later AS next,"
            f" sum(is_named) OVER later AS named_later,"
            f" sum(is_named) OVER (PARTITION BY contact_id) AS named"
            f" {rows} WINDOW later AS"
            f" ({earlier} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        )
        wanted = ["is_first", *_PICKS[first.occurrence], self._follows(condition)]
        return f"FROM ({followers}) WHERE {conjunction(wanted)} GROUP BY contact_id"

    def _follows(self, condition: Followed | NotFollowed) -> str:
        within = condition.within
        comes = ["followers > 0"]
        if within is not None:
            longest = self.binding.whole(length(within) // MICROSECOND)
            gone = "next.1 - event_date"
            comes.append(f"({gone} < {longest} OR ({gone} = {longest} AND next.2 < nanos))")
        follows = conjunction(comes)
        if isinstance(condition, Followed):
            return follows
        if within is None:
            return f"NOT {follows}"
        last, last_nanos = self.binding.moment(self._now - length(within))
        over = f"(event_date < {last} OR (event_date = {last} AND nanos <= {last_nanos}))"
        return f"{over} AND NOT {follows}"


_PICKS: Final[dict[str, list[str]]] = {
    "any": [],
    "first": ["named_later = named - 1"],
    "last": ["named_later = 0"],
}


def _asked(step: Did | Step) -> tuple[Names, Filters, Window]:
    return step.event, step.where, step.when


def _differing(rows: str, wanted: str, otherwise: bool) -> str:
    """Contacts among the rows for which `wanted` is as `otherwise` says."""
    having = wanted if otherwise else f"NOT ({wanted})"
    return f"{rows} GROUP BY contact_id HAVING {having}"
