"""Erasing a contact on a real server: what readers see, what is left on disk, and after a kill."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

import httpx

from footfall.backends.sqlite.blocks import unpack
from footfall.errors import ExitCode
from tests.cli.test_main import footfall
from tests.running import Footfall

JANE: Final = "jane.doe@example.com"
JOHN: Final = "john.roe@example.com"
SECRETS: Final = (JANE, "Sesimbra", "aubergine", "33612345678", "order-4711")
"""The erased contact's identifiers, attribute and property values, and its caller's own id."""


def event(email: str, number: int = 0, **properties: Any) -> dict[str, Any]:
    return {
        "event_name": "seen",
        "identifiers": {"email_id": email},
        "event_properties": {"number": number} | properties,
    }


def send_many(client: httpx.Client, events: list[dict[str, Any]]) -> None:
    for start in range(0, len(events), 200):
        answer = client.post("/v3/events/batch", json={"events": events[start : start + 200]})
        assert answer.status_code == 202, answer.text


def traces(data: Path, secrets: tuple[str, ...]) -> list[str]:
    """Every file that has one of the secrets in it, in plain or within the journal's blocks."""
    needles = [secret.encode() for secret in secrets]
    found = [
        f"{path.name}: {needle.decode()}"
        for path in sorted(data.rglob("*"))
        if path.is_file()
        for needle in needles
        if needle in path.read_bytes()
    ]
    with sqlite3.connect(data / "journal.db") as journal:
        blocks = journal.execute("SELECT position, data FROM sealed").fetchall()
    journal.close()
    texts = b"".join(row.data for position, block in blocks for row in unpack(position, block))
    return found + [f"block: {needle.decode()}" for needle in needles if needle in texts]


def test_no_byte_of_an_erased_contact_is_left_after_compact(tmp_path: Path) -> None:
    """Events, attributes, history, journal, logs: none of it is in any file, and a rebuild brings
    nothing back. Everybody else is as before."""
    settings = {"FOOTFALL_JOURNAL_SEAL_ENTRIES": "16"}
    with Footfall(tmp_path / "data", settings) as server:
        with server.client() as client:
            client.post(
                "/v3/contacts",
                json={"email": JANE, "attributes": {"SMS": "33612345678", "CITY": "Sesimbra"}},
            ).raise_for_status()
            mixed = [event(JANE, 1, taste="aubergine"), event(JOHN, 2), {"event_name": JANE}]
            assert client.post("/v3/events/batch", json=mixed).status_code == 207
            refused = client.post("/v3/contacts", json={"email": JANE, "ext_id": "order-4711"})
            assert refused.status_code == 400
            send_many(client, [event(JOHN, number) for number in range(40)])
            server.send(event(JANE, 3, taste="aubergine"), **{"Idempotency-Key": "order-4711"})
            client.get(f"/v3/contacts/{JANE}").raise_for_status()
            assert traces(server.data, SECRETS)

            erased = client.delete(f"/v3/contacts/{JANE}")
            assert erased.status_code == 204
            assert client.get(f"/v3/contacts/{JANE}").status_code == 404
            seen = client.get("/v3/events", params={"limit": 100}).json()
            assert {each["contact_id"] for each in seen["events"]} == {2}
            assert seen["count"] == 41
            receipt = client.get(f"/footfall/v1/receipts/{erased.headers['x-request-id']}").json()
            assert receipt["events"][0]["verdict"] == "applied"
            in_use = footfall("compact", "--data", str(server.data))
            assert in_use.returncode == ExitCode.DATA_IN_USE
            assert not any(secret in str(receipt) for secret in SECRETS)
        server.stop()
        data = str(server.data)
        done = footfall("compact", "--data", data)
        assert done.returncode == ExitCode.OK
        assert traces(server.data, SECRETS) == []
        assert footfall("doctor", "--data", data).returncode == ExitCode.OK
        assert footfall("rebuild", "--data", data).returncode == ExitCode.OK
        assert traces(server.data, SECRETS) == []
        assert footfall("doctor", "--data", data).returncode == ExitCode.OK
        server.start()
        with server.client() as client:
            assert client.get("/v3/events", params={"limit": 100}).json() == seen
            assert client.get(f"/v3/contacts/{JANE}").status_code == 404
            receipt = client.get(f"/footfall/v1/receipts/{erased.headers['x-request-id']}").json()
            assert receipt["events"][0] == {
                "position": receipt["events"][0]["position"],
                "verdict": "applied",
                "contact_id": 1,
                "erased": True,
            }


def test_ten_thousand_events_are_erased_at_once(tmp_path: Path) -> None:
    """It takes the server less than two seconds of processor time, and when the answer has come
    nobody finds any of the events."""
    with Footfall(tmp_path / "data") as server, server.client() as client:
        send_many(client, [event(JANE, number) for number in range(10_000)])
        client.get("/v3/events", params={"limit": 1}).raise_for_status()
        before = server.processor_seconds()
        assert client.delete(f"/v3/contacts/{JANE}").status_code == 204
        assert server.processor_seconds() - before < 2
        assert client.get("/v3/events").json()["count"] == 0


def test_an_erasure_that_is_killed_goes_on(tmp_path: Path) -> None:
    """kill -9 of all processes in the middle: the next start completes it."""
    with Footfall(tmp_path / "data") as server:
        with server.client() as client:
            send_many(client, [event(JANE, number, taste="aubergine") for number in range(2_000)])
            assert client.delete(f"/v3/contacts/{JANE}").status_code == 204
        server.kill()
        server.start()
        with server.client() as client:
            assert client.get("/v3/events").json()["count"] == 0
            assert client.get(f"/v3/contacts/{JANE}").status_code == 404
        server.kill()
        assert footfall("compact", "--data", str(server.data)).returncode == ExitCode.OK
        assert traces(server.data, (JANE, "aubergine")) == []
        assert footfall("doctor", "--data", str(server.data)).returncode == ExitCode.OK
