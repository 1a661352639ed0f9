"""What the account of the browser tests holds."""

from __future__ import annotations

import json
import time
from typing import Any, Final

import httpx

from tests.running import Footfall

PERSON: Final = "admin"
PASSWORD: Final = "a long first password"
OWN_PAGE: Final = {"x-footfall-page": "1", "sec-fetch-site": "same-origin"}
"""What a browser and the interface say with each call."""

IN_OSLO: Final = {
    "version": 1,
    "condition": {
        "type": "attribute",
        "name": "CITY",
        "test": {"operator": "equals", "value": "Oslo"},
    },
}
PATIENCE: Final = 60.0
EVENTS: Final = 450
PEOPLE: Final = ("ada", "grace", "alan", "wei", "omar", "maria", "yuki", "sam", "priya", "jane.doe")
ORDER: Final = {
    "order_id": "10482",
    "total": 118.40,
    "currency": "EUR",
    "coupon": None,
    "gift": False,
    "items": [{"sku": "A-12", "quantity": 2}, {"sku": "B-7", "quantity": 1}],
    "shipping": {"method": "express", "address": {"city": "Lyon", "country": "FR"}, "tags": []},
}
PROPERTIES: Final[list[tuple[str, dict[str, Any]]]] = [
    ("page_viewed", {"path": "/shoes", "seconds": 12.5}),
    ("page_viewed", {"path": "/shoes/running", "seconds": 48.1, "referrer": None}),
    ("cart_updated", {"items": [{"sku": "A-12", "quantity": 2}], "total": 59.7}),
    ("video_played", {"video_title": "Getting started", "duration": 142, "autoplayed": False}),
    ("signed_up", {}),
    ("order_placed", ORDER),
]


def set_up(server: Footfall) -> None:
    """Make the first administrator, as the first visit does."""
    answer = httpx.post(
        f"{server.url}/footfall/v1/set-up",
        json={"name": PERSON, "password": PASSWORD},
        headers=OWN_PAGE,
    )
    assert answer.status_code == 201, answer.text


def fill(server: Footfall) -> None:
    """Events of every kind and verdict; the last ones are the latest by date too."""
    with server.client() as client:
        client.headers["user-agent"] = "shop/1.4"
        for number in range(EVENTS):
            name, properties = PROPERTIES[number % len(PROPERTIES)]
            minute = f"{number // 60:02d}:{number % 60:02d}"
            event = {
                "event_name": name,
                "event_date": f"2026-05-04T{minute}:00Z",
                "identifiers": {"email_id": f"{PEOPLE[number % len(PEOPLE)]}@example.com"},
                "contact_properties": {"AGE": 20 + number % 40, "CITY": "Lyon"},
                "event_properties": properties,
            }
            post(client, event)
        order = {"event_name": "order_placed", "event_properties": ORDER}
        post(client, order | {"identifiers": {"contact_id": 9_999_999}})
        repeated = {"event_name": "signed_up", "identifiers": {"email_id": "ada@example.com"}}
        for _ in range(2):
            post(client, repeated | {"event_id": "signed-up-1"})
        ada = {"email_id": "ada@example.com", "ext_id": "customer-7", "phone_id": "+33612345678"}
        client.post("/v3/events", json={"event_name": "order placed", "event_properties": ORDER})
        post(
            client, order | {"identifiers": ada, "contact_properties": {"AGE": "old", "VIP": True}}
        )
        for total in (20, 21.5, "22,00"):
            turned = {"event_name": "coupon_used", "event_properties": {"total": total}}
            before = {"event_date": "2026-05-03T10:00:00Z"}
            post(client, turned | before | {"identifiers": {"email_id": "ada@example.com"}})
        tell_nobody(client)


def tell_nobody(client: httpx.Client) -> None:
    """A webhook of which no delivery succeeds: nothing has a name under .invalid (RFC 6761)."""
    body = {"name": "In Oslo", "definition": IN_OSLO}
    segment_id = client.post("/footfall/v1/segments", json=body).json()["id"]
    wait_until_live(client, segment_id)
    webhook = {"url": "https://hooks.invalid/footfall", "segment_ids": [segment_id]}
    assert client.post("/footfall/v1/webhooks", json=webhook).status_code == 201
    moved = {"event_name": "moved", "event_date": "2026-05-03T10:00:00Z"}
    person = {"identifiers": {"email_id": "leila@example.com"}}
    post(client, moved | person | {"contact_properties": {"CITY": "Oslo"}})


def define(server: Footfall) -> None:
    """Two segments: who came lately and had a cart, and who watched a video; both live."""
    watched = {"type": "property", "path": "duration"}
    viewers = {
        "type": "did",
        "event": "video_played",
        "where": [watched | {"test": {"operator": "greater_than", "value": 100}}],
        "count": {"operator": "at_least", "value": 3},
    }
    lyon = {"type": "attribute", "name": "CITY", "test": {"operator": "equals", "value": "Lyon"}}
    cart = {"type": "not_followed", "first": {"event": "cart_updated", "occurrence": "last"}}
    abandoned = cart | {"then": {"event": "signed_up"}, "within": {"amount": 1, "unit": "hours"}}
    conditions = {
        "Keen viewers": viewers,
        "Cart abandoned in Lyon": {
            "type": "all",
            "of": [abandoned, {"type": "none", "of": [viewers]}, lyon],
        },
    }
    with server.client() as client:
        for name, condition in conditions.items():
            definition = {"version": 1, "condition": condition}
            body = {"name": name, "category": "Shop", "definition": definition}
            answer = client.post("/footfall/v1/segments", json=body)
            assert answer.status_code == 201, answer.text
            wait_until_live(client, answer.json()["id"])


def wait_until_live(client: httpx.Client, segment_id: int) -> None:
    """Return when the segment's members are found."""
    end = time.monotonic() + PATIENCE
    while client.get(f"/footfall/v1/segments/{segment_id}").json()["state"] != "live":
        assert time.monotonic() < end


def post(client: httpx.Client, event: dict[str, Any]) -> str:
    """Send it; the id of the request."""
    answer = client.post(
        "/v3/events", content=json.dumps(event), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 204, answer.text
    return answer.headers["x-request-id"]
