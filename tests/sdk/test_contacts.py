"""The methods of the official clients for contacts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sdk.official import Running


def create(client: Running, name: str, **more: object) -> int:
    """A contact `name`@example.com, and its id."""
    made = client.call("createContact", email=f"{name}@example.com", **more)
    identity: int = made["id"]
    return identity


@pytest.fixture
def folder(client: Running, name: str) -> int:
    """A folder for lists."""
    made: int = client.call("createFolder", name=name)["id"]
    return made


@pytest.fixture
def on_list(client: Running, name: str, folder: int) -> int:
    """A list, empty."""
    made: int = client.call("createList", name=name, folderId=folder)["id"]
    return made


@pytest.mark.offers("createContact", "getContactInfo")
def test_a_created_contact_is_read_at_once(client: Running, name: str, on_list: int) -> None:
    """Identifiers, attributes, lists and blocklists are what the client said."""
    phone = f"+49 151 {int(name[1:]):08d}"
    identity = create(
        client,
        name,
        attributes={"FNAME": "Élise", "VISITS": 3, "VIP": True, "SMS": phone},
        listIds=[on_list],
        emailBlacklisted=False,
        smsBlacklisted=True,
    )
    shown = client.call("getContactInfo", identifier=f"{name}@example.com")
    assert shown["id"] == identity
    assert shown["listIds"] == [on_list]
    assert (shown["emailBlacklisted"], shown["smsBlacklisted"]) == (False, True)
    expected = {"FNAME": "Élise", "VISITS": 3, "VIP": True, "SMS": phone.replace(" ", "")}
    assert expected.items() <= shown["attributes"].items()


@pytest.mark.offers("createContact.ext_id", "getContactInfo.identifierType")
def test_a_contact_is_found_by_each_kind_of_identifier(client: Running, name: str) -> None:
    """identifierType says what the identifier is, also where it has signs that URLs escape."""
    ext_id = f"{name}/a+b@c%d é"
    identity = create(client, name, ext_id=ext_id)
    for kind, identifier in (
        ("email_id", f"{name}@example.com"),
        ("contact_id", identity),
        ("ext_id", ext_id),
    ):
        shown = client.call("getContactInfo", identifier=identifier, identifierType=kind)
        assert shown["id"] == identity, kind


@pytest.mark.offers("createContact")
def test_a_contact_that_is_there_is_updated_where_asked(client: Running, name: str) -> None:
    """updateEnabled turns a second creation into a change, which returns without an id."""
    identity = create(client, name, attributes={"FNAME": "Ann"})
    client.call(
        "createContact",
        email=f"{name}@example.com",
        attributes={"FNAME": "Bea"},
        updateEnabled=True,
    )
    shown = client.call("getContactInfo", identifier=identity)
    assert shown["attributes"]["FNAME"] == "Bea"


@pytest.mark.offers("createContact")
def test_a_contact_that_is_there_is_no_new_one(client: Running, name: str) -> None:
    """The second creation is refused, and the error says which identifier is taken."""
    create(client, name)
    refusal = client.refusal("createContact", email=f"{name}@example.com")
    assert refusal.error == client.official.generation.error("createContact", 400)
    assert refusal.status == 400
    assert refusal.body["code"] == "duplicate_parameter"
    assert refusal.body["metadata"]["duplicateIdentifiers"] == ["email"]


@pytest.mark.offers("createContact.forceMerge", "getContactInfo.identifierType")
def test_two_contacts_become_one_where_asked(client: Running, name: str) -> None:
    """forceMerge joins those whom the identifiers name: the older one stays."""
    older = create(client, name, attributes={"FNAME": "Ann"})
    newer = client.call("createContact", ext_id=name, attributes={"PLAN": "pro"})["id"]
    both: dict[str, Any] = {"email": f"{name}@example.com", "ext_id": name, "updateEnabled": True}
    refusal = client.refusal("createContact", **both)
    assert refusal.status == 400
    client.call("createContact", **both, forceMerge=True)
    for identifier, kind in ((name, "ext_id"), (f"{name}@example.com", "email_id")):
        shown = client.call("getContactInfo", identifier=identifier, identifierType=kind)
        assert shown["id"] == older != newer
        assert {"FNAME": "Ann", "PLAN": "pro"}.items() <= shown["attributes"].items()


@pytest.mark.offers("updateContact", "createContact")
def test_an_updated_contact_is_read_at_once(client: Running, name: str, on_list: int) -> None:
    """Attributes, lists and blocklists change; what is not given stays."""
    identity = create(client, name, attributes={"FNAME": "Ann", "PLAN": "pro"})
    client.call(
        "updateContact",
        identifier=f"{name}@example.com",
        attributes={"FNAME": "Bea", "EMAIL": f"new-{name}@example.com"},
        listIds=[on_list],
        emailBlacklisted=True,
    )
    shown = client.call("getContactInfo", identifier=identity)
    assert shown["email"] == f"new-{name}@example.com"
    assert {"FNAME": "Bea", "PLAN": "pro"}.items() <= shown["attributes"].items()
    assert shown["listIds"] == [on_list]
    client.call("updateContact", identifier=identity, unlinkListIds=[on_list])
    assert client.call("getContactInfo", identifier=identity)["listIds"] == []


@pytest.mark.offers(
    "updateContact.identifierType",
    "deleteContact.identifierType",
    "getContactInfo.identifierType",
    "createContact.ext_id",
)
def test_a_contact_is_updated_and_deleted_by_its_external_id(client: Running, name: str) -> None:
    """identifierType holds for updates and for deletion as well."""
    ext_id = f"shop/{name}"
    identity = create(client, name, ext_id=ext_id)
    named = {"identifier": ext_id, "identifierType": "ext_id"}
    client.call("updateContact", **named, attributes={"FNAME": "Cleo"})
    shown = client.call("getContactInfo", identifier=identity)
    assert shown["attributes"]["FNAME"] == "Cleo"
    client.call("deleteContact", **named)
    assert client.refusal("getContactInfo", **named).status == 404


@pytest.mark.offers("updateBatchContacts", "createContact")
def test_several_contacts_are_updated_by_one_call(client: Running, name: str) -> None:
    """Each is named in its own way."""
    first, second = create(client, f"{name}a"), create(client, f"{name}b")
    client.call(
        "updateBatchContacts",
        contacts=[
            {"id": first, "attributes": {"FNAME": "One"}},
            {"email": f"{name}b@example.com", "attributes": {"FNAME": "Two"}},
        ],
    )
    for identity, first_name in ((first, "One"), (second, "Two")):
        shown = client.call("getContactInfo", identifier=identity)
        assert shown["attributes"]["FNAME"] == first_name


@pytest.mark.offers("deleteContact", "createContact")
def test_a_deleted_contact_is_not_found(client: Running, name: str) -> None:
    """After the answer nobody finds it."""
    create(client, name)
    client.call("deleteContact", identifier=f"{name}@example.com")
    refusal = client.refusal("getContactInfo", identifier=f"{name}@example.com")
    assert refusal.status == 404


@pytest.mark.offers("getContacts", "createContact")
def test_contacts_are_listed_in_pages(
    client: Running, name: str, folder: int, on_list: int
) -> None:
    """limit, offset and sort cut the contacts of the lists that are named."""
    other = client.call("createList", name=f"{name} other", folderId=folder)["id"]
    made = [create(client, f"{name}-{number}", listIds=[on_list]) for number in range(3)]
    page = client.call("getContacts", listIds=[on_list], limit=2, offset=1, sort="asc")
    assert page["count"] == 3
    assert [contact["id"] for contact in page["contacts"]] == made[1:]
    client.call("createContact", email=f"{name}@example.com", listIds=[other])
    latest = client.call("getContacts", listIds=[on_list, other], limit=2)
    assert latest["count"] == 4
    assert latest["contacts"][1]["id"] == made[-1]


@pytest.mark.offers("getContacts", "createContact")
def test_contacts_are_listed_by_attribute_and_by_time(client: Running, name: str) -> None:
    """filter and createdSince choose."""
    identity = create(client, name, attributes={"FNAME": name})
    create(client, f"{name}-other", attributes={"FNAME": f"{name} too"})
    found = client.call("getContacts", filter=f'equals(FNAME,"{name}")')
    assert [contact["id"] for contact in found["contacts"]] == [identity]
    created = client.call("getContactInfo", identifier=identity)["createdAt"]
    since = client.call("getContacts", createdSince=created, modifiedSince=created, sort="asc")
    assert identity in [contact["id"] for contact in since["contacts"]]
    none = client.call("getContacts", createdSince="2999-01-01T00:00:00.000Z")
    assert (none["contacts"], none["count"]) == ([], 0)


@pytest.mark.offers("getContacts.ids", "createContact")
def test_contacts_are_listed_by_their_ids(client: Running, name: str) -> None:
    """ids takes several."""
    made = [create(client, f"{name}-{number}") for number in range(2)]
    found = client.call("getContacts", ids=made, sort="asc")
    assert [contact["id"] for contact in found["contacts"]] == made


@pytest.mark.offers("getContactStats", "createContact")
def test_a_contact_has_no_campaigns(client: Running, name: str) -> None:
    """There are no campaigns, so the statistics are empty."""
    create(client, name)
    shown = client.call("getContactStats", identifier=f"{name}@example.com")
    assert not any(shown.values())


@pytest.mark.offers("getAccount")
def test_the_account_is_shown(client: Running) -> None:
    """What most integrations call first proves the key."""
    account = client.call("getAccount")
    assert account["companyName"]
