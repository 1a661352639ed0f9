"""Records of objects over HTTP: what is refused, and what is told of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.running import Footfall


@pytest.fixture(scope="module")
def client(footfall: Footfall) -> Iterator[httpx.Client]:
    with footfall.client() as client:
        yield client


def test_what_could_not_be_done_is_told_by_the_process(client: httpx.Client) -> None:
    """202, and the records that were refused by their number."""
    records = [{"attributes": {"x": 1}}, {"identifiers": {"id": 99}, "attributes": {"x": 1}}]
    answer = client.post("/v3/objects/order/batch/upsert", json={"records": records})
    assert answer.status_code == 202, answer.text
    process = client.get(f"/v3/processes/{answer.json()['processId']}").json()
    assert (process["name"], process["status"]) == ("OBJECTS_UPSERT", "completed")
    path = f"/footfall/v1/processes/{process['id']}/problems"
    [problem] = client.get(path).json()["problems"]
    assert (problem["row"], problem["code"]) == (2, "document_not_found")


def test_pages_follow_one_another(client: httpx.Client) -> None:
    """Latest first, by the number of the page."""
    records = [{"attributes": {"number": number}} for number in range(5)]
    client.post("/v3/objects/paged/batch/upsert", json={"records": records}).raise_for_status()
    pages = [
        client.get("/v3/objects/paged/records", params={"limit": 2, "page_num": page}).json()
        for page in (1, 2, 3, 4)
    ]
    assert {page["count"] for page in pages} == {5}
    numbers = [[each["attributes"]["number"] for each in page["records"]] for page in pages]
    assert numbers == [[4, 3], [2, 1], [0], []]


def test_a_receipt_tells_that_a_record_is_unknown(footfall: Footfall, client: httpx.Client) -> None:
    """The event is applied, with a remark; one whose record is known has none."""
    record = {"identifiers": {"ext_id": "a"}, "attributes": {"x": 1}}
    client.post("/v3/objects/cart/batch/upsert", json={"records": [record]}).raise_for_status()
    remarks = []
    for ext_id in ("a", "b"):
        event = {
            "event_name": "cart_updated",
            "identifiers": {"email_id": "a@example.com"},
            "object": {"type": "cart", "identifiers": {"ext_id": ext_id}},
        }
        id_ = footfall.send(event).headers["x-request-id"]
        client.get("/v3/events?limit=1")
        [entry] = client.get(f"/footfall/v1/receipts/{id_}").json()["events"]
        assert entry["verdict"] == "applied"
        remarks.append([each["code"] for each in entry.get("remarks", [])])
    assert remarks == [[], ["object_unknown"]]


def associated(association: dict[str, Any], field: str) -> tuple[str, dict[str, Any], str]:
    body = {"records": [{"attributes": {"x": 1}, "associations": [association]}]}
    return "order/batch/upsert", body, f"records[0].associations{field}"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("Order/batch/upsert", {"records": [{"attributes": {"x": 1}}]}, "object_type"),
        ("contact/batch/upsert", {"records": [{"attributes": {"x": 1}}]}, "object"),
        ("order/batch/upsert", {}, "records"),
        ("order/batch/upsert", {"records": [{}] * 1_001}, "records"),
        ("order/batch/upsert", {"records": [{}]}, "records[0].attributes"),
        ("order/batch/upsert", {"records": [7]}, "records[0]"),
        (
            "order/batch/upsert",
            {"records": [{"attributes": {"x": {"y": 1}}}]},
            "records[0].attributes.x",
        ),
        associated({}, "[0].object_type"),
        associated({"object_type": "A"}, "[0].object_type"),
        associated({"object_type": "a"}, "[0].records"),
        associated({"object_type": "a", "records": []}, "[0].records"),
        associated({"object_type": "a", "records": [{}]}, "[0].records[0].identifiers"),
        associated(
            {"object_type": "a", "records": [{"identifiers": {"id": 0}}]},
            "[0].records[0].identifiers.id",
        ),
        associated({"object_type": "a", "action": "cut"}, "[0].action"),
        associated({"object_type": "a", "records": [{"identifiers": {"id": 1}}] * 11}, ""),
        (
            "order/batch/upsert",
            {"records": [{"attributes": {"x": 1}, "identifiers": {"id": 0}}]},
            "records[0].identifiers.id",
        ),
        ("order/batch/delete", {}, "identifiers"),
        ("order/batch/delete", {"identifiers": {"ids": [1], "ext_ids": ["a"]}}, "Either ids"),
        ("order/batch/delete", {"identifiers": {"ids": [-1]}}, "identifiers.ids[0]"),
        ("nothing/batch/delete", {"identifiers": {"ids": [1]}}, "invalid object type"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    client: httpx.Client, path: str, body: dict[str, Any], field: str
) -> None:
    """400 that names the field by its path."""
    answer = client.post(f"/v3/objects/{path}", json=body)
    assert answer.status_code == 400
    assert field in answer.json()["message"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "page_num=0", "sort=x"])
def test_a_page_that_cannot_be_is_refused(client: httpx.Client, query: str) -> None:
    """400."""
    assert client.get(f"/v3/objects/order/records?{query}").status_code == 400


def test_a_record_is_associated_with_a_contact_by_any_name(client: httpx.Client) -> None:
    """By id and by ext_id; and is found from the contact by each of its identifiers."""
    ann = client.post(
        "/v3/contacts",
        json={"email": "ann@example.com", "ext_id": "ann", "attributes": {"SMS": "+33612345678"}},
    ).json()["id"]
    bob = client.post("/v3/contacts", json={"email": "bob@example.com"}).json()["id"]
    others = [{"identifiers": {"ext_id": "ann"}}, {"identifiers": {"id": bob}}]
    record = {
        "identifiers": {"ext_id": "t1"},
        "attributes": {"seat": "4A"},
        "associations": [{"object_type": "contact", "records": others}],
    }
    client.post("/v3/objects/ticket/batch/upsert", json={"records": [record]}).raise_for_status()
    [shown] = client.get("/v3/objects/ticket/records?association=true").json()["records"]
    assert shown["associations"] == [
        {
            "object_type": "contact",
            "records": [{"identifiers": {"id": bob}}, {"identifiers": {"id": ann}}],
        }
    ]
    for query in (f"id={ann}", "ext_id=ann", "email=ANN@example.com", "sms=33612345678"):
        page = client.get(f"/v3/objects/contact/associated-records?{query}").json()
        [item] = page["items"]
        assert (page["offset"], page["has_more"], item["type"]) == (0, False, "ticket")
        assert item["object"]["ext_id"] == "t1"
        assert item["object"]["attributes"] == {"seat": "4A"}
    back = client.get("/v3/objects/ticket/associated-records?ext_id=t1&type=contact").json()
    assert [each["object"]["id"] for each in back["items"]] == [bob, ann]
    assert back["items"][1]["object"]["attributes"] == {
        "email": "ann@example.com",
        "ext_id": "ann",
        "sms": "+33612345678",
    }
    known = client.get(f"/footfall/v1/contacts/{ann}/export").json()
    assert [each["ext_id"] for each in known["contact"]["records"]] == ["t1"]


def test_an_unknown_contact_is_told_by_the_process_alone(client: httpx.Client) -> None:
    """202, and the record is refused without a word on who was meant."""
    other = {"identifiers": {"ext_id": "nobody-here"}}
    record = {
        "attributes": {"x": 1},
        "associations": [{"object_type": "contact", "records": [other]}],
    }
    answer = client.post("/v3/objects/lost/batch/upsert", json={"records": [record]})
    assert answer.status_code == 202
    path = f"/footfall/v1/processes/{answer.json()['processId']}/problems"
    [problem] = client.get(path).json()["problems"]
    assert problem["code"] == "document_not_found"
    assert "nobody-here" not in problem["message"]


def test_associated_records_come_in_pages_of_twenty(client: httpx.Client) -> None:
    """`has_more` says whether another page follows; past the end there is nothing."""
    parts = [
        {"identifiers": {"ext_id": f"p{number}"}, "attributes": {"n": number}}
        for number in range(25)
    ]
    client.post("/v3/objects/part/batch/upsert", json={"records": parts}).raise_for_status()
    for start in range(0, 25, 10):
        others = [{"identifiers": each["identifiers"]} for each in parts[start : start + 10]]
        record = {
            "identifiers": {"ext_id": "car"},
            "associations": [{"object_type": "part", "records": others}],
        }
        body = {"records": [record]}
        answer = client.post("/v3/objects/car/batch/upsert", json=body)
        assert answer.status_code == 202, answer.text
    pages = [
        client.get(f"/v3/objects/car/associated-records?ext_id=car&offset={offset}").json()
        for offset in (0, 20, 40)
    ]
    assert [len(page["items"]) for page in pages] == [20, 5, 0]
    assert [page["has_more"] for page in pages] == [True, False, False]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("contact/associated-records", 400),
        ("contact/associated-records?id=1&email=a@example.com", 400),
        ("contact/associated-records?email=nobody@example.com", 404),
        ("contact/associated-records?email=x", 400),
        ("contact/associated-records?id=999999", 404),
        ("order/associated-records?email=a@example.com", 400),
        ("order/associated-records?id=999999", 404),
        ("unheard_of/associated-records?id=1", 400),
        ("order/associated-records?id=1&type=a&type=b&type=c&type=d&type=e&type=f", 400),
    ],
)
def test_a_source_that_cannot_be_is_refused(client: httpx.Client, path: str, status: int) -> None:
    """400 where nothing can be meant, 404 where nothing is there."""
    client.post("/v3/objects/order/batch/upsert", json={"records": [{"attributes": {"x": 1}}]})
    answer = client.get(f"/v3/objects/{path}")
    assert answer.status_code == status, answer.text
