"""Applying commands on folders, lists and who is on a list. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from footfall.commands import (
    AddToList,
    CreateFolder,
    CreateList,
    DeleteFolder,
    DeleteList,
    EmptyList,
    Named,
    RemoveFromList,
    UpdateFolder,
    UpdateList,
)
from footfall.contacts import Contact
from footfall.engine.contact_commands import named
from footfall.engine.decisions import Draft
from footfall.engine.outcomes import Done
from footfall.errors import InvalidParameter, NotFound
from footfall.lists import ContactList, Folder
from footfall.ports import ClearList


def create_folder(draft: Draft, now: int, command: CreateFolder) -> Done:
    """A new folder."""
    return Done(id=draft.book.lists.add_folder(command.name, now).id, created=True)


def update_folder(draft: Draft, _now: int, command: UpdateFolder) -> Done:
    """Another name for the folder."""
    folder = _folder(draft, command.folder_id)
    draft.book.lists.put_folder(msgspec.structs.replace(folder, name=command.name))
    return Done(id=folder.id)


def delete_folder(draft: Draft, _now: int, command: DeleteFolder) -> Done:
    """Remove the folder with its lists; their contacts stay."""
    folder = _folder(draft, command.folder_id)
    for each in draft.book.lists.in_folder(folder.id):
        _remove_list(draft, each)
    draft.book.lists.remove_folder(folder.id)
    return Done(id=folder.id)


def create_list(draft: Draft, now: int, command: CreateList) -> Done:
    """A new list in a folder that exists."""
    _check_folder(draft, command.folder_id)
    new = draft.book.lists.add_list(command.name, command.folder_id, now)
    return Done(id=new.id, created=True)


def update_list(draft: Draft, _now: int, command: UpdateList) -> Done:
    """Another name, or another folder that exists."""
    changed = _list(draft, command.list_id)
    if command.folder_id is not None:
        _check_folder(draft, command.folder_id)
        changed = msgspec.structs.replace(changed, folder_id=command.folder_id)
    if command.name is not None:
        changed = msgspec.structs.replace(changed, name=command.name)
    draft.book.lists.put_list(changed)
    return Done(id=changed.id)


def delete_list(draft: Draft, _now: int, command: DeleteList) -> Done:
    """Remove the list; its contacts stay."""
    _remove_list(draft, _list(draft, command.list_id))
    return Done(id=command.list_id)


def empty_list(draft: Draft, _now: int, command: EmptyList) -> Done:
    """Take every contact off the list."""
    emptied = _list(draft, command.list_id)
    draft.sweeps.append(ClearList(emptied.id))
    draft.book.lists.grow(emptied.id, -emptied.size)
    return Done(id=emptied.id, count=emptied.size)


def add_to_list(draft: Draft, now: int, command: AddToList) -> Done:
    """Put contacts on the list; refused where not one of them comes onto it."""
    list_id = _list(draft, command.list_id).id
    members = tuple(
        _each(draft, command.contacts, lambda contact: draft.book.enlist(contact, list_id, now))
    )
    if not any(members):
        raise InvalidParameter("Contact already in list and/or does not exist")
    return Done(id=list_id, members=members)


def remove_from_list(draft: Draft, now: int, command: RemoveFromList) -> Done:
    """Take contacts off the list; refused where not one of them was on it."""
    list_id = _list(draft, command.list_id).id
    members = tuple(
        _each(draft, command.contacts, lambda contact: draft.book.unlist(contact, list_id, now))
    )
    if not any(members):
        raise InvalidParameter("Contact already removed from list and/or does not exist")
    return Done(id=list_id, members=members)


def _each(draft: Draft, names: list[Named], do: Callable[[Contact], bool]) -> Iterator[bool]:
    for name in names:
        contact = named(draft.book, name)
        yield contact is not None and do(contact)


def _remove_list(draft: Draft, gone: ContactList) -> None:
    draft.sweeps.append(ClearList(gone.id))
    draft.book.lists.remove_list(gone.id)


def _list(draft: Draft, list_id: int) -> ContactList:
    found = draft.book.lists.lists.get(list_id)
    if found is None:
        raise NotFound("List ID does not exist")
    return found


def _folder(draft: Draft, folder_id: int) -> Folder:
    found = draft.book.lists.folders.get(folder_id)
    if found is None:
        raise NotFound("Folder ID does not exist")
    return found


def _check_folder(draft: Draft, folder_id: int) -> None:
    """A folder that the body names, not the path, is a parameter."""
    if folder_id not in draft.book.lists.folders:
        raise InvalidParameter("Folder ID does not exist", "folderId")
