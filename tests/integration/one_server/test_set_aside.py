"""Events that were set aside, as they are listed until they are replayed."""

from __future__ import annotations

import pytest

from tests.running import Footfall


def test_what_was_set_aside_is_listed_with_its_reason(footfall: Footfall) -> None:
    """The latest first, in pages, singly or in a batch; what was replayed is no longer there."""
    nobody = 7_777_777
    event = {"event_name": "to_nobody", "identifiers": {"contact_id": nobody}}
    with footfall.client() as client:
        assert client.post("/v3/events", json=event).status_code == 204
        there = {"event_name": "to_somebody", "identifiers": {"ext_id": "set-aside-1"}}
        assert client.post("/v3/events/batch", json=[there, event]).status_code == 202
        found = client.get("/footfall/v1/events/set-aside").json()
        latest, first = (each for each in found["events"] if each["name"] == "to_nobody")
        assert latest["position"] == first["position"] + 2
        assert latest["identifiers"] == {"contact_id": str(nobody)}
        assert (latest["reason"], str(nobody) in latest["message"]) == ("unknown_contact_id", True)
        assert found["before"] is None
        page = client.get("/footfall/v1/events/set-aside", params={"limit": 1}).json()
        assert page["events"] == found["events"][:1]
        rest = {"before": page["before"]}
        assert client.get("/footfall/v1/events/set-aside", params=rest).json() == {
            "events": found["events"][1:],
            "before": None,
        }
        client.post("/footfall/v1/events/replay", json={})
        again = client.get("/footfall/v1/events/set-aside").json()["events"]
        positions = {each["position"] for each in again}
        assert not positions & {first["position"], latest["position"]}
        assert len(again) == len(found["events"])


@pytest.mark.parametrize(("name", "value"), [("before", "0"), ("before", "x"), ("limit", "1001")])
def test_a_place_that_is_none_is_refused(footfall: Footfall, name: str, value: str) -> None:
    """By the name of the parameter."""
    with footfall.client() as client:
        answer = client.get("/footfall/v1/events/set-aside", params={name: value})
    assert answer.status_code == 400
    assert name in answer.json()["message"]
