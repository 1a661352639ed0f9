"""`POST /v3/events/batch` against a whole server."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

from tests.running import Footfall


def event(name: str) -> dict[str, Any]:
    return {"event_name": name, "identifiers": {"ext_id": "batch"}}


def post(footfall: Footfall, body: object, **headers: str) -> httpx.Response:
    with footfall.client() as client:
        return client.post("/v3/events/batch", json=body, headers=headers)


def names(footfall: Footfall, *wanted: str) -> list[str]:
    with footfall.client() as client:
        listed = client.get("/v3/events", params={"event_name": list(wanted)}).json()["events"]
    return [found["event_name"] for found in listed]


@pytest.mark.parametrize("wrapped", [True, False], ids=["{events: []}", "bare array"])
def test_a_good_batch_is_accepted_whole(footfall: Footfall, wrapped: bool) -> None:
    """202 with message and count; every event is found at once, the latest first."""
    events = [event(f"whole{wrapped}-{number}") for number in range(3)]
    answer = post(footfall, {"events": events} if wrapped else events)
    assert (answer.status_code, answer.json()["count"]) == (202, 3)
    sent = [one["event_name"] for one in events]
    assert names(footfall, *sent) == sent[::-1]


def test_the_good_ones_of_a_mixed_batch_are_kept(footfall: Footfall) -> None:
    """207 names each refused event by its index, equal reasons together; the others are there."""
    bad = {"event_name": "no spaces", "identifiers": {"ext_id": "x"}}
    nobody = {"event_name": "n", "identifiers": {}}
    answer = post(footfall, {"events": [bad, event("mixed"), bad, nobody]})
    body = answer.json()
    errors = body.pop("errors")
    assert (answer.status_code, body) == (
        207,
        {
            "status": "partial_success",
            "total_events": 4,
            "successful_events": 1,
            "failed_events": 3,
        },
    )
    assert [error["eventIndex"] for error in errors] == [[0, 2], [3]]
    assert all(error["message"] for error in errors)
    assert names(footfall, "mixed") == ["mixed"]
    with footfall.client() as client:
        receipt = client.get(f"/footfall/v1/receipts/{answer.headers['x-request-id']}").json()
    assert [one["verdict"] for one in receipt["events"]] == ["applied"]


def test_a_batch_without_a_good_event_is_refused(footfall: Footfall) -> None:
    """400 of the same shape, and nothing is kept."""
    answer = post(footfall, [{"event_name": ""}, 3])
    assert answer.status_code == 400
    assert answer.json()["status"] == "failed"
    assert answer.json()["successful_events"] == 0


def test_a_batch_past_the_bounds_is_refused_whole(footfall: Footfall) -> None:
    """201 events are a 400, more than 512 KB a 413; nothing of either is kept."""
    assert post(footfall, [event("many")] * 200).status_code == 202
    answer = post(footfall, [event("toomany")] * 201)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    padding = {"event_properties": {"text": "x" * 50_000}}
    answer = post(footfall, [event("toolarge") | padding] * 11)
    assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
    assert names(footfall, "toomany", "toolarge") == []


def test_a_repeated_batch_counts_once(footfall: Footfall) -> None:
    """With an Idempotency-Key, each event of the repeat is a duplicate of its first."""
    batch = [event("repeated"), event("repeated")]
    first = post(footfall, batch, **{"idempotency-key": "b-1"})
    again = post(footfall, batch, **{"idempotency-key": "b-1"})
    assert (first.status_code, again.status_code) == (202, 202)
    assert len(names(footfall, "repeated")) == 2


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_allowed(footfall: Footfall, method: str) -> None:
    """Another method is a 405 in Brevo's words."""
    with footfall.client() as client:
        answer = client.request(method, "/v3/events/batch")
    assert answer.status_code == 405
    assert answer.json() == {
        "code": "method_not_allowed",
        "message": f"{method} Method is not allowed on this path",
    }


def test_a_body_that_is_no_list_is_told_so(footfall: Footfall) -> None:
    """What is no batch gets the usual error envelope."""
    with footfall.client() as client:
        answer = client.post(
            "/v3/events/batch",
            content=json.dumps({"event": []}),
            headers={"content-type": "application/json"},
        )
    assert (answer.status_code, answer.json()["code"]) == (400, "missing_parameter")


def test_a_compressed_batch_and_a_compressed_contact_are_taken(footfall: Footfall) -> None:
    """Every route takes a body by gzip, those of the engine too."""
    sent = {"content-type": "application/json", "content-encoding": "gzip"}
    batch = gzip.compress(json.dumps({"events": [event("compressed")]}).encode())
    contact = gzip.compress(json.dumps({"email": "compressed@example.com"}).encode())
    with footfall.client() as client:
        assert client.post("/v3/events/batch", content=batch, headers=sent).status_code == 202
        assert client.post("/v3/contacts", content=contact, headers=sent).status_code == 201
        broken = client.post("/v3/contacts", content=b"{}", headers=sent)
        assert (broken.status_code, broken.json()["code"]) == (400, "bad_request")
    assert names(footfall, "compressed") == ["compressed"]
