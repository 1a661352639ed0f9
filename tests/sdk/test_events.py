"""The methods of the official clients for events."""

from __future__ import annotations

import pytest

from tests.running import Footfall
from tests.sdk.official import Running

PROPERTIES = {
    "title": "Brevo — CRM ✓",
    "duration": 142,
    "price": 1.5,
    "autoplayed": False,
    "cart": {"items": [{"sku": "a", "count": 2}, {}], "codes": ["x", "y"]},
}


@pytest.mark.offers("createEvent")
def test_an_event_is_kept_as_it_was_sent(client: Running, name: str, footfall: Footfall) -> None:
    """What a client sends is listed at once, its properties and its date as they were."""
    client.call(
        "createEvent",
        event_name=name,
        event_date="2024-02-06T21:59:23.383+01:00",
        identifiers={"email_id": f"{name}@example.com", "ext_id": name},
        contact_properties={"AGE": 32, "GENDER": "FEMALE"},
        event_properties=PROPERTIES,
    )
    with footfall.client() as http:
        listed = http.get("/v3/events", params={"event_name": name}).json()
    assert listed["count"] == 1
    [event] = listed["events"]
    assert event["event_date"].startswith("2024-02-06T20:59:23.383")
    assert event["event_properties"] == PROPERTIES
    assert event["contact_properties"] == {"AGE": 32, "GENDER": "FEMALE"}


@pytest.mark.offers("createEvent", "getContactInfo")
def test_an_event_makes_its_contact(client: Running, name: str) -> None:
    """The contact that an event names is read with its attributes, by e-mail and by id."""
    client.call(
        "createEvent",
        event_name="signed_up",
        identifiers={"email_id": f"{name.upper()}@example.com", "ext_id": name},
        contact_properties={"PLAN": "pro"},
    )
    contact = client.call("getContactInfo", identifier=f"{name}@example.com")
    assert contact["email"] == f"{name}@example.com"
    assert {"PLAN": "pro", "EXT_ID": name}.items() <= contact["attributes"].items()
    again = client.call("getContactInfo", identifier=contact["id"])
    assert again["id"] == contact["id"]


@pytest.mark.offers("createEvent", "getEvents")
def test_events_are_listed_by_name_contact_and_date(client: Running, name: str) -> None:
    """Filters that take several values find the events of each; a day as end counts whole."""
    for suffix in ("a", "b", "c"):
        client.call(
            "createEvent",
            event_name=f"{name}-{suffix}",
            event_date="2025-05-01T23:59:59+00:00",
            identifiers={"ext_id": f"{name}-{suffix}"},
            event_properties=PROPERTIES,
        )
    listed = client.call(
        "getEvents",
        event_name=[f"{name}-a", f"{name}-b"],
        startDate="2025-05-01",
        endDate="2025-05-01",
    )
    assert listed["count"] == 2
    assert {event["event_name"] for event in listed["events"]} == {f"{name}-a", f"{name}-b"}
    assert all(event["event_properties"] == PROPERTIES for event in listed["events"])
    contact = listed["events"][0]["contact_id"]
    of_contact = client.call("getEvents", contact_id=[contact])
    assert [event["contact_id"] for event in of_contact["events"]] == [contact]


@pytest.mark.offers("createEvent", "getEvents")
def test_events_with_an_object_are_listed_by_its_type(client: Running, name: str) -> None:
    """The object that an event is about comes back by its type."""
    client.call(
        "createEvent",
        event_name=name,
        identifiers={"ext_id": name},
        object={"type": name, "identifiers": {"ext_id": "v-1"}},
    )
    listed = client.call("getEvents", object_type=name)
    assert [event["object_type"] for event in listed["events"]] == [name]


@pytest.mark.offers("createEvent", "getEvents")
def test_pages_of_events_follow_one_another(client: Running, name: str) -> None:
    """limit and offset cut the list, latest first; count tells how many there are in all."""
    for day in range(1, 6):
        client.call(
            "createEvent",
            event_name=name,
            event_date=f"2025-03-0{day}T00:00:00+00:00",
            identifiers={"ext_id": name},
        )
    page = client.call("getEvents", event_name=[name], limit=2, offset=1)
    assert page["count"] == 5
    assert [event["event_date"][:10] for event in page["events"]] == ["2025-03-04", "2025-03-03"]


@pytest.mark.offers("createBatchEvents", "getEvents")
def test_every_event_of_a_batch_is_accepted(client: Running, name: str) -> None:
    """The answer counts the events, and they are listed at once."""
    answer = client.call(
        "createBatchEvents",
        events=[
            {
                "event_name": name,
                "event_date": "2025-03-01T10:00:00Z",
                "identifiers": {"email_id": f"{name}-{number}@example.com"},
                "event_properties": {"number": number, "note": "é"},
            }
            for number in range(3)
        ],
    )
    assert answer["count"] == 3
    assert answer["message"]
    listed = client.call("getEvents", event_name=[name])
    numbers = [event["event_properties"]["number"] for event in listed["events"]]
    assert sorted(numbers) == [0, 1, 2]


@pytest.mark.offers("createBatchEvents", "getEvents")
def test_the_good_events_of_a_mixed_batch_are_kept(client: Running, name: str) -> None:
    """207 is no error to any client, and tells which events were refused, and why."""
    answer = client.call(
        "createBatchEvents",
        events=[
            {"event_name": name, "identifiers": {"ext_id": name}},
            {"event_name": "no spaces", "identifiers": {"ext_id": name}},
        ],
    )
    assert (answer["successful_events"], answer["failed_events"]) == (1, 1)
    [problem] = answer["errors"]
    assert problem["eventIndex"] == [1]
    assert "event_name" in problem["message"]
    assert client.call("getEvents", event_name=[name])["count"] == 1


@pytest.mark.offers("createBatchEvents")
def test_a_batch_without_a_good_event_is_refused(client: Running, name: str) -> None:
    """400 comes as the typed error, with the outcome of the batch as its body."""
    refusal = client.refusal(
        "createBatchEvents", events=[{"event_name": "no spaces", "identifiers": {"ext_id": name}}]
    )
    assert refusal.error == client.official.generation.error("createBatchEvents", 400)
    assert refusal.status == 400
    assert refusal.body["failed_events"] == 1
    assert refusal.body["errors"][0]["eventIndex"] == [0]


@pytest.mark.offers("createBatchEvents")
def test_a_batch_over_the_limit_is_refused(client: Running, name: str) -> None:
    """201 events are one too many: 400, and nothing is kept."""
    event = {"event_name": name, "identifiers": {"ext_id": name}}
    refusal = client.refusal("createBatchEvents", events=[event] * 201)
    assert refusal.status == 400
    assert "200" in str(refusal.body)
