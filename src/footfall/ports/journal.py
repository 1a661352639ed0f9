"""The port of the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from footfall.records import Position, Record, Request


class Journal(Protocol):
    """The ordered, append-only record of everything that changes data; the source of truth.

    Several processes may append and read at once. Positions run from 1 without gaps.
    """

    def append(self, requests: Sequence[Request]) -> Record:
        """Commit the requests as one record. On disk when it returns; nothing is kept on failure.

        Raises `OutOfSpace` when the disk is full and `Unavailable` when the journal can't be
        written; the next call tries anew.
        """
        ...

    def head(self) -> Position:
        """The last position committed by anybody; 0 for an empty journal."""
        ...

    def read(self, after: Position, max_entries: int) -> list[Record]:
        """Whole records that follow `after` (the last position of a record, or 0), in order.

        At least one where there is one, and no more once `max_entries` are reached.
        """
        ...

    def record_at(self, position: Position) -> Record | None:
        """The record that holds that position."""
        ...

    def seal(self, up_to: Position, max_entries: int) -> int:
        """Compress the oldest open records not past `up_to`; the number of entries sealed.

        Changes nothing that a reader sees. Leaves alone what would not fill a sealed block.
        """
        ...

    def rewrite(self, positions: Sequence[Position], change: Callable[[Record], Record]) -> None:
        """Put what `change` makes of each record that holds one of the positions in its place.

        The new record has the same position and as many entries. On disk when it returns; after a
        crash any number of the records may be changed. Readers see each one old or new.
        """
        ...

    def compact(self) -> None:
        """Leave nothing in the files of what was rewritten. Nobody else may have them open."""
        ...

    def check(self) -> list[str]:
        """What is wrong, a sentence each; empty when all is well.

        Reads everything: damage to files, gaps or overlaps in positions, records that do not
        decode. May run while others append.
        """
        ...

    def close(self) -> None:
        """Give back files and threads. What was appended stays."""
        ...
