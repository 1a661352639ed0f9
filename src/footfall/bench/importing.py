"""Contacts from CSV: how fast they come, and how soon an event is read meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import httpx

from footfall.bench.observing import client_of, percentile
from footfall.bench.result import Figure, Plan
from footfall.bench.servers import Running, footfall
from footfall.errors import Unavailable

TARGET: Final = 5_000
"""Contacts a second: 100,000 in 20 seconds."""
LOOK_SECONDS: Final = 0.5
LONGEST: Final = 600

Say = Callable[[str], None]


def importing(folder: Path, plan: Plan, say: Say) -> list[Figure]:
    """One import on a server of its own, with an event twice a second."""
    say(f"importing {plan.imported:,} contacts")
    with footfall(folder / "import", folder / "import.log") as server:
        start = time.monotonic()
        reads = list(_reads_meanwhile(server, _begun(server, plan.imported)))
        seconds = time.monotonic() - start
    return [
        Figure(
            name="importing contacts from CSV",
            value=round(plan.imported / seconds),
            unit="contacts/s",
            target=TARGET,
            beside=f"{plan.imported:,} in {seconds:.1f} s",
        ),
        Figure(
            name="read after an event during an import, p50",
            value=round(1_000 * percentile(reads, 0.5)),
            unit="ms",
            beside=f"at the most {1_000 * max(reads):,.0f} ms",
        ),
    ]


def _begun(server: Running, rows: int) -> int:
    lines = (
        f"c{number}@example.com;First{number};Last{number % 500};{number % 90};+336{number:08}\n"
        for number in range(rows)
    )
    body = {"fileBody": "EMAIL;FIRSTNAME;LASTNAME;AGE;SMS\n" + "".join(lines), "listIds": []}
    with client_of(server) as client:
        answer = client.post("/v3/contacts/import", json=body).raise_for_status()
        return int(answer.json()["processId"])


def _reads_meanwhile(server: Running, process_id: int) -> Iterator[float]:
    """Seconds from an event to its being read, again and again until the process has ended."""
    deadline = time.monotonic() + LONGEST
    with client_of(server) as client:
        while time.monotonic() < deadline:
            yield _written_and_read(client)
            process = client.get(f"/v3/processes/{process_id}").raise_for_status().json()
            if process["status"] == "completed":
                return
            time.sleep(LOOK_SECONDS)
    raise Unavailable(f"The import has not ended after {LONGEST} s")


def _written_and_read(client: httpx.Client) -> float:
    event = {"event_name": "meanwhile", "identifiers": {"ext_id": "meanwhile"}}
    start = time.monotonic()
    client.post("/v3/events", json=event).raise_for_status()
    client.get("/v3/events", params={"limit": 1}).raise_for_status()
    return time.monotonic() - start
