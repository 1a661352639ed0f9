"""How contacts are bound together, see `merging`. Pure."""

from __future__ import annotations

import msgspec


class Bond(msgspec.Struct, kw_only=True):
    """One contact of a group, and how it came to it."""

    contact_id: int
    shown_as: int
    """The oldest of the group, under whose number all are shown."""
    into: int | None = None
    """With which it was merged; None for the one that is shown."""
    position: int = 0
    """Of the entry that merged it, and `at` when that was received."""
    at: int = 0
    ages: dict[str, int] = {}
    """The position of the latest word on each of what `subject` names."""


class Merge(msgspec.Struct, frozen=True, array_like=True):
    """An entry merged one contact into another."""

    kept: int
    gone: int


def subject(what: str, name: str) -> str:
    """One attribute, identifier, list or block, by `Change.what` and `Change.name`."""
    return f"{what} {name}"
