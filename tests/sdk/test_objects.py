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


@pytest.mark.offers("getrecords")
def test_an_unknown_type_is_refused(client: Running) -> None:
    """400 in Brevo's words."""
    refusal = client.refusal("getrecords", object_type="nothing", limit=10, page_num=1)
    assert refusal.status == 400
    assert refusal.body["message"] == "invalid object type"
