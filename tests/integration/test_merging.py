"""Merging contacts by a real server, and undoing it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.test_erasure import JANE, JOHN, event
from tests.running import Footfall


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("merging") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def client(footfall: Footfall) -> Iterator[httpx.Client]:
    with footfall.client() as client:
        yield client


def create(client: httpx.Client, **body: Any) -> int:
    return int(client.post("/v3/contacts", json=body).raise_for_status().json()["id"])


def post(client: httpx.Client, what: str, **body: Any) -> httpx.Response:
    return client.post(f"/footfall/v1/contacts/{what}", json=body)


def seen(client: httpx.Client, **query: Any) -> list[tuple[int, int]]:
    events = client.get("/v3/events", params=query).raise_for_status().json()["events"]
    return sorted((each["event_properties"]["number"], each["contact_id"]) for each in events)


def test_merged_contacts_are_one_until_it_is_undone(
    footfall: Footfall, client: httpx.Client
) -> None:
    """Every route shows one contact; then both are as they were, with the events that name them."""
    first = create(client, email=JANE, attributes={"CITY": "Ulm", "SMS": "+33612345678"})
    second = create(client, email=JOHN, ext_id="j", attributes={"CITY": "Bonn"})
    for number, email in enumerate((JANE, JOHN)):
        footfall.send(event(email, number))
    count = client.get("/v3/contacts").json()["count"]
    before = [client.get(f"/v3/contacts/{each}").json() for each in (first, second)]
    merged = post(client, "merge", contact_ids=[second, first])
    assert (merged.status_code, merged.json()) == (200, {"id": first})
    one = client.get(f"/v3/contacts/{second}").json()
    assert one["id"] == first
    assert one["attributes"] == {"CITY": "Bonn", "SMS": "+33612345678", "EXT_ID": "j"}
    assert client.get(f"/v3/contacts/{JANE}").json() == one
    assert client.get("/v3/contacts").json()["count"] == count - 1
    footfall.send(event(JOHN, 2))
    for query in ({}, {"contact_id": first}, {"contact_id": second}):
        assert seen(client, **query) == [(0, first), (1, first), (2, first)]
    [member] = client.get(f"/footfall/v1/contacts/{JOHN}/merges").json()["merged"]
    assert (member["contact_id"], member["into"]) == (second, first)
    exported = client.get(f"/footfall/v1/contacts/{JANE}/export").json()
    assert len(exported["events"]) == 3
    assert post(client, "unmerge", contact_id=second).status_code == 200
    after = [client.get(f"/v3/contacts/{each}").json() for each in (first, second)]
    assert after == before
    assert seen(client) == [(0, first), (1, second), (2, second)]
    for each in (first, second):
        client.delete(f"/v3/contacts/{each}").raise_for_status()


def test_what_would_be_a_duplicate_is_merged_where_that_is_wanted(client: httpx.Client) -> None:
    """forceMerge on create, on update and in a batch."""
    ids = [create(client, email=f"{name}@example.com") for name in "abcd"]
    create(client, ext_id="e")
    body = {"email": "a@example.com", "ext_id": "e", "updateEnabled": True}
    assert client.post("/v3/contacts", json=body).status_code == 400
    assert client.post("/v3/contacts", json=body | {"forceMerge": True}).status_code == 204
    forced = {"attributes": {"EMAIL": "c@example.com"}, "forceMerge": True}
    assert client.put("/v3/contacts/b@example.com", json=forced).status_code == 204
    assert client.get("/v3/contacts/c@example.com").json()["id"] == ids[1]
    batch = {"contacts": [{"email": "d@example.com", "ext_id": "e", "forceMerge": True}]}
    assert client.post("/v3/contacts/batch", json=batch).status_code == 204
    assert client.get("/v3/contacts/d@example.com").json()["id"] == ids[0]


@pytest.mark.parametrize(
    ("what", "body", "status", "code"),
    [
        ("merge", {}, 400, "missing_parameter"),
        ("merge", {"contact_ids": [1]}, 400, "invalid_parameter"),
        ("merge", {"contact_ids": [0, 1]}, 400, "invalid_parameter"),
        ("merge", {"contact_ids": ["a", "b"]}, 400, "invalid_parameter"),
        ("merge", {"contact_ids": [98, 99]}, 404, "document_not_found"),
        ("unmerge", {}, 400, "missing_parameter"),
        ("unmerge", {"contact_id": -1}, 400, "invalid_parameter"),
        ("unmerge", {"contact_id": 99}, 404, "document_not_found"),
    ],
)
def test_what_cannot_be_merged_is_told(
    client: httpx.Client, what: str, body: dict[str, Any], status: int, code: str
) -> None:
    """A clear answer that names the field."""
    answer = post(client, what, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
