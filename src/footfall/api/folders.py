"""`/v3/contacts/folders`: folders of lists."""

from __future__ import annotations

import msgspec
from litestar import Response, delete, get, post, put

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.lists import ListPage, listed_list
from footfall.api.names import check_name
from footfall.api.paging import Offset, PathId, Sort, UpTo50, page
from footfall.api.parts import GivenParts
from footfall.commands import CreateFolder, DeleteFolder, UpdateFolder
from footfall.errors import NotFound
from footfall.lists import ContactList, Folder
from footfall.ports import ContactQuery, Directory


class ShownFolder(msgspec.Struct, rename="camel", kw_only=True):
    """A folder as Brevo shows it. Brevo drops the last two, and answers 0."""

    id: int
    name: str
    unique_subscribers: int
    total_subscribers: int = 0
    total_blacklisted: int = 0


class FolderPage(msgspec.Struct):
    """A page of folders, and how many there are in all."""

    count: int
    folders: list[ShownFolder]


class FolderBody(msgspec.Struct):
    """A folder's name."""

    name: str | None = None


class CreatedFolder(msgspec.Struct):
    """The id of the folder."""

    id: int


@get(
    "/v3/contacts/folders",
    opt=require("contacts:read"),
    operation_id="getFolders",
    tags=["Contacts"],
)
async def list_folders(
    parts: GivenParts, limit: UpTo50 = 10, offset: Offset = 0, sort: Sort = "desc"
) -> Response[FolderPage]:
    """The account's folders."""
    folders = (await parts.read(parts.directory.state)).folders
    asked = page(folders, sort, limit, offset)
    shown = await parts.read(_shown, parts.directory, asked)
    return json_answer(FolderPage(len(folders), shown))


@post(
    "/v3/contacts/folders",
    opt=require_with("contacts:write", FolderBody),
    operation_id="createFolder",
    tags=["Contacts"],
)
async def create_folder(parts: GivenParts, request: Call) -> Response[CreatedFolder]:
    """Create a folder."""
    body = await read_body(request, FolderBody)
    done = await command(parts, request, CreateFolder(check_name(body.name, "name")))
    return json_answer(CreatedFolder(done.id or 0), status=201)


@get(
    "/v3/contacts/folders/{folder_id:int}",
    opt=require("contacts:read"),
    operation_id="getFolder",
    tags=["Contacts"],
)
async def read_folder(parts: GivenParts, folder_id: PathId) -> Response[ShownFolder]:
    """One folder."""
    folder, _ = await parts.read(_existing, parts.directory, folder_id)
    [shown] = await parts.read(_shown, parts.directory, [folder])
    return json_answer(shown)


@put(
    "/v3/contacts/folders/{folder_id:int}",
    opt=require_with("contacts:write", FolderBody),
    status_code=204,
    operation_id="updateFolder",
    tags=["Contacts"],
)
async def update_folder(parts: GivenParts, request: Call, folder_id: PathId) -> None:
    """Rename a folder."""
    body = await read_body(request, FolderBody)
    await command(parts, request, UpdateFolder(folder_id, check_name(body.name, "name")))


@delete(
    "/v3/contacts/folders/{folder_id:int}",
    opt=require("contacts:write"),
    operation_id="deleteFolder",
    tags=["Contacts"],
)
async def delete_folder(parts: GivenParts, request: Call, folder_id: PathId) -> None:
    """Remove a folder with its lists. Their contacts stay."""
    await command(parts, request, DeleteFolder(folder_id))


@get(
    "/v3/contacts/folders/{folder_id:int}/lists",
    opt=require("contacts:read"),
    operation_id="getFolderLists",
    tags=["Contacts"],
)
async def list_folder_lists(
    parts: GivenParts,
    folder_id: PathId,
    limit: UpTo50 = 10,
    offset: Offset = 0,
    sort: Sort = "desc",
) -> Response[ListPage]:
    """The lists in a folder."""
    _, lists = await parts.read(_existing, parts.directory, folder_id)
    shown = [listed_list(each) for each in page(lists, sort, limit, offset)]
    return json_answer(ListPage(len(lists), shown))


def _shown(directory: Directory, folders: list[Folder]) -> list[ShownFolder]:
    lists = directory.state().lists
    return [
        ShownFolder(
            id=folder.id,
            name=folder.name,
            unique_subscribers=_contacts_in(directory, folder, lists),
        )
        for folder in folders
    ]


def _contacts_in(directory: Directory, folder: Folder, lists: list[ContactList]) -> int:
    """How many contacts are on the folder's lists; one on several counts once."""
    inside = [each for each in lists if each.folder_id == folder.id]
    if len(inside) <= 1:
        return sum(each.size for each in inside)
    query = ContactQuery(list_ids=tuple(each.id for each in inside), limit=0)
    return directory.find_contacts(query).count


def _existing(directory: Directory, folder_id: int) -> tuple[Folder, list[ContactList]]:
    """The folder with its lists, oldest first; raises `NotFound`."""
    state = directory.state()
    found = next((each for each in state.folders if each.id == folder_id), None)
    if found is None:
        raise NotFound("Folder ID does not exist")
    return found, [each for each in state.lists if each.folder_id == folder_id]
