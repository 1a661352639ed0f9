"""What each entry of a run may change of memberships in segments. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Final

import msgspec

from footfall.contacts import Change, Contact, ContactId, HistoryEntry
from footfall.engine.decisions import Draft
from footfall.ports import ClearAttribute, ClearList, ClearOption, EventRow
from footfall.records import Position
from footfall.segments.evaluation import PastEvent
from footfall.segments.following import Check

_decode = msgspec.json.Decoder().decode
_NONE: Final[frozenset[int]] = frozenset()


class Watch:
    """Looks at a run entry by entry."""

    def __init__(self, draft: Draft, now: int, position: Position) -> None:
        """`now` is how late it was before the run, and `position` the last entry before it."""
        self._draft = draft
        self._index = draft.segments.index
        self._next_id = draft.book.next_id
        self._removed: set[ContactId] = set()
        self._rows = 0
        self.first_new_id = draft.book.next_id
        """Contacts from this id on came into being in this run."""
        self.now = now
        self.clock: list[tuple[int, Position]] = [(now, position)]
        """Each moment later than all before, with the last position before it came. The first is
        that before the run: of very many timers due at one moment some may be left."""
        self.checks: list[Check] = []
        """In order."""

    def come(self, position: Position, received_at: int) -> None:
        """The entry at that position is about to be decided."""
        if received_at > self.now:
            self.now = received_at
            self.clock.append((received_at, Position(position - 1)))

    def pass_over(self, position: Position) -> None:
        """The entry is erased: the contact that it created, if it did, is nobody's concern."""
        self._next_id = self._draft.book.next_id
        if self._draft.segments.segments:
            self._look_for_removed(position)
            self._look_at_regrouped(position)

    def look(self, position: Position) -> None:
        """The entry at that position was decided."""
        if not self._draft.segments.segments:
            return
        row, book = self._new_row(), self._draft.book
        if row is not None and book.next_id == self._next_id and not book.changed_at(position):
            mentioning = self._index.by_event.get(row.name)
            if mentioning:
                self._check(position, book.shown_as(row.contact_id), row, _NONE, mentioning)
            return
        shown_as = book.shown_as
        changed: dict[ContactId, list[Change]] = {}
        for entry in self._entries(position):
            changed.setdefault(shown_as(entry.contact_id), []).extend(entry.changes)
        created = self._created()
        ids = {*changed, *created}
        if row is not None:
            ids.add(shown_as(row.contact_id))
        for contact_id in sorted(ids):
            event = row if row is not None and shown_as(row.contact_id) == contact_id else None
            concerned = self._concerned(changed.get(contact_id))
            if contact_id in created:
                concerned |= self._index.of_creation()
            mentioning = _NONE if event is None else self._index.by_event.get(event.name, _NONE)
            if concerned or mentioning:
                self._check(position, contact_id, event, frozenset(concerned), mentioning)
        if book.removed_contacts:
            self._look_for_removed(position)
        if book.hidden_contacts or self._draft.regrouped:
            self._look_at_regrouped(position)

    def _look_at_regrouped(self, position: Position) -> None:
        """Whoever is shown as another one now: everything of it may have changed."""
        book, everything = self._draft.book, frozenset(self._draft.segments.segments)
        for contact_id in sorted(book.hidden_contacts):
            self.checks.append(
                Check(position, self.now, "request", contact_id, None, None, frozenset())
            )
        for contact_id in sorted(set(map(book.shown_as, self._draft.regrouped))):
            self._check(position, contact_id, None, everything, frozenset())

    def sweep(self) -> None:
        """Changes of any number of contacts: the segments that they concern are computed anew."""
        concerned: set[int] = set()
        for sweep in self._draft.sweeps:
            match sweep:
                case ClearAttribute(name) | ClearOption(name):
                    concerned |= self._index.by_attribute.get(name, set())
                case ClearList(list_id):
                    concerned |= self._index.by_list.get(list_id, set())
            concerned |= self._index.by_any_change
        self._draft.segments.recompute(sorted(concerned))

    def _new_row(self) -> EventRow | None:
        rows = self._draft.rows
        if len(rows) == self._rows:
            return None
        self._rows = len(rows)
        return rows[-1]

    def _entries(self, position: Position) -> Iterator[HistoryEntry]:
        for entry in reversed(self._draft.book.history):
            if entry.position != position:
                return
            yield entry

    def _created(self) -> set[ContactId]:
        first, self._next_id = self._next_id, self._draft.book.next_id
        return set(map(ContactId, range(first, self._next_id)))

    def _concerned(self, changes: list[Change] | None) -> set[int]:
        return set() if changes is None else self._index.of_changes(changes)

    def _check(
        self,
        position: Position,
        contact_id: ContactId,
        row: EventRow | None,
        changed: frozenset[int],
        mentioning: frozenset[int],
    ) -> None:
        contact = self._draft.book.shown(contact_id)
        if contact is not None:
            self.checks.append(
                Check(
                    position,
                    self.now,
                    "request" if row is None else "event",
                    contact_id,
                    _copy(contact),
                    None if row is None else self._past(row),
                    changed,
                    mentioning,
                )
            )

    def _past(self, row: EventRow) -> PastEvent:
        """The event, with its properties where they are read."""
        tree = _decode(row.properties) if row.name in self._index.reading else {}
        return PastEvent(row.position, row.date, row.name, tree, row.received_at)

    def _look_for_removed(self, position: Position) -> None:
        removed = self._draft.book.removed_contacts
        if len(removed) == len(self._removed):
            return
        for contact_id in sorted(removed - self._removed):
            self.checks.append(
                Check(position, self.now, "request", contact_id, None, None, frozenset())
            )
        self._removed |= removed


def _copy(contact: Contact) -> Contact:
    """The contact as it is now, whatever the run does with it next."""
    one = copy(contact)
    one.identifiers, one.attributes = contact.identifiers.copy(), contact.attributes.copy()
    return one
