"""From the request to what is found: the whole server, as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.running import Footfall

EVENT = (
    '{"event_name":"video_played","event_date":"2024-02-06T20:59:23.383Z",'
    '"identifiers":{"email_id":"jane.doe@example.com"},\n'
    ' "contact_properties":{"AGE":32,"GENDER":"FEMALE"},\n'
    ' "event_properties":{"video_title":"Brevo — The most approachable CRM suite",'
    '"vide_description":"Create your free account today!","duration":142,"autoplayed":false,'
    '"upload_date":"2023-11-24T12:09:10+01:00"}}'
)


def post(footfall: Footfall, body: str) -> str:
    """Send the bytes as they are; returns the request id of the 204."""
    with footfall.client() as client:
        answer = client.post(
            "/v3/events", content=body.encode(), headers={"content-type": "application/json"}
        )
    assert (answer.status_code, answer.content) == (204, b"")
    return answer.headers["x-request-id"]


def test_the_event_is_found_after_its_204_and_after_kill_9(tmp_path: Path) -> None:
    """Event and contact are there at once, and after every process was killed and restarted."""
    with Footfall(tmp_path / "data") as footfall:
        post(footfall, EVENT)
        for _ in range(2):
            with footfall.client() as client:
                listed = client.get("/v3/events").json()
                contact = client.get("/v3/contacts/jane.doe@example.com").json()
            assert listed["count"] == 1
            [event] = listed["events"]
            assert event["event_name"] == "video_played"
            assert event["event_date"] == "2024-02-06T20:59:23.383Z"
            assert event["contact_id"] == contact["id"]
            assert event["event_properties"] == json.loads(EVENT)["event_properties"]
            assert contact["attributes"] == {"AGE": 32, "GENDER": "FEMALE"}
            footfall.kill()
            footfall.start()


def test_an_engine_loads_no_second_library_of_models(footfall: Footfall) -> None:
    """Pydantic, which Litestar takes where it is, stays out: a start is quicker without."""
    [engine] = footfall.pids("engine")
    assert "/pydantic_core/" not in Path(f"/proc/{engine}/maps").read_text()


def test_properties_come_back_to_the_letter(footfall: Footfall) -> None:
    """Numbers, nulls, empty objects, blanks and the order of keys come back as they were sent."""
    text = '{"z": 1.0, "a":1e2,"n":null,"e":{},"l":[ ],"big":12345678901234567890,"u":"\\u00e9"}'
    post(
        footfall,
        f'{{"event_name":"exact","identifiers":{{"ext_id":"e"}},"event_properties":{text}}}',
    )
    with footfall.client() as client:
        answer = client.get("/v3/events", params={"event_name": "exact"})
    assert f'"event_properties":{text}' in answer.text


def test_the_receipt_tells_the_verdict(footfall: Footfall) -> None:
    """The request id of a 204 leads to position, verdict, contact and reason of its event."""
    known = post(footfall, '{"event_name":"r","identifiers":{"ext_id":"receipt"}}')
    unknown = post(footfall, '{"event_name":"r","identifiers":{"contact_id":999999}}')
    with footfall.client() as client:
        [applied] = client.get(f"/footfall/v1/receipts/{known}").json()["events"]
        [aside] = client.get(f"/footfall/v1/receipts/{unknown}").json()["events"]
        contact = client.get("/v3/contacts/receipt", params={"identifierType": "ext_id"}).json()
    assert (applied["verdict"], applied["contact_id"]) == ("applied", contact["id"])
    assert (aside["verdict"], aside["reason"]) == ("set_aside", "unknown_contact_id")
    assert aside["position"] == applied["position"] + 1


def test_the_receipt_of_a_repeat_says_where_it_differs(footfall: Footfall) -> None:
    """An id that was used twice for different events shows; a true repeat has nothing to tell."""
    event = '{"event_name":"once","identifiers":{"ext_id":"once"},"event_id":"%s"%s}'
    first = post(footfall, event % ("twice", ""))
    same = post(footfall, (event % ("twice", "")).replace(",", " , "))
    other = post(footfall, event % ("twice", ',"event_properties":{"n":2}'))
    with footfall.client() as client:
        original, repeat, unlike = (
            client.get(f"/footfall/v1/receipts/{id_}").json()["events"][0]
            for id_ in (first, same, other)
        )
        shown = client.get(f"/footfall/v1/events/{unlike['position']}").json()
    assert original["verdict"] == "applied"
    assert (repeat["duplicate_of"], repeat.get("message")) == (original["position"], None)
    assert unlike["duplicate_of"] == original["position"]
    assert f"position {original['position']}" in unlike["message"]
    assert shown["message"] == unlike["message"]


def test_an_unknown_receipt_is_a_404(footfall: Footfall) -> None:
    """An id that no accepted request has is answered with document_not_found."""
    with footfall.client() as client:
        for request_id in ("x", "00000000-0001-8aaa-8bbb-cccccccccccc"):
            answer = client.get(f"/footfall/v1/receipts/{request_id}")
            assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


def test_object_type_filters(footfall: Footfall) -> None:
    """The object block is kept with the event, and object_type finds it."""
    post(
        footfall,
        '{"event_name":"o","identifiers":{"ext_id":"o"},'
        '"object":{"type":"car","identifiers":{"ext_id":"c-1"}}}',
    )
    post(footfall, '{"event_name":"o","identifiers":{"ext_id":"o"}}')
    with footfall.client() as client:
        listed = client.get("/v3/events", params={"object_type": "car"}).json()
    assert [event["object_type"] for event in listed["events"]] == ["car"]


@pytest.mark.parametrize(
    "query",
    [
        "contact_id=1&contact_id=2",
        "contact_id=1%2C2",
        "contact_id[]=1&contact_id[]=2",
        "contact_id%5B0%5D=1&contact_id%5B1%5D=2",
    ],
)
def test_lists_in_queries_are_read_in_every_form(footfall: Footfall, query: str) -> None:
    """Repeated, comma, [] and [0] name the same contacts."""
    with footfall.client() as client:
        answer = client.get(f"/v3/events?{query}")
        assert answer.status_code == 200
        assert {event["contact_id"] for event in answer.json()["events"]} <= {1, 2}


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("startDate=2024-01-01", "missing_parameter", "endDate"),
        ("endDate=2024-01-01", "missing_parameter", "startDate"),
        ("startDate=2024-01-02&endDate=2024-01-01", "invalid_parameter", "startDate"),
        ("startDate=x&endDate=2024-01-01", "invalid_parameter", "startDate"),
        ("limit=0", "invalid_parameter", "limit"),
        ("limit=10001", "invalid_parameter", "limit"),
        ("offset=-1", "invalid_parameter", "offset"),
        ("contact_id=x", "invalid_parameter", "contact_id"),
    ],
)
def test_bad_queries_name_the_parameter(
    footfall: Footfall, query: str, code: str, field: str
) -> None:
    """A bad parameter is a 400 whose message names it."""
    with footfall.client() as client:
        answer = client.get(f"/v3/events?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert field in answer.json()["message"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_of_ones_own_needs_its_type(footfall: Footfall, method: str) -> None:
    """A text that is no e-mail address and no number is refused with the way to say what it is."""
    with footfall.client() as client:
        answer = client.request(method, "/v3/contacts/jane", json={"attributes": {"A": 1}})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert answer.json()["message"].startswith("identifier is neither an e-mail address")
    assert "identifierType" in answer.json()["message"]


def test_reads_need_a_key_with_the_scope(footfall: Footfall) -> None:
    """Without a key 401 in Brevo's words; every answer, refused ones too, has a request id."""
    with footfall.client(key="") as client:
        answer = client.get("/v3/events")
    assert (answer.status_code, answer.json()) == (
        401,
        {"code": "unauthorized", "message": "authentication not found in headers"},
    )
    assert answer.headers["x-request-id"]


def test_the_document_describes_intake_and_reads(footfall: Footfall) -> None:
    """/openapi.json is OpenAPI 3.1 and has the intake's body from the type that validates it."""
    with footfall.client() as client:
        document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]["/v3/events"]) == {"get", "post"}
    assert "event_name" in document["components"]["schemas"]["EventBody"]["properties"]
