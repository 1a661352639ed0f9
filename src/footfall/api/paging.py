"""Parameters that many routes have: those of every listing of Brevo's, and ids in paths."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeVar

from litestar.params import PathParameter, QueryParameter

from footfall.errors import InvalidParameter
from footfall.ports import Cursor, EventPage, EventQuery
from footfall.records import Position

Item = TypeVar("Item")

MAX_INT64: Final = 2**63 - 1

PathId = Annotated[int, PathParameter(ge=0, le=MAX_INT64)]
"""An id in a path: what the journal and the stores can hold. Past it there is nothing: 404."""
Offset = Annotated[
    int, QueryParameter(ge=0, le=MAX_INT64, description="How many to pass over; 0 by default")
]
UpTo50 = Annotated[int, QueryParameter(ge=1, le=50, description="How many to list; 10 by default")]
After = Annotated[
    str | None,
    QueryParameter(
        description="What `after` said in the page before: the next page, at the cost of the first"
    ),
]
Sort = Annotated[
    Literal["asc", "desc"], QueryParameter(description="By creation, latest first by default")
]


def page(items: list[Item], sort: Literal["asc", "desc"], limit: int, offset: int) -> list[Item]:
    """The part of the items, oldest first, that the parameters ask for."""
    ordered = items if sort == "asc" else items[::-1]
    return ordered[offset : offset + limit]


def after_page(page: EventPage, query: EventQuery) -> str | None:
    """What names the place where the page ends; None where nothing can follow."""
    if page.looked_back_to is not None:
        return f"{page.looked_back_to}:0"
    if len(page.events) < query.limit:
        return None
    last = page.events[-1]
    return f"{last.date}:{last.position}"


def cursor(text: str | None) -> Cursor | None:
    """The place that `after_page` named; raises `InvalidParameter`."""
    if not text:
        return None
    date, _, position = text.partition(":")
    try:
        place = Cursor(int(date), Position(int(position)))
    except ValueError as problem:
        raise InvalidParameter("after is not what a page ended with", "after") from problem
    if not (-MAX_INT64 <= place.date <= MAX_INT64 and 0 <= place.position <= MAX_INT64):
        raise InvalidParameter("after is not what a page ended with", "after")
    return place
