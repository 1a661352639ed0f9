"""Whom an evaluation of all contacts found. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from footfall.contacts import Contact, ContactId
from footfall.segments.changes import next_change
from footfall.segments.evaluation import Context, Past, PastEvent, evaluate
from footfall.segments.following import LAST_TIMER
from footfall.segments.registry import Segment


class Roster(msgspec.Struct):
    """The members of a segment, and when time alone may change that."""

    members: set[ContactId] = msgspec.field(default_factory=set)
    timers: dict[ContactId, int] = msgspec.field(default_factory=dict)
    tentative: set[ContactId] = msgspec.field(default_factory=set)
    """Those whose timer stands where the search was given up: later it would be set elsewhere."""

    def note(
        self,
        segment: Segment,
        contact: Contact,
        events: Iterable[PastEvent],
        now: int,
        context: Context,
        *,
        timed: bool,
    ) -> None:
        """Find out about one contact; `timed` says whether time plays a part in the definition."""
        past = Past(events)
        is_in = evaluate(segment.definition, contact, past, now, context)
        self.forget(contact.id)
        if is_in:
            self.members.add(contact.id)
        if timed:
            due = next_change(segment.definition, contact, past, now, context, current=is_in)
            if due is not None and due <= LAST_TIMER:
                self.timers[contact.id] = due
                if evaluate(segment.definition, contact, past, due, context) == is_in:
                    self.tentative.add(contact.id)

    def note_nobody(self, contact_id: ContactId, *, is_in: bool) -> None:
        """A contact that did nothing is in, or not, as everybody who did nothing."""
        self.forget(contact_id)
        if is_in:
            self.members.add(contact_id)

    def forget(self, contact_id: ContactId) -> None:
        """Nothing is known of the contact."""
        self.members.discard(contact_id)
        self.timers.pop(contact_id, None)
        self.tentative.discard(contact_id)


def outdated(roster: Roster, moment: int) -> set[ContactId]:
    """Those who have to be looked at again at that later moment, though nothing else changed."""
    due = {contact_id for contact_id, due in roster.timers.items() if due <= moment}
    return due | roster.tentative
