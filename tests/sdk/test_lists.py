"""The methods of the official clients for folders and lists."""

from __future__ import annotations

import pytest

from tests.sdk.official import Running


@pytest.fixture
def folder(client: Running, name: str) -> int:
    """A folder for lists."""
    made: int = client.call("createFolder", name=name)["id"]
    return made


@pytest.fixture
def filled(client: Running, name: str, folder: int) -> int:
    """A list with three contacts, name-0 to name-2."""
    made: int = client.call("createList", name=name, folderId=folder)["id"]
    for number in range(3):
        client.call("createContact", email=f"{name}-{number}@example.com", listIds=[made])
    return made


@pytest.mark.offers("createFolder", "getFolder", "updateFolder", "deleteFolder", "getFolders")
def test_folders_come_and_go(client: Running, name: str, folder: int) -> None:
    """A folder is read, listed, renamed and deleted."""
    assert client.call("getFolder", folderId=folder)["name"] == name
    listed = client.call("getFolders", limit=50, offset=0, sort="desc")
    assert listed["count"] >= 1
    assert folder in [each["id"] for each in listed["folders"]]
    client.call("updateFolder", folderId=folder, name=f"{name} renamed")
    assert client.call("getFolder", folderId=folder)["name"] == f"{name} renamed"
    client.call("deleteFolder", folderId=folder)
    assert client.refusal("getFolder", folderId=folder).status == 404


@pytest.mark.offers("createList", "getList", "updateList", "deleteList", "getLists")
def test_lists_come_and_go(client: Running, name: str, folder: int) -> None:
    """A list is read, listed, renamed, moved and deleted."""
    made = client.call("createList", name=name, folderId=folder)["id"]
    shown = client.call("getList", listId=made)
    assert (shown["name"], shown["folderId"], shown["uniqueSubscribers"]) == (name, folder, 0)
    listed = client.call("getLists", limit=50, offset=0, sort="desc")
    assert made in [each["id"] for each in listed["lists"]]
    client.call("updateList", listId=made, name=f"{name} renamed")
    assert client.call("getList", listId=made)["name"] == f"{name} renamed"
    other = client.call("createFolder", name=f"{name} other")["id"]
    client.call("updateList", listId=made, folderId=other)
    assert client.call("getList", listId=made)["folderId"] == other
    client.call("deleteList", listId=made)
    assert client.refusal("getList", listId=made).status == 404


@pytest.mark.offers("getFolderLists", "createList")
def test_a_folder_lists_its_lists(client: Running, name: str, folder: int) -> None:
    """They come in pages."""
    made = [
        client.call("createList", name=f"{name}-{number}", folderId=folder)["id"]
        for number in range(3)
    ]
    page = client.call("getFolderLists", folderId=folder, limit=2, offset=0, sort="asc")
    assert page["count"] == 3
    assert [each["id"] for each in page["lists"]] == made[:2]


@pytest.mark.offers("getContactsFromList", "createContact")
def test_a_list_shows_its_contacts(client: Running, name: str, filled: int) -> None:
    """They come in pages, and by the time of their change."""
    page = client.call("getContactsFromList", listId=filled, limit=2, offset=0, sort="asc")
    assert page["count"] == 3
    emails = [contact["email"] for contact in page["contacts"]]
    assert emails == [f"{name}-0@example.com", f"{name}-1@example.com"]
    none = client.call(
        "getContactsFromList", listId=filled, modifiedSince="2999-01-01T00:00:00.000Z"
    )
    assert none["contacts"] == []


@pytest.mark.offers("addContactToList", "removeContactFromList", "createContact")
def test_contacts_go_onto_a_list_and_off_it(client: Running, name: str, filled: int) -> None:
    """The answer says who was added or removed, and who could not be."""
    one, two = f"{name}-x@example.com", f"{name}-y@example.com"
    identity = client.call("createContact", email=one)["id"]
    client.call("createContact", email=two)
    added = client.call("addContactToList", listId=filled, emails=[one, f"no-{name}@example.com"])
    assert added["contacts"]["success"] == [one]
    assert added["contacts"]["failure"] == [f"no-{name}@example.com"]
    client.call("addContactToList", listId=filled, emails=[two])
    removed = client.call("removeContactFromList", listId=filled, ids=[identity])
    assert [int(each) for each in removed["contacts"]["success"]] == [identity]
    assert client.call("getContactsFromList", listId=filled)["count"] == 4


@pytest.mark.offers(
    "addContactToList.extIds", "removeContactFromList.extIds", "createContact.ext_id"
)
def test_contacts_are_put_on_a_list_by_their_external_ids(
    client: Running, name: str, filled: int
) -> None:
    """extIds name contacts like e-mail addresses do."""
    client.call("createContact", ext_id=name)
    added = client.call("addContactToList", listId=filled, extIds=[name])
    assert added["contacts"]["success"] == [name]
    removed = client.call("removeContactFromList", listId=filled, extIds=[name])
    assert removed["contacts"]["success"] == [name]


@pytest.mark.offers("removeContactFromList", "createContact")
def test_a_list_is_emptied(client: Running, filled: int) -> None:
    """all takes everybody off."""
    client.call("removeContactFromList", listId=filled, all=True)
    assert client.call("getContactsFromList", listId=filled)["count"] == 0
