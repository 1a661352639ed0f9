"""Which events are meant: the parameters that finding, counting and exporting have in common."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter, SkipValidation
from msgspec import Meta

from footfall.api.moments import moment
from footfall.api.paging import MAX_INT64
from footfall.contacts import ContactId
from footfall.errors import InvalidParameter
from footfall.ports import EventQuery
from footfall.records import Position
from footfall.searching import Search, search

Moment = Annotated[str | None, QueryParameter(description="RFC 3339")]

SEARCH_SECONDS: Final = 2.0
"""How long a search looks for a page, about, and how long it counts."""


async def wanted_events(
    event_name: FromQuery[list[str] | None] = None,
    contact_id: FromQuery[list[Annotated[int, Meta(ge=1, le=MAX_INT64)]] | None] = None,
    start: Moment = None,
    end: Moment = None,
    text: Annotated[
        str, QueryParameter(description="Words that all stand in what the event says")
    ] = "",
    where: Annotated[
        list[str] | None,
        QueryParameter(description="Conditions on properties, as in cart.total>=100"),
    ] = None,
    up_to: Annotated[
        int | None,
        QueryParameter(ge=0, le=MAX_INT64, description="Only what was journaled by that position"),
    ] = None,
) -> EventQuery:
    """The query that the parameters make; raises `InvalidParameter`."""
    return EventQuery(
        names=tuple(event_name or ()),
        contact_ids=tuple(ContactId(each) for each in contact_id or ()),
        start=moment(start, "start"),
        end=moment(end, "end"),
        search=_search(text, where or []),
        up_to=None if up_to is None else Position(up_to),
    )


def _search(text: str, where: list[str]) -> Search:
    try:
        search(text, ())
    except ValueError as problem:
        raise InvalidParameter(f"text is {problem}", "text") from problem
    try:
        return search(text, where)
    except ValueError as problem:
        raise InvalidParameter(f"where: {problem}", "where") from problem


def bounded(query: EventQuery, now: int) -> EventQuery:
    """The query; where it looks for something, for so long only, from the latest events back."""
    if not query.search:
        return query
    latest = (now, query.end, query.after and query.after.date)
    near = min(moment for moment in latest if moment is not None)
    return msgspec.structs.replace(query, near=near, seconds=SEARCH_SECONDS)


WANTED: Final = {"wanted": Provide(wanted_events)}
"""The dependency of the routes that take these parameters, as `wanted`."""
# Checked as it is made; the framework could not, for it does not know the types of a port's fields.
Wanted = NamedDependency[SkipValidation[EventQuery]]
