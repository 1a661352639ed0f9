"""Whom an evaluation of all contacts found. Pure."""

from __future__ import annotations

import msgspec

from footfall.contacts import ContactId
from footfall.segments.following import LAST_TIMER


class Roster(msgspec.Struct):
    """The members of a segment, and when time alone may change that."""

    members: set[ContactId] = msgspec.field(default_factory=set)
    timers: dict[ContactId, int] = msgspec.field(default_factory=dict)
    tentative: set[ContactId] = msgspec.field(default_factory=set)
    """Those whose timer stands where the search was given up: later it would be set elsewhere."""

    def note(self, contact_id: ContactId, *, is_in: bool, due: int | None = None) -> None:
        """A contact of whom nothing is known yet is in or not, until `due` at the least."""
        if is_in:
            self.members.add(contact_id)
        if due is not None and due <= LAST_TIMER:
            self.timers[contact_id] = due

    def forget(self, contact_id: ContactId) -> None:
        """Nothing is known of the contact."""
        self.members.discard(contact_id)
        self.timers.pop(contact_id, None)
        self.tentative.discard(contact_id)


def outdated(roster: Roster, moment: int) -> set[ContactId]:
    """Those who have to be looked at again at that later moment, though nothing else changed."""
    due = {contact_id for contact_id, due in roster.timers.items() if due <= moment}
    return due | roster.tentative
