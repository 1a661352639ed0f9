"""The parameters that every listing of Brevo's has."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from litestar.params import QueryParameter

Item = TypeVar("Item")

MAX_INT64 = 2**63 - 1

Offset = Annotated[
    int, QueryParameter(ge=0, le=MAX_INT64, description="How many to pass over; 0 by default")
]
UpTo50 = Annotated[int, QueryParameter(ge=1, le=50, description="How many to list; 10 by default")]
Sort = Annotated[
    Literal["asc", "desc"], QueryParameter(description="By creation, latest first by default")
]


def page(items: list[Item], sort: Literal["asc", "desc"], limit: int, offset: int) -> list[Item]:
    """The part of the items, oldest first, that the parameters ask for."""
    ordered = items if sort == "asc" else items[::-1]
    return ordered[offset : offset + limit]
