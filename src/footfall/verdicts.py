"""What became of an event. Every journaled event has exactly one verdict, and it can be found."""

from __future__ import annotations

from typing import Literal

import msgspec

from footfall.contacts import ContactId, Remark
from footfall.records import Position

Reason = Literal["", "unknown_contact_id", "unknown_attribute", "unreadable"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """applied to a contact, duplicate of an earlier event, or set aside with a reason.

    An event that is set aside stays in the journal and can be applied after the cause is mended.
    """

    position: Position
    verdict: Literal["applied", "duplicate", "set_aside"]
    contact_id: ContactId | None = None
    duplicate_of: Position | None = None
    reason: Reason = ""
    message: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Applied without a remark: the event store alone can tell it."""
        return self.verdict == "applied" and not self.remarks
