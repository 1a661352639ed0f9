"""A query for events as conditions in SQL, with the values that are bound to them."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from footfall.backends.chdb.connection import Parameter
from footfall.ports import Cursor, EventQuery
from footfall.searching import Search
from footfall.segments.sql.binding import Binding
from footfall.segments.sql.filters import admits

MICROSECOND: Final = 1_000

_TEXTS: Final = "lower(concat(properties, ' ', contact_properties, ' ', object_identifiers))"
"""All that callers say of an event, in the very words of the index over it."""
_PAIRS: Final = r"splitByChar(',', translate(properties, '{}[] \n\t\r', ',,,,'))"
"""Keys with their values, and elements of lists, as JSON without blanks writes them; likewise."""
_UTC: Final = ZoneInfo("UTC")

Conditions = dict[str, dict[str, Parameter]]
"""Each condition with its parameters; all must hold."""


def table(query: EventQuery) -> str:
    """The table whose order suits the query."""
    return "timeline" if query.contact_ids else "events"


def matching(query: EventQuery) -> Conditions:
    """What events must meet, apart from `since` and `after`."""
    conditions: Conditions = {}
    # With one contact or name by `=` the rows are read in the order of the listing, and no further
    # than the page; with one by `IN` all of them are read and sorted.
    if len(query.contact_ids) == 1:
        conditions["contact_id = {contact_id:UInt64}"] = {"contact_id": query.contact_ids[0]}
    elif query.contact_ids:
        conditions["contact_id IN {contact_ids:Array(UInt64)}"] = {"contact_ids": query.contact_ids}
    if len(query.names) == 1:
        conditions["name = {name:String}"] = {"name": query.names[0]}
    elif query.names:
        conditions["name IN {names:Array(String)}"] = {"names": query.names}
    if query.object_types:
        conditions["object_type IN {types:Array(String)}"] = {"types": query.object_types}
    if query.start is not None:
        date, nanos = divmod(query.start, MICROSECOND)
        conditions["event_date >= {start:Int64}"] = {"start": date}
        if nanos:  # Otherwise their column need not be read.
            conditions["(event_date > {start:Int64} OR nanos >= {first:UInt16})"] = {"first": nanos}
    if query.end is not None:
        date, nanos = divmod(query.end, MICROSECOND)
        conditions["event_date <= {end:Int64}"] = {"end": date}
        if nanos < MICROSECOND - 1:
            conditions["(event_date < {end:Int64} OR nanos <= {last:UInt16})"] = {"last": nanos}
    if query.up_to is not None:
        conditions["position <= {up_to:UInt64}"] = {"up_to": query.up_to}
    return conditions | searched(query.search)


def searched(search: Search) -> Conditions:
    """What events must say. What is quickly told comes first; what indexes are asked for is last,
    since all that they let through passes it but for a few rows."""
    conditions: Conditions = {}
    for number, word in enumerate(search.words):
        conditions[f"hasToken({_TEXTS}, {{word{number}:String}})"] = {f"word{number}": word}
    for number, ways in enumerate(search.passages):
        name = f"passage{number}"
        conditions[f"multiSearchAnyCaseInsensitiveUTF8({_TEXTS}, {{{name}:Array(String)}}) > 0"] = {
            name: ways
        }
    for number, pair in enumerate(search.pairs):
        name = f"value{number}"
        conditions[f"multiSearchAny(properties, {{{name}:Array(String)}})"] = {name: pair.values}
    if search.properties:
        binding = Binding(0, _UTC)
        conditions[admits(search.properties, binding)] = binding.parameters
    for number in range(len(search.words)):
        conditions[f"has(tokens({_TEXTS}), {{word{number}:String}})"] = {}
    for number, pair in enumerate(search.pairs):
        name = f"pair{number}"
        written = [f"{pair.key}{value}".replace(" ", "") for value in pair.values]
        conditions[f"hasAny({_PAIRS}, {{{name}:Array(String)}})"] = {name: written}
    return conditions


def recent(since: int) -> Conditions:
    """What `EventQuery.since` asks for."""
    return {
        "(event_date > {since:Int64} OR (event_date = {since:Int64} AND nanos >= {rest:UInt16})"
        " OR received_at >= {received:Int64})": _since(since)
    }


def received_before(moment: int) -> Conditions:
    """What was received before that moment."""
    return {"received_at < {moment:Int64}": {"moment": moment}}


def older(since: int) -> Conditions:
    """The opposite of `recent`. By the indexes over dates nearly all is passed over unread."""
    return {
        "event_date <= {since:Int64} AND (event_date < {since:Int64} OR nanos < {rest:UInt16})"
        " AND received_at < {received:Int64}": _since(since)
    }


def _since(since: int) -> dict[str, Parameter]:
    date, nanos = divmod(since, MICROSECOND)
    # Moments of receipt fit into 64 bits, while dates go from year 1 to 9999.
    received = min(max(since, -(2**63)), 2**63 - 1)
    return {"since": date, "rest": nanos, "received": received}


def following(after: Cursor | None) -> Conditions:
    """What comes after the cursor in the order of listings."""
    if after is None:
        return {}
    date, nanos = divmod(after.date, MICROSECOND)
    return {
        "event_date <= {after:Int64} AND (event_date, nanos, position)"
        " < ({after:Int64}, {after_nanos:UInt16}, {after_position:UInt64})": {
            "after": date,
            "after_nanos": nanos,
            "after_position": after.position,
        }
    }


def stretch(start: int | None, end: int | None) -> Conditions:
    """What lies from one moment to before another, both whole microseconds."""
    conditions: Conditions = {}
    if start is not None:
        conditions["event_date >= {from:Int64}"] = {"from": start // MICROSECOND}
    if end is not None:
        conditions["event_date < {before:Int64}"] = {"before": end // MICROSECOND}
    return conditions


def exactly(name: str, date: int, position: int) -> Conditions:
    """One event by its whole key."""
    microseconds, nanos = divmod(date, MICROSECOND)
    return {
        "name = {name:String} AND event_date = {date:Int64} AND nanos = {nanos:UInt16}"
        " AND position = {position:UInt64}": {
            "name": name,
            "date": microseconds,
            "nanos": nanos,
            "position": position,
        }
    }


def between(first: int, last: int) -> Conditions:
    """All events from one position to another."""
    return {
        "position BETWEEN {first_position:UInt64} AND {last_position:UInt64}": {
            "first_position": first,
            "last_position": last,
        }
    }


def outside(contact_ids: tuple[int, ...]) -> Conditions:
    """All events but those of these contacts."""
    if not contact_ids:
        return {}
    return {"contact_id NOT IN {hidden:Array(UInt64)}": {"hidden": contact_ids}}
