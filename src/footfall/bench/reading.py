"""Reads: right after an event's own answer, and over much that is stored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final

import httpx

from footfall.bench.load import Load, Pace
from footfall.bench.observing import catch_up, client_of, percentile
from footfall.bench.result import Figure, Plan
from footfall.bench.seed import NAMES, SPAN
from footfall.bench.servers import Running
from footfall.clock import SystemClock
from footfall.errors import Unavailable
from footfall.instants import DAY, format_instant

WARM_UP: Final = 10
"""Reads that are not counted."""
MONTH: Final = 30 * DAY

Say = Callable[[str], None]


def read_after_writing(server: Running, full: Load, plan: Plan, say: Say) -> list[Figure]:
    """Send an event and list it at once, again and again, while half of the full load runs."""
    say("reading what was just written, at half load")
    seconds: list[float] = []
    with client_of(server) as client, Pace(server, full, plan.seconds) as pace:
        while pace.is_running or not seconds:
            seconds.append(_written_and_read(client, len(seconds)))
    catch_up(server)
    return [
        Figure(
            name="reading after the 204, half load, p99",
            value=round(1_000 * percentile(seconds, 0.99), 1),
            unit="ms",
            target=250,
            is_floor=False,
            beside=f"{len(seconds)} reads; {pace.load.per_second:,.0f} events/s",
        )
    ]


def _written_and_read(client: httpx.Client, number: int) -> float:
    """Seconds of the read; raises `Unavailable` where it lacks the event."""
    name = f"read_{number}_{random.randrange(10**9)}"  # noqa: S311 - no secret
    sent = client.post("/v3/events", json={"event_name": name, "identifiers": {"ext_id": "reader"}})
    sent.raise_for_status()
    start = time.monotonic()
    found = client.get("/v3/events", params={"event_name": name}).json()
    elapsed = time.monotonic() - start
    if found["count"] != 1:
        raise Unavailable("An event that was acknowledged is not found")
    return elapsed


def search(server: Running, plan: Plan, say: Say) -> list[Figure]:
    """Reads over what `seed` stored."""
    chance = random.Random(2)  # noqa: S311 - what is asked for
    stored = f"{plan.events:,} events, {plan.contacts:,} contacts"
    say(f"reading from {stored}")
    now = SystemClock().now()

    def timeline(client: httpx.Client) -> httpx.Response:
        contact = chance.randint(1, plan.contacts)
        return client.get("/v3/events", params={"contact_id": contact, "limit": 50})

    def by_property(client: httpx.Client) -> httpx.Response:
        end = now - chance.randrange(SPAN - MONTH)
        return client.get(
            "/footfall/v1/events",
            params={
                "event_name": f"event_{chance.randint(1, NAMES)}",
                "start": format_instant(end - MONTH),
                "end": format_instant(end),
                "where": f"cart.total>={chance.randint(0, 150)}",
                "limit": 50,
            },
        )

    def by_day(client: httpx.Client) -> httpx.Response:
        return client.get(
            "/footfall/v1/events/histogram",
            params={
                "event_name": f"event_{chance.randint(1, NAMES)}",
                "start": format_instant(now - 90 * DAY),
                "end": format_instant(now),
                "buckets": 90,
            },
        )

    with client_of(server) as client:
        return [
            Figure(
                name=name,
                value=_p99_ms(lambda ask=ask: ask(client), plan.reads),  # type: ignore[misc]
                unit="ms",
                target=target,
                is_floor=False,
                beside=stored,
            )
            for name, ask, target in (
                ("a contact's timeline, p99", timeline, 20),
                ("search by name, 30 days and a property, p99", by_property, 100),
                ("counts of a name per day for 90 days, p99", by_day, 20),
            )
        ]


def _p99_ms(ask: Callable[[], httpx.Response], reads: int) -> float:
    seconds = []
    for number in range(WARM_UP + reads):
        start = time.monotonic()
        ask().raise_for_status()
        if number >= WARM_UP:
            seconds.append(time.monotonic() - start)
    return round(1_000 * percentile(seconds, 0.99), 1)
