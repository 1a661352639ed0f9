"""The methods of the official clients for segments, which are made in Footfall."""

from __future__ import annotations

from time import monotonic

import pytest

from tests.running import Footfall
from tests.sdk.official import Running

PATIENCE = 60.0


@pytest.fixture
def segment(footfall: Footfall, name: str) -> int:
    """Those who did `name`, live."""
    definition = {"version": 1, "condition": {"type": "did", "event": name}}
    with footfall.client() as http:
        answer = http.post("/footfall/v1/segments", json={"name": name, "definition": definition})
        assert answer.status_code == 201, answer.text
        made: int = answer.json()["id"]
        deadline = monotonic() + PATIENCE
        while http.get(f"/footfall/v1/segments/{made}").json()["state"] != "live":
            assert monotonic() < deadline
    return made


@pytest.mark.offers("getSegments", "getContacts", "createEvent")
def test_a_segment_is_listed_with_its_contacts(client: Running, name: str, segment: int) -> None:
    """It is there by its name, and who enters it by an event is listed at once."""
    page = client.call("getSegments", limit=50, offset=0, sort="desc")
    assert page["count"] >= 1
    if "getSegments" not in client.official.misreads:
        [shown] = [each for each in page["segments"] if each["id"] == segment]
        assert shown["segmentName"] == name
        assert shown["updatedAt"]
    assert client.call("getContacts", segmentId=segment)["count"] == 0
    client.call("createEvent", event_name=name, identifiers={"email_id": f"{name}@example.com"})
    entered = client.call("getContacts", segmentId=segment)
    assert [contact["email"] for contact in entered["contacts"]] == [f"{name}@example.com"]
