"""All that happened to a contact, in one list, over the whole server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from tests.running import Footfall

ADA = "/footfall/v1/contacts/ada@example.com/timeline"


def whole(client: httpx.Client, limit: int) -> list[dict[str, Any]]:
    """The timeline, read in pages of that size."""
    entries: list[dict[str, Any]] = []
    before = ""
    while True:
        page = client.get(ADA, params={"limit": limit, "before": before}).json()
        entries += page["entries"]
        if page["before"] is None:
            return entries
        before = page["before"]


def test_the_timeline_joins_events_changes_and_segments(tmp_path: Path) -> None:
    """Each once, latest first, with its cause, in pages of any size."""
    with Footfall(tmp_path / "data") as footfall, footfall.client() as client:
        for name in ("one", "two"):
            definition = {
                "version": 1,
                "condition": {
                    "type": "attribute",
                    "name": "PLAN",
                    "test": {"operator": "equals", "value": "a"},
                },
            }
            body = {"name": name, "definition": definition}
            made = client.post("/footfall/v1/segments", json=body).json()
            deadline = time.monotonic() + 20
            while client.get(f"/footfall/v1/segments/{made['id']}").json()["state"] != "live":
                assert time.monotonic() < deadline
        by = {"identifiers": {"email_id": "ada@example.com"}}
        first = {"event_name": "came", "event_date": "2026-05-04T10:00:00Z"} | by
        for event in (
            first,
            {"event_name": "bought", "contact_properties": {"PLAN": "a"}} | by,
            {"event_name": "left", "event_properties": {"reason": "price"}} | by,
        ):
            assert client.post("/v3/events", json=event).status_code == 204
        answer = client.put("/v3/contacts/ada@example.com", json={"attributes": {"PLAN": "b"}})
        assert answer.status_code == 204
        entries = whole(client, 100)
        assert [(each["kind"], each.get("name", ""), each.get("cause")) for each in entries] == [
            ("segment", "two", "request"),
            ("segment", "one", "request"),
            ("changes", "", "request"),
            ("event", "left", None),
            ("segment", "two", "event"),
            ("segment", "one", "event"),
            ("changes", "", "event"),
            ("event", "bought", None),
            ("changes", "", "event"),
            ("event", "came", None),
        ]
        bought = entries[7]["position"]
        assert {each["position"] for each in entries[4:8]} == {bought}
        assert [each.get("entered", False) for each in entries[:2] + entries[4:6]] == [
            False,
            False,
            True,
            True,
        ]
        assert entries[3]["properties"] == '{"reason":"price"}'
        for limit in (1, 2, 3, 7):
            assert whole(client, limit) == entries
        for limit in (0, 1_001):
            assert client.get(ADA, params={"limit": limit}).status_code == 400
        for before in ("x", "1;2", "1,;;", ";;1"):
            answer = client.get(ADA, params={"before": before})
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
        assert client.get(ADA.replace("ada", "bob")).status_code == 404
