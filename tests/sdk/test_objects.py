"""The methods of the official clients for records of objects."""

from __future__ import annotations

import pytest

from tests.sdk.official import Running


@pytest.mark.offers("upsertrecords.records", "getrecords", "batchDeleteObjectRecords", "getProcess")
def test_records_come_and_go(client: Running, name: str) -> None:
    """upsertrecords creates and changes, getrecords lists, batchDeleteObjectRecords removes."""
    of_type = {"object_type": name.replace("-", "_").lower()[:32]}
    begun = client.call(
        "upsertrecords",
        **of_type,
        records=[
            {"identifiers": {"ext_id": "a"}, "attributes": {"total": 12.5}},
            {"attributes": {"total": 7}},
        ],
    )
    assert client.call("getProcess", processId=begun["processId"])["status"] == "completed"
    client.call(
        "upsertrecords",
        **of_type,
        records=[{"identifiers": {"id": 1}, "attributes": {"paid": True}}],
    )
    listed = client.call("getrecords", **of_type, limit=10, page_num=1, sort="asc")
    assert listed["count"] == 2
    first, second = listed["records"]
    assert first["identifiers"] == {"id": 1, "ext_id": "a"}
    assert first["attributes"] == {"total": 12.5, "paid": True}
    assert second["identifiers"]["id"] == 2
    client.call("batchDeleteObjectRecords", **of_type, identifiers={"ext_ids": ["a"]})
    assert client.call("getrecords", **of_type, limit=10, page_num=1)["count"] == 1


@pytest.mark.offers("upsertrecords.records", "getrecords", "createContact")
def test_records_are_associated_as_the_clients_send_it(client: Running, name: str) -> None:
    """upsertrecords links and unlinks records and contacts, and getrecords shows them."""
    of_type = {"object_type": f"a_{name}".replace("-", "_").lower()[:32]}
    contact = client.call("createContact", email=f"associated-{name}@example.com")["id"]
    client.call(
        "upsertrecords",
        **of_type,
        records=[
            {"identifiers": {"ext_id": "a"}, "attributes": {"x": 1}},
            {"identifiers": {"ext_id": "b"}, "attributes": {"x": 2}},
        ],
    )
    to_records = {**of_type, "records": [{"identifiers": {"ext_id": "b"}}]}
    to_contact = {"object_type": "contact", "records": [{"identifiers": {"id": contact}}]}
    changed = {"identifiers": {"ext_id": "a"}, "attributes": {"x": 3}}
    for association, left in (({}, 2), ({"action": "unlink"}, 1)):
        client.call(
            "upsertrecords",
            **of_type,
            records=[{**changed, "associations": [to_contact, {**to_records, **association}]}],
        )
        listed = client.call(
            "getrecords", **of_type, limit=10, page_num=1, sort="asc", association="true"
        )
        shown = listed["records"][0]["associations"]
        assert len(shown) == left
        by_type = {each["object_type"]: each["records"] for each in shown}
        assert by_type["contact"] == [{"identifiers": {"id": contact}}]


@pytest.mark.offers("upsertrecords.records", "getAssociatedRecords")
def test_what_a_contact_is_associated_with_is_found(client: Running, name: str) -> None:
    """getAssociatedRecords goes from a contact to records, and 404s for whom is not there."""
    object_type = f"f_{name}".replace("-", "_").lower()[:32]
    email = f"found-{name}@example.com"
    contact = client.call("createContact", email=email)["id"]
    record = {
        "identifiers": {"ext_id": "r"},
        "attributes": {"x": 1},
        "associations": [{"object_type": "contact", "records": [{"identifiers": {"id": contact}}]}],
    }
    client.call("upsertrecords", object_type=object_type, records=[record])
    page = client.call("getAssociatedRecords", object_type="contact", email=email)
    [item] = page["items"]
    assert (item["type"], item["object"]["attributes"]) == (object_type, {"x": 1})
    back = client.call(
        "getAssociatedRecords", object_type=object_type, ext_id="r", type=["contact"]
    )
    assert back["items"][0]["object"]["attributes"]["email"] == email
    refusal = client.refusal("getAssociatedRecords", object_type="contact", email="no@example.com")
    assert refusal.status == 404


@pytest.mark.offers("getrecords")
def test_an_unknown_type_is_refused(client: Running) -> None:
    """400 in Brevo's words."""
    refusal = client.refusal("getrecords", object_type="nothing", limit=10, page_num=1)
    assert refusal.status == 400
    assert refusal.body["message"] == "invalid object type"
