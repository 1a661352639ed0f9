"""How many members a segment had over time, from how many it has and who came and went. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Move(NamedTuple):
    """What happened in one stretch of time, and how many members there were at its end."""

    start: int
    """Nanoseconds since the epoch."""
    entered: int
    left: int
    size: int


def sizes(size: int, stretches: Sequence[tuple[int, int, int]]) -> tuple[int, list[Move]]:
    """How many members there were before the stretches, and at the end of each.

    `size` is how many there are after the last one. Stretches are in order of time: its start, how
    many entered, how many left. Where that is more than there can have been, it was none.
    """
    moves: list[Move] = []
    for start, entered, left in reversed(stretches):
        moves.append(Move(start, entered, left, size))
        size = max(0, size - entered + left)
    return size, moves[::-1]
