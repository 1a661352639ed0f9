"""How the account stands, in numbers, over the whole server."""

from __future__ import annotations

from pathlib import Path

from tests.running import Footfall


def test_the_overview_counts_by_verdict(tmp_path: Path) -> None:
    """Each event once, by what became of it; contacts, refused requests, and the disk by part."""
    with Footfall(tmp_path / "data") as footfall, footfall.client() as client:
        by = {"identifiers": {"email_id": "ada@example.com"}}
        for event in (
            {"event_name": "a"} | by,
            {"event_name": "b", "event_id": "1"} | by,
            {"event_name": "b", "event_id": "1"} | by,
            {"event_name": "c", "identifiers": {"contact_id": 77}},
        ):
            assert client.post("/v3/events", json=event).status_code == 204
        found = client.get("/footfall/v1/overview").json()
        assert (found["applied"], found["duplicates"], found["set_aside"]) == (2, 1, 1)
        assert (found["contacts"], found["lag"], found["refused_requests"]) == (1, 0, 0)
        assert {"journal.db", "directory.db", "events", "keys.db"} <= found["disk"]["parts"].keys()
        assert found["disk"]["parts"]["events"] > 4_096
        assert found["disk"]["free"] > 0
        assert client.post("/v3/events", json={"event_name": "a b"}).status_code == 400
        while client.get("/footfall/v1/overview").json()["refused_requests"] == 0:
            pass
