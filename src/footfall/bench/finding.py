"""Finding one event among many by each of its values."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Final

import httpx
import msgspec

from footfall.bench.observing import client_of, percentile
from footfall.bench.result import Figure, Plan
from footfall.bench.seed import SPAN
from footfall.bench.servers import Running
from footfall.clock import SystemClock
from footfall.errors import Unavailable
from footfall.instants import format_instant

SHARE: Final = 0.95
FIRST: Final = {"limit": "100", "counted": "false"}
"""What the page Events asks for first."""

Say = Callable[[str], None]
Ask = Callable[[], httpx.Response]


def find_any(server: Running, plan: Plan, say: Say) -> list[Figure]:
    """Take events at random and look for each by every kind of value that it has, as the search
    box of the page Events does."""
    chance = random.Random(3)  # noqa: S311 - what is asked for
    taken: dict[str, list[float]] = {}
    tries = max(8, plan.reads // 25)
    with client_of(server) as client:
        for number in range(tries):
            say(f"finding an event by any of its values, {number + 1} of {tries}")
            for kind, ask in _ways(client, _any_event(client, chance)).items():
                start = time.monotonic()
                answer = ask()
                answer.raise_for_status()
                taken.setdefault(kind, []).append(time.monotonic() - start)
                if answer.json().get("events") == []:
                    raise Unavailable(
                        f"An event that is stored is not found by its {kind}: {answer.url}"
                    )
    slowest = {kind: 1_000 * percentile(each, SHARE) for kind, each in taken.items()}
    return [
        Figure(
            name="finding an event by any of its values, p95 of the slowest kind",
            value=round(max(slowest.values()), 1),
            unit="ms",
            target=1_000,
            is_floor=False,
            beside=", ".join(f"{kind} {value:,.0f}" for kind, value in slowest.items()),
        )
    ]


def _any_event(client: httpx.Client, chance: random.Random) -> dict[str, Any]:
    end = SystemClock().now() - chance.randrange(SPAN * 9 // 10)
    params = {"end": format_instant(end), "limit": "1"}
    [found] = client.get("/footfall/v1/events", params=params).raise_for_status().json()["events"]
    event = client.get(f"/footfall/v1/events/{found['position']}").raise_for_status().json()
    return dict(event)


def _ways(client: httpx.Client, event: dict[str, Any]) -> dict[str, Ask]:
    """How the event is asked for, by the kind of value."""
    properties = msgspec.json.decode(event["properties"])
    cart, day = properties["cart"], event["date"][:10]

    def events(**params: str) -> Ask:
        return lambda: client.get("/footfall/v1/events", params={**FIRST, **params})

    def of_contact() -> httpx.Response:
        begin = {"text": str(event["contact"]["label"]), "limit": "1"}
        known = client.get("/footfall/v1/contacts", params=begin).raise_for_status().json()
        return events(contact_id=str(known["contacts"][0]["id"]))()

    return {
        "contact": of_contact,
        "name": events(event_name=event["name"]),
        "day": events(start=f"{day}T00:00:00Z", end=f"{day}T23:59:59.999999999Z"),
        "request": lambda: client.get(f"/footfall/v1/receipts/{event['request_id']}"),
        "word": events(text=properties["referrer"].rpartition("/")[2]),
        "text": events(where=f"video_title={properties['video_title']}"),
        "whole number": events(where=f"duration={properties['duration']}"),
        "decimals": events(where=f"cart.total={cart['total']}"),
        "text in a list": events(where=f"cart.items[].sku={cart['items'][0]['sku']}"),
    }
