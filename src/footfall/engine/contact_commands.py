"""Applying commands that create, change and remove contacts. Pure.

Everything that can refuse a command is looked at before anything is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from footfall.attributes import ATTRIBUTES_OF_IDENTIFIERS
from footfall.commands import ContactChanges, CreateContact, DeleteContact, Named, UpdateContact
from footfall.contact_updates import find, unknown_attributes, update_attributes
from footfall.contacts import Contact, ContactBook, ContactId
from footfall.engine.decisions import Draft, merge
from footfall.engine.outcomes import Done
from footfall.errors import DuplicateParameter, InvalidParameter, NotFound
from footfall.identifiers import DECIDING_ORDER, EMAIL, EXT_ID, Identifier

DUPLICATE_NAMES = ATTRIBUTES_OF_IDENTIFIERS | {EMAIL: "email", EXT_ID: "ext_id"}
"""What Brevo calls each identifier when it says that it is taken."""


def create_contact(draft: Draft, now: int, command: CreateContact) -> Done:
    """A new contact; or the one that the identifiers name, if it may be updated.

    The contact is found as for an event. But a weaker identifier does not find a contact that has
    another value for a stronger one: those are two people who share a telephone.
    """
    book, changes = draft.book, command.changes
    given = given_identifiers(changes)
    contact = find(book, None, given)
    if contact is not None and changes.force_merge:
        return _force(draft, now, contact, changes, given)
    if contact is not None and not command.update_enabled:
        raise _duplicate("create", [each for each in given if book.owners.get(each) is not None])
    if contact is not None:
        _check_same_person(contact, given, book)
    _check(draft, contact, changes, given)
    created = contact is None
    if contact is None:
        contact = book.create(now)
    return _change(draft, now, contact, changes, created=created)


def update_contact(draft: Draft, now: int, command: UpdateContact) -> Done:
    """Change the contact, identifiers included."""
    contact = _existing(draft.book, command.contact)
    given = given_identifiers(command.changes)
    if command.changes.force_merge:
        return _force(draft, now, contact, command.changes, given)
    _check(draft, contact, command.changes, given)
    return _change(draft, now, contact, command.changes)


def _force(
    draft: Draft,
    now: int,
    contact: Contact,
    changes: ContactChanges,
    given: tuple[Identifier, ...],
) -> Done:
    """Merge the contact with everybody whom the identifiers name, then change it."""
    owners = [draft.book.owners.get(each) for each in given]
    others = {owner for owner in owners if owner is not None}
    _check(draft, contact, changes, given, others)
    for other in sorted(others):
        merge(draft, now, contact.id, other)
    return _change(draft, now, contact, changes)


def delete_contact(draft: Draft, _now: int, command: DeleteContact) -> Done:
    """Erase the contact with everything that is known of it, see engine/erasure.py."""
    contact = _existing(draft.book, command.contact)
    draft.erased = draft.book.remove_group(contact.id)
    draft.processes.remember(draft.keys, min(draft.erased))
    return Done(id=contact.id)


def named(book: ContactBook, name: Named) -> Contact | None:
    """The contact that is meant, if there is one."""
    identifiers = (Identifier(name.kind, name.value),) if name.kind else ()
    return find(book, name.contact_id or None, identifiers)


def _existing(book: ContactBook, name: Named) -> Contact:
    contact = named(book, name)
    if contact is None:
        raise NotFound("Contact does not exist")
    return contact


def given_identifiers(changes: ContactChanges) -> tuple[Identifier, ...]:
    """The identifiers that are to be set, in deciding order."""
    values = changes.identifiers
    return tuple([Identifier(kind, values[kind]) for kind in DECIDING_ORDER if values.get(kind)])


def _check_same_person(contact: Contact, given: tuple[Identifier, ...], book: ContactBook) -> None:
    stronger: list[Identifier] = []
    for identifier in given:
        if book.owners.get(identifier) == contact.id:
            if any(each.kind in contact.identifiers for each in stronger):
                raise _duplicate("update", [identifier])
            return
        stronger.append(identifier)


def _check(
    draft: Draft,
    contact: Contact | None,
    changes: ContactChanges,
    given: tuple[Identifier, ...],
    others: Collection[ContactId] = (),
) -> None:
    """Raises the error with which the changes must be refused, if there is one.

    Identifiers may be those of `others`, and of all with whom the contact is merged.
    """
    book = draft.book
    own = None if contact is None else contact.id
    taken = [each for each in given if book.owners.get(each) not in (None, own)]
    if taken and (others or own in book.bonds):
        allowed = {*others, *(() if own is None else book.group(own))}
        taken = [each for each in taken if book.owners[each] not in allowed]
    if taken:
        raise _duplicate("create" if contact is None else "update", taken)
    for field, ids in (("listIds", changes.list_ids), ("unlinkListIds", changes.unlink_list_ids)):
        missing = [each for each in ids if each not in book.lists.lists]
        if missing:
            raise InvalidParameter(f"List ID does not exist: {some(missing)}", field)
    if draft.unknown == "refuse" and (unknown := unknown_attributes(book, changes.attributes)):
        raise InvalidParameter(f"No such attribute: {some(unknown)}", "attributes")
    held = {} if contact is None else contact.identifiers
    if not any((held | changes.identifiers).values()):
        raise InvalidParameter("A contact needs at least one identifier", "attributes")


def _duplicate(doing: str, taken: Iterable[Identifier]) -> DuplicateParameter:
    names = [DUPLICATE_NAMES[identifier.kind] for identifier in taken]
    return DuplicateParameter(
        f"Unable to {doing} contact, {' and '.join(names)} "
        f"{'is' if len(names) == 1 else 'are'} already associated with another Contact",
        # The document has the first spelling, the service sends the second.
        {"duplicateIdentifiers": names, "duplicate_identifiers": names},
    )


def _change(
    draft: Draft, now: int, contact: Contact, changes: ContactChanges, *, created: bool = False
) -> Done:
    """Make the changes, none of which can fail any more."""
    book = draft.book
    had_email = contact.identifiers.get(EMAIL)
    for kind, value in changes.identifiers.items():
        owner = book.owners.get(Identifier(kind, value)) if value else None
        if contact.identifiers.get(kind, "") != value and owner is None:
            book.exchange(contact, kind, value, now)
    remarks = update_attributes(book, contact, changes.attributes, draft.unknown, now, "attributes")
    for list_id in changes.list_ids:
        book.enlist(contact, list_id, now)
    for list_id in changes.unlink_list_ids:
        book.unlist(contact, list_id, now)
    if had_email and contact.identifiers.get(EMAIL) != had_email:
        book.block(contact, "email", False, now)
    if changes.email_blocked is not None:
        book.block(contact, "email", changes.email_blocked, now)
    if changes.sms_blocked is not None:
        book.block(contact, "sms", changes.sms_blocked, now)
    if changes.blocked_senders is not None:
        book.block_senders(contact, tuple(changes.blocked_senders), now)
    return Done(id=contact.id, created=created, contact_id=contact.id, remarks=tuple(remarks))


def some(items: list[str] | list[int]) -> str:
    """As many as a message has room for."""
    shown = ", ".join(map(str, items[:10]))
    return f"{shown}, …" if len(items) > 10 else shown
