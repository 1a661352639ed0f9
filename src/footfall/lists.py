"""Lists of contacts, in folders. Pure; the engine does the I/O."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

MAX_NAME: Final = 255
"""Characters of the name of a list or a folder."""


class Folder(msgspec.Struct, frozen=True):
    """A folder of lists. A new directory has folder 1, as a new Brevo account does."""

    id: int
    name: str
    created_at: int
    """Nanoseconds since the epoch."""


class ContactList(msgspec.Struct, frozen=True):
    """A list in a folder. A contact says itself which lists it is on."""

    id: int
    name: str
    folder_id: int
    created_at: int
    size: int = 0
    """How many contacts are on it."""


class Lists:
    """All folders and lists of the account, and what a run of entries changed of them."""

    def __init__(
        self,
        folders: Iterable[Folder] = (),
        lists: Iterable[ContactList] = (),
        next_folder_id: int = 1,
        next_list_id: int = 1,
    ) -> None:
        self.folders = {folder.id: folder for folder in folders}
        self.lists = {each.id: each for each in lists}
        self.next_folder_id = next_folder_id
        self.next_list_id = next_list_id
        self.changed_folders: set[int] = set()
        self.changed_lists: set[int] = set()
        self.removed_folders: set[int] = set()
        self.removed_lists: set[int] = set()

    def settle(self) -> None:
        """Forget what changed, once it is committed."""
        self.changed_folders.clear()
        self.changed_lists.clear()
        self.removed_folders.clear()
        self.removed_lists.clear()

    def add_folder(self, name: str, now: int) -> Folder:
        """A new folder; ids are never used twice."""
        folder = Folder(self.next_folder_id, name, now)
        self.next_folder_id += 1
        self.put_folder(folder)
        return folder

    def put_folder(self, folder: Folder) -> None:
        """The folder as it is from now on."""
        self.folders[folder.id] = folder
        self.changed_folders.add(folder.id)

    def remove_folder(self, folder_id: int) -> None:
        """The folder is gone; its lists must be gone before."""
        del self.folders[folder_id]
        self.changed_folders.discard(folder_id)
        self.removed_folders.add(folder_id)

    def add_list(self, name: str, folder_id: int, now: int) -> ContactList:
        """A new list without contacts; ids are never used twice."""
        new = ContactList(self.next_list_id, name, folder_id, now)
        self.next_list_id += 1
        self.put_list(new)
        return new

    def put_list(self, changed: ContactList) -> None:
        """The list as it is from now on."""
        self.lists[changed.id] = changed
        self.changed_lists.add(changed.id)

    def grow(self, list_id: int, by: int) -> None:
        """Count contacts that came onto the list or left it."""
        changed = self.lists[list_id]
        self.put_list(msgspec.structs.replace(changed, size=changed.size + by))

    def remove_list(self, list_id: int) -> None:
        """The list is gone; no contact may be on it any more."""
        del self.lists[list_id]
        self.changed_lists.discard(list_id)
        self.removed_lists.add(list_id)

    def in_folder(self, folder_id: int) -> list[ContactList]:
        """The folder's lists, oldest first."""
        return [each for each in self.lists.values() if each.folder_id == folder_id]
