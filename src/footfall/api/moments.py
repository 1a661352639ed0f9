"""Moments in query strings."""

from __future__ import annotations

from footfall.errors import InvalidParameter
from footfall.instants import parse_instant


def moment(text: str | None, name: str) -> int | None:
    """The moment in nanoseconds since the epoch; none for no text.

    A plus sign that was not encoded reaches us as a blank. Raises `InvalidParameter`.
    """
    if not text:
        return None
    try:
        return parse_instant(text.replace(" ", "+") if "T" in text else text)
    except ValueError as problem:
        raise InvalidParameter(f"{name} is {problem}", name) from problem
