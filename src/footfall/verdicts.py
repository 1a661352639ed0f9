"""What became of an entry. Every journaled entry has exactly one verdict, and it can be found."""

from __future__ import annotations

from typing import Literal

import msgspec

from footfall.contacts import ContactId, Remark
from footfall.records import Position

Reason = Literal[
    "",
    "unknown_contact_id",
    "unknown_attribute",
    "unreadable",
    "document_not_found",
    "duplicate_parameter",
    "invalid_parameter",
    "missing_parameter",
]
"""Why an event was set aside; or the code of the error with which a command was refused."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """applied, duplicate of an earlier event, set aside or refused with a reason.

    An event that is set aside stays in the journal and can be replayed after the cause is mended:
    `replayed_as` is where it came again, and what it came to is that entry's verdict. A command
    that is refused changed nothing, and its caller was told why.
    """

    position: Position
    verdict: Literal["applied", "duplicate", "set_aside", "refused"]
    contact_id: ContactId | None = None
    duplicate_of: Position | None = None
    reason: Reason = ""
    message: str = ""
    remarks: tuple[Remark, ...] = ()
    replayed_as: Position | None = None

    @property
    def is_plain(self) -> bool:
        """Applied without a remark: the event store alone can tell it."""
        return self.verdict == "applied" and not self.remarks
