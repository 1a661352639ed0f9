"""Deep paging through `GET /v3/events` by Footfall's own cursor, against a whole server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.running import Footfall

DATES = ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000001Z", "2026-01-01T00:00:00Z"]


@pytest.fixture
def client(footfall: Footfall) -> Iterator[httpx.Client]:
    with footfall.client() as client:
        yield client


def send(client: httpx.Client, name: str, numbers: range) -> None:
    events = [
        {
            "event_name": name,
            "event_date": DATES[number % len(DATES)],
            "identifiers": {"ext_id": str(number % 5)},
            "event_properties": {"n": number},
        }
        for number in numbers
    ]
    assert client.post("/v3/events/batch", json={"events": events}).status_code == 202


def page(client: httpx.Client, **query: object) -> dict[str, Any]:
    answer = client.get("/v3/events", params={each: str(value) for each, value in query.items()})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("limit", [1, 4, 7, 20, 23])
def test_pages_by_cursor_are_the_whole_list_in_order(client: httpx.Client, limit: int) -> None:
    """None is left out or shown twice where dates are equal; the last page names no other."""
    name = f"walked_{limit}"
    send(client, name, range(23))
    whole = page(client, event_name=name)
    assert "after" not in whole
    found: list[Any] = []
    query: dict[str, object] = {"event_name": name, "limit": limit}
    while True:
        part = page(client, **query)
        found += part["events"]
        assert part["count"] == 23
        if "after" not in part:
            break
        query["after"] = part["after"]
    assert found == whole["events"]


def test_what_arrives_meanwhile_moves_no_page(client: httpx.Client) -> None:
    """Unlike an offset, a cursor stays where it is."""
    send(client, "moving", range(6))
    first = page(client, event_name="moving", limit=3)
    expected = page(client, event_name="moving", offset=3)["events"]
    send(client, "moving", range(9, 12))
    later = page(client, event_name="moving", limit=100, after=first["after"])["events"]
    assert [each for each in later if each["event_properties"]["n"] < 9] == expected


@pytest.mark.parametrize("path", ["/v3/events", "/footfall/v1/events"])
@pytest.mark.parametrize(
    "place", ["x", "1", "1:", ":1", "1:2:3", f"{2**63}:1", f"1:{2**63}", "1:-1"]
)
def test_a_cursor_that_no_page_named_is_refused(
    client: httpx.Client, path: str, place: str
) -> None:
    """400 naming the parameter."""
    answer = client.get(path, params={"after": place})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert answer.json()["message"].startswith("after ")
