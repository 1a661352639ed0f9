"""The older tracker's calls, `POST /api/v2/...`, against a whole server."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.running import Footfall, plain_client

TRACKED = {
    "email": "Jane.Doe@example.com",
    "event": "cart_updated",
    "properties": {"FIRSTNAME": "Jane"},
    "eventdata": {"id": "cart:17", "data": {"total": 1.50, "items": [{"sku": "a", "gift": None}]}},
}


def track(footfall: Footfall, body: object, call: str = "trackEvent") -> httpx.Response:
    """Send it with nothing but the tracker's own key field."""
    with footfall.client() as client:
        key = client.headers.pop("api-key")
        return client.post(f"/api/v2/{call}", json=body, headers={"ma-key": key})


def events_of(footfall: Footfall, name: str) -> list[dict[str, Any]]:
    with footfall.client() as client:
        found: list[dict[str, Any]] = client.get("/v3/events", params={"event_name": name}).json()[
            "events"
        ]
    return found


def test_a_tracked_event_is_an_event(footfall: Footfall) -> None:
    """204, and it is found with its properties, its contact and its object."""
    answer = track(footfall, TRACKED)
    assert (answer.status_code, answer.content) == (204, b"")
    with footfall.client() as client:
        query = {"event_name": "cart_updated", "object_type": "eventdata"}
        [found] = client.get("/v3/events", params=query).json()["events"]
        contact = client.get("/v3/contacts/jane.doe@example.com").json()
        receipt = client.get(f"/footfall/v1/receipts/{answer.headers['x-request-id']}").json()
    assert found["event_properties"] == TRACKED["eventdata"]["data"]  # type: ignore[index]
    assert found["contact_id"] == contact["id"]
    assert contact["attributes"] == {"FIRSTNAME": "Jane"}
    assert [each["verdict"] for each in receipt["events"]] == ["applied"]


@pytest.mark.parametrize(
    "body",
    [
        {"email": "a@example.com", "event": "bare"},
        {"email": "a@example.com", "event": "bare", "properties": [], "eventdata": []},
        {"email": "a@example.com", "event": "bare", "properties": None, "eventdata": None},
        {"email": "a@example.com", "event": "bare", "eventdata": {"id": 7, "data": []}},
    ],
)
def test_all_but_name_and_address_may_be_absent_or_empty(footfall: Footfall, body: object) -> None:
    """PHP's `[]` counts as `{}` here too."""
    assert track(footfall, body).status_code == 204


def changed(**fields: Any) -> dict[str, Any]:
    return {**TRACKED, **fields}


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        (changed(email=""), "missing_parameter", "email"),
        (changed(email=None), "missing_parameter", "email"),
        (changed(email="nobody"), "invalid_parameter", "email "),
        (changed(email=17), "invalid_parameter", "email "),
        (changed(event=None), "missing_parameter", "event"),
        (changed(event="two words"), "invalid_parameter", "event "),
        (changed(properties="x"), "invalid_parameter", "properties "),
        (changed(eventdata="x"), "invalid_parameter", "eventdata "),
        (changed(eventdata={"data": {"a b": 1}}), "invalid_parameter", "eventdata.data"),
        (changed(eventdata={"data": "x"}), "invalid_parameter", "eventdata.data "),
        (changed(eventdata={"id": "x" * 300}), "invalid_parameter", "eventdata.id "),
        ([TRACKED], "invalid_parameter", "The body "),
    ],
)
def test_what_breaks_a_rule_is_named_in_the_callers_own_words(
    footfall: Footfall, body: object, code: str, word: str
) -> None:
    """400 with the field as the tracker calls it."""
    answer = track(footfall, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"].startswith(word)


def test_large_event_data_is_refused_in_the_callers_own_words(footfall: Footfall) -> None:
    """413 past the 50 KB that an event's properties may have."""
    answer = track(footfall, changed(eventdata={"data": {"text": "x" * 52_000}}))
    assert answer.status_code == 413
    assert answer.json()["message"].startswith("eventdata.data ")


def test_a_key_is_needed(footfall: Footfall) -> None:
    """401 without one and for an unknown one."""
    with plain_client(footfall.url) as client:
        assert client.post("/api/v2/trackEvent", json=TRACKED).status_code == 401
        unknown = {"ma-key": "unknown"}
        assert client.post("/api/v2/trackEvent", json=TRACKED, headers=unknown).status_code == 401


def test_nothing_but_post_is_allowed(footfall: Footfall) -> None:
    """405 naming the method, and `Allow`."""
    with footfall.client() as client:
        answer = client.get("/api/v2/trackEvent")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


@pytest.mark.parametrize(
    ("call", "field", "name"),
    [("trackPage", "page", "page_viewed"), ("trackLink", "link", "link_clicked")],
)
def test_a_page_or_a_link_is_an_event_with_its_properties(
    footfall: Footfall, call: str, field: str, name: str
) -> None:
    """What it was stands among the properties, whatever they say of it themselves."""
    address = "https://example.com/a?b=1"
    shown: dict[str, Any] = {"ma_title": "Prices", "n": 1.0}
    cases: list[tuple[object, dict[str, Any]]] = [
        (shown | {field: "another"}, shown),
        ([], {}),
        (None, {}),
    ]
    for given, expected in cases:
        body = {"email": f"{field}@example.com", field: address, "properties": given}
        assert track(footfall, body, call).status_code == 204
        assert events_of(footfall, name)[0]["event_properties"] == {**expected, field: address}


def test_identify_tells_who_a_contact_is(footfall: Footfall) -> None:
    """Attributes are set, and those that stand for identifiers identify; a number may be one."""
    attributes = {"FirstName": "Ada", "Age": 24, "SMS": 33612345670, "ext_id": "ada-1"}
    body = {"email": "ada@example.com", "attributes": attributes}
    assert track(footfall, body, "identify").status_code == 204
    with footfall.client() as client:
        by_email = client.get("/v3/contacts/ada@example.com").json()
        by_id = client.get("/v3/contacts/ada-1", params={"identifierType": "ext_id"}).json()
    assert by_email == by_id
    assert by_email["attributes"] == {
        "FIRSTNAME": "Ada",
        "AGE": 24,
        "SMS": "+33612345670",
        "EXT_ID": "ada-1",
    }


@pytest.mark.parametrize(
    ("call", "body", "code", "word"),
    [
        ("trackPage", {"email": "a@example.com"}, "missing_parameter", "page"),
        ("trackPage", {"email": "a@example.com", "page": 7}, "invalid_parameter", "page "),
        ("trackLink", {"email": "a@example.com", "link": ""}, "missing_parameter", "link"),
        (
            "trackLink",
            {"email": "a@example.com", "link": "x", "properties": "y"},
            "invalid_parameter",
            "properties ",
        ),
        (
            "trackPage",
            {"email": "a@example.com", "page": "x", "properties": {"a b": 1}},
            "invalid_parameter",
            "properties",
        ),
        ("identify", {"attributes": {"A": 1}}, "missing_parameter", "email"),
        (
            "identify",
            {"email": "a@example.com", "attributes": {"SMS": "12"}},
            "invalid_parameter",
            "attributes.SMS ",
        ),
        (
            "identify",
            {"email": "a@example.com", "attributes": {"A": {"b": 1}}},
            "invalid_parameter",
            "attributes.A ",
        ),
        (
            "identify",
            {"email": "a@example.com", "attributes": 7},
            "invalid_parameter",
            "attributes ",
        ),
    ],
)
def test_other_calls_name_what_is_wrong_in_their_own_words(
    footfall: Footfall, call: str, body: object, code: str, word: str
) -> None:
    """400 with the field as the call has it."""
    answer = track(footfall, body, call)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["message"].startswith(word)
