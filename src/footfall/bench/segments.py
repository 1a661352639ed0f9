"""Segments: how soon membership follows, what they cost the engine, how long a whole one takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx

from footfall.bench import processes
from footfall.bench.load import Load, Pace, send
from footfall.bench.observing import applied, catch_up, client_of, percentile
from footfall.bench.result import Figure, Plan
from footfall.bench.seed import NAMES
from footfall.bench.servers import Running, footfall
from footfall.errors import Unavailable

CONCERNED: Final = 5
"""Segments that each event of a load concerns."""
BURST_CONNECTIONS: Final = 64
LIVE_SECONDS: Final = 600
LOOK_SECONDS: Final = 0.005
FEW: Final = 100
TARGETS: Final = {FEW: 0.7, 1_000: 0.6}
"""Of the engine's rate, by the number of segments."""

Say = Callable[[str], None]

BUYERS: Final[dict[str, Any]] = {
    "type": "all",
    "of": [
        {
            "type": "did",
            "event": "event_1",
            "where": [
                {
                    "type": "property",
                    "path": "cart.total",
                    "test": {"operator": "at_least", "value": 50},
                }
            ],
            "when": {"type": "last", "amount": 30, "unit": "days"},
            "count": {"operator": "at_least", "value": 3},
        },
        {
            "type": "attribute",
            "name": "AGE",
            "test": {"operator": "greater_than", "value": 30},
        },
        {"type": "did_not", "event": "event_20"},
    ],
}
"""Did something with a nested property at least 3 times in 30 days, is over 30, did not buy."""


def following(folder: Path, full: Load, plan: Plan, say: Say) -> list[Figure]:
    """Engines without segments and with some, of which each event concerns five."""
    rates: dict[int, list[float]] = {number: [] for number in (0, *plan.segments)}
    visible: list[float] = []
    for number, found in rates.items():
        say(f"an engine with {number:,} segments")
        data = folder / f"segments-{number}"
        with footfall(data, folder / f"segments-{number}.log") as server:
            _define(server, number)
            for turn in range(plan.turns):
                say(f"an engine with {number:,} segments, turn {turn + 1} of {plan.turns}")
                found.append(_burst(server, plan))
            if number == FEW:
                visible = _visible(server, full, plan, say)
    none = median(rates[0])
    return [
        Figure(
            name=f"engine with {number:,} segments, by none",
            value=round(median(rates[number]) / none, 2),
            unit="x",
            target=TARGETS[number],
            beside=f"none {none:,.0f} events/s",
        )
        for number in plan.segments
    ] + [
        Figure(
            name=f"membership after the 204, {FEW} segments, half load, p99",
            value=round(1_000 * percentile(visible, 0.99), 1),
            unit="ms",
            target=500,
            is_floor=False,
            beside=f"{len(visible)} contacts who entered",
        )
    ]


def whole(server: Running, plan: Plan, say: Say) -> list[Figure]:
    """A preview and a first computation over all that is stored."""
    say("a segment over everything")
    stored = f"{plan.events:,} events, {plan.contacts:,} contacts"
    previews = []
    with client_of(server) as client:
        for _ in range(max(20, plan.reads // 10)):
            start = time.monotonic()
            _ask(client, "/footfall/v1/segments/preview", {"definition": _definition(BUYERS)})
            previews.append(time.monotonic() - start)
        start = time.monotonic()
        created = _create(client, "Buyers", BUYERS)
        _await_live(client, created)
        elapsed = time.monotonic() - start
    return [
        Figure(
            name="a whole segment, until it is live",
            value=round(1_000 * elapsed, 1),
            unit="ms",
            target=500,
            is_floor=False,
            beside=stored,
        ),
        Figure(
            name="preview of a segment, p95",
            value=round(1_000 * percentile(previews, 0.95), 1),
            unit="ms",
            target=300,
            is_floor=False,
            beside=stored,
        ),
    ]


def _define(server: Running, number: int) -> None:
    """Five for each name that events have, the others for names that never come."""
    names = [f"event_{1 + index % NAMES}" for index in range(min(number, CONCERNED * NAMES))]
    names += [f"never_{index}" for index in range(number - len(names))]
    with client_of(server) as client:
        for index, name in enumerate(names):
            did = {
                "type": "did",
                "event": name,
                "when": {"type": "last", "amount": 30 + index % 60, "unit": "days"},
                "count": {"operator": "at_least", "value": 1 + index // NAMES % CONCERNED},
            }
            last = _create(client, f"{name}-{index}", did)
        if names:
            _await_live(client, last)


def _burst(server: Running, plan: Plan) -> float:
    """Events a second that the engine applies when they are all there already."""
    before = applied(server)
    with processes.stopped(processes.of_role(server.pid, "engine")):
        send(server, BURST_CONNECTIONS, plan.seconds)
    seconds = catch_up(server)
    return (applied(server) - before) / seconds


def _visible(server: Running, full: Load, plan: Plan, say: Say) -> list[float]:
    """Seconds from each event's answer until its contact is listed in its segment."""
    say("membership at half load")
    seconds: list[float] = []
    with client_of(server) as client:
        entering = _create(client, "Entering", {"type": "did", "event": "entering"})
        _await_live(client, entering)
        with Pace(server, full, plan.seconds) as pace:
            while pace.is_running or not seconds:
                contact = f"entering-{len(seconds)}"
                body = {"event_name": "entering", "identifiers": {"ext_id": contact}}
                client.post("/v3/events", json=body).raise_for_status()
                start = time.monotonic()
                while not _is_member(client, entering, contact):
                    time.sleep(LOOK_SECONDS)
                seconds.append(time.monotonic() - start)
    catch_up(server)
    return seconds


def _is_member(client: httpx.Client, segment_id: int, contact: str) -> bool:
    query = {"segmentId": segment_id, "limit": 1}
    found = client.get("/v3/contacts", params=query).json()["contacts"]
    return bool(found) and found[0]["attributes"].get("EXT_ID") == contact


def _definition(condition: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "condition": condition}


def _create(client: httpx.Client, name: str, condition: dict[str, Any]) -> int:
    body = {"name": name, "definition": _definition(condition)}
    created: int = _ask(client, "/footfall/v1/segments", body)["id"]
    return created


def _await_live(client: httpx.Client, segment_id: int) -> None:
    deadline = time.monotonic() + LIVE_SECONDS
    while time.monotonic() < deadline:
        if client.get(f"/footfall/v1/segments/{segment_id}").json()["state"] == "live":
            return
        time.sleep(LOOK_SECONDS)
    raise Unavailable(f"Segment {segment_id} is not live after {LIVE_SECONDS} s")


def _ask(client: httpx.Client, path: str, body: object) -> dict[str, Any]:
    answer = client.post(path, json=body)
    if answer.is_error:
        raise Unavailable(f"{path} answers {answer.status_code}: {answer.text}")
    told: dict[str, Any] = answer.json()
    return told
