"""The catalogue over the whole server: what came, what was noted, and who noted it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.running import Footfall

CATALOGUE = "/footfall/v1/catalogue"


@pytest.fixture
def client(footfall: Footfall) -> Iterator[httpx.Client]:
    with footfall.client() as client:
        yield client


def send(client: httpx.Client, name: str, *properties: dict[str, Any]) -> None:
    for each in properties:
        body = {
            "event_name": name,
            "identifiers": {"ext_id": "x"},
            "event_properties": each,
        }
        assert client.post("/v3/events", json=body).status_code == 204


def listed(client: httpx.Client, name: str) -> dict[str, Any]:
    events = client.get(CATALOGUE).json()["events"]
    found: dict[str, Any] = next(each for each in events if each["name"] == name)
    return found


def property_of(client: httpx.Client, name: str, path: str) -> dict[str, Any]:
    properties = client.get(f"{CATALOGUE}/{name}").json()["properties"]
    found: dict[str, Any] = next(each for each in properties if each["path"] == path)
    return found


def test_a_property_that_turns_is_flagged(client: httpx.Client) -> None:
    """A number that becomes a text drifts at once, with both types, their shares and examples."""
    send(client, "priced", {"total": 1}, {"total": 2.5})
    assert listed(client, "priced")["drifting"] == []
    send(client, "priced", {"total": "3,50"})
    event = listed(client, "priced")
    assert (event["count"], event["drifting"]) == (3, ["total"])
    assert event["properties"] == [{"path": "total", "type": "number"}]
    total = property_of(client, "priced", "total")
    assert (total["drift"], total["count"]) == ("turned", 3)
    assert [(each["type"], each["count"], each["examples"]) for each in total["types"]] == [
        ("number", 2, ["2.5", "1"]),
        ("text", 1, ['"3,50"']),
    ]
    assert total["types"][0]["last_seen"] < total["types"][1]["first_seen"]


def test_what_people_note_is_kept_and_logged(client: httpx.Client, footfall: Footfall) -> None:
    """Description, owner, expected type and hiding; each in the log of changes; by rebuild too."""
    send(client, "noted", {"cart": {"items": [{"sku": 1}]}, "inner": True})
    note = {"description": " A cart was left ", "owner": "shop", "hidden": True}
    assert client.put(f"{CATALOGUE}/noted", json=note).status_code == 204
    path = f"{CATALOGUE}/noted/properties/cart.items[].sku"
    assert client.put(path, json={"expected": "text"}).status_code == 204
    hide = {"hidden": True, "description": "For us"}
    assert client.put(f"{CATALOGUE}/noted/properties/inner", json=hide).status_code == 204
    event = listed(client, "noted")
    assert (event["description"], event["owner"], event["hidden"]) == (
        "A cart was left",
        "shop",
        True,
    )
    assert event["drifting"] == ["cart.items[].sku"]
    assert "inner" not in [each["path"] for each in event["properties"]]
    sku = property_of(client, "noted", "cart.items[].sku")
    assert (sku["expected"], sku["drift"]) == ("text", "unexpected")
    changes = client.get("/footfall/v1/changes").json()["changes"]
    assert [
        (each["action"], each["subject"], each["actor"], each["details"]) for each in changes[:3]
    ] == [
        ("event_described", "noted inner", "key test", "hidden, For us"),
        ("event_described", "noted cart.items[].sku", "key test", "expected text"),
        ("event_described", "noted", "key test", "owner shop, hidden, A cart was left"),
    ]
    assert client.put(f"{CATALOGUE}/noted", json={}).status_code == 204
    assert listed(client, "noted")["description"] == ""


def test_an_event_may_be_noted_before_it_comes(client: httpx.Client) -> None:
    """It is listed with a count of 0, and its noted properties stand without a type."""
    path = f"{CATALOGUE}/planned/properties/total"
    assert client.put(path, json={"expected": "number"}).status_code == 204
    event = listed(client, "planned")
    assert (event["count"], event["first_seen"], event["properties"]) == (0, None, None)
    assert property_of(client, "planned", "total")["types"] == []


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("a%20b", {}, "name"),
        ("x" * 256, {}, "name"),
        ("a", {"description": 1}, "description"),
        ("a", {"owner": "x" * 101}, "owner"),
        ("a/properties/a..b", {}, "path"),
        ("a/properties/" + ".".join("a" * 21), {}, "path"),
        ("a/properties/a", {"expected": "integer"}, "expected"),
    ],
)
def test_a_malformed_note_is_refused(
    client: httpx.Client, path: str, body: dict[str, Any], field: str
) -> None:
    """400 with the field's name, and nothing is noted."""
    answer = client.put(f"{CATALOGUE}/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert field in answer.json()["message"]


def test_what_never_came_is_a_404(client: httpx.Client) -> None:
    """Neither seen nor noted."""
    answer = client.get(f"{CATALOGUE}/nobody_sends_this")
    assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


def test_only_administrators_note(client: httpx.Client, footfall: Footfall) -> None:
    """A key that reads events reads the catalogue, and may not write into it."""
    body = {"name": "reader", "scopes": ["events:read"]}
    secret = client.post("/footfall/v1/keys", json=body).json()["secret"]
    with footfall.client(secret) as reader:
        assert reader.get(CATALOGUE).status_code == 200
        assert reader.put(f"{CATALOGUE}/noted", json={"owner": "me"}).status_code == 403
