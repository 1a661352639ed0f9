"""Records of objects over HTTP: what is refused, and what is told of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.running import Footfall


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("objects") / "data") as running:
        yield running


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
        (
            "order/batch/upsert",
            {"records": [{"attributes": {"x": 1}, "associations": [{"object_type": "a"}]}]},
            "records[0].associations",
        ),
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
