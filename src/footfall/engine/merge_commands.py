"""Applying commands that show contacts as one, or by themselves again. Pure."""

from __future__ import annotations

from footfall.commands import MergeContacts, UnmergeContact
from footfall.contacts import ContactId
from footfall.engine.decisions import Draft, merge
from footfall.engine.outcomes import Done
from footfall.errors import InvalidParameter, NotFound


def merge_contacts(draft: Draft, now: int, command: MergeContacts) -> Done:
    """Both exist, and are not shown as one already."""
    one, other = ContactId(command.contact_id), ContactId(command.other_id)
    for each in (one, other):
        _check_exists(draft, each)
    if draft.book.shown_as(one) == draft.book.shown_as(other):
        raise InvalidParameter(f"Contacts {one} and {other} are one already", "contact_ids")
    return Done(id=merge(draft, now, one, other))


def unmerge_contact(draft: Draft, _now: int, command: UnmergeContact) -> Done:
    """The contact was merged into another."""
    gone = ContactId(command.contact_id)
    _check_exists(draft, gone)
    bond = draft.book.bonds.get(gone)
    if bond is None or bond.into is None:
        raise InvalidParameter(f"Contact {gone} was not merged into another", "contact_id")
    draft.regrouped |= set(draft.book.group(gone))
    return Done(id=draft.book.part(gone))


def _check_exists(draft: Draft, contact_id: ContactId) -> None:
    if contact_id not in draft.book.contacts:
        raise NotFound(f"Contact {contact_id} does not exist")
