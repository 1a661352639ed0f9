"""The official Python client, unmodified but for its base URL, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic

import httpx
import pytest
from brevo import Brevo
from brevo.core.api_error import ApiError
from brevo.errors import BadRequestError, UnauthorizedError

from tests.running import Footfall


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("sdk") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def brevo(footfall: Footfall, http: httpx.Client) -> Brevo:
    return Brevo(api_key=footfall.key, base_url=f"{footfall.url}/v3", httpx_client=http)


def test_create_event_is_listed_by_get_events(brevo: Brevo) -> None:
    """What create_event sent, get_events returns at once, properties as they were."""
    properties = {
        "title": "Brevo — CRM",
        "duration": 142,
        "price": 1.5,
        "autoplayed": False,
        "cart": {"items": [{"sku": "a"}, {}], "note": None},
    }
    brevo.event.create_event(
        event_name="video_played",
        event_date=datetime(2024, 2, 6, 20, 59, 23, 383000, tzinfo=UTC),
        identifiers={"email_id": "jane.doe@example.com"},
        contact_properties={"AGE": 32, "GENDER": "FEMALE"},
        event_properties=properties,
    )
    listed = brevo.event.get_events(
        event_name=["video_played", "other"], start_date="2024-02-06", end_date="2024-02-06"
    )
    assert listed.count == 1
    assert listed.events is not None
    [event] = listed.events
    assert event.event_name == "video_played"
    assert event.event_properties == properties
    assert event.contact_properties == {"AGE": 32, "GENDER": "FEMALE"}
    assert event.event_date == datetime(2024, 2, 6, 20, 59, 23, 383000, tzinfo=UTC)


def test_get_contact_info_shows_the_attributes(brevo: Brevo) -> None:
    """The contact that an event created is read with its attributes, by e-mail and by id."""
    brevo.event.create_event(
        event_name="signed_up",
        identifiers={"email_id": "John@example.com", "ext_id": "j-1"},
        contact_properties={"PLAN": "pro"},
    )
    contact = brevo.contacts.get_contact_info("john@example.com")
    assert contact.email == "john@example.com"
    assert contact.attributes.dict(exclude_none=True) == {"PLAN": "pro", "EXT_ID": "j-1"}
    assert brevo.contacts.get_contact_info(contact.id).id == contact.id


def test_pages_follow_one_another(brevo: Brevo) -> None:
    """limit and offset cut the list, latest first; count tells how many there are in all."""
    for day in range(1, 6):
        brevo.event.create_event(
            event_name="paged",
            event_date=datetime(2025, 3, day, tzinfo=UTC),
            identifiers={"ext_id": "pages"},
        )
    page = brevo.event.get_events(
        event_name="paged", start_date="2025-03-01", end_date="2025-03-31", limit=2, offset=1
    )
    assert page.count == 5
    assert [event.event_date.day for event in page.events or [] if event.event_date] == [4, 3]


def test_create_batch_events_are_accepted(brevo: Brevo) -> None:
    """Every event of a batch is accepted and listed."""
    answer = brevo.event.create_batch_events(
        events=[
            {"event_name": "batched", "identifiers": {"email_id": f"b{n}@example.com"}}
            for n in range(3)
        ]
    )
    assert answer.count == 3
    assert brevo.event.get_events(event_name="batched").count == 3


def test_a_refused_event_raises_the_typed_error(brevo: Brevo) -> None:
    """400 arrives as BadRequestError with the code and a message that names the field."""
    with pytest.raises(BadRequestError) as caught:
        brevo.event.create_event(event_name="no spaces please", identifiers={"ext_id": "x"})
    assert caught.value.body["code"] == "invalid_parameter"
    assert "event_name" in caught.value.body["message"]


def test_a_wrong_key_raises_unauthorized(footfall: Footfall, http: httpx.Client) -> None:
    """401 arrives as UnauthorizedError with Brevo's own text."""
    stranger = Brevo(api_key="ff_000000000000_no", base_url=f"{footfall.url}/v3", httpx_client=http)
    with pytest.raises(UnauthorizedError) as caught:
        stranger.event.create_event(event_name="x", identifiers={"ext_id": "x"})
    assert caught.value.body["message"] == "Key not found"


def test_a_bearer_token_counts_as_the_key(footfall: Footfall, http: httpx.Client) -> None:
    """The client's token mode sends Authorization: Bearer, which is let in like api-key."""
    bearer = Brevo(token=footfall.key, base_url=f"{footfall.url}/v3", httpx_client=http)
    bearer.event.create_event(event_name="by_token", identifiers={"ext_id": "t"})
    assert bearer.event.get_events(event_name="by_token").count == 1


def test_an_unknown_contact_raises_not_found(brevo: Brevo) -> None:
    """404 arrives with code document_not_found."""
    with pytest.raises(ApiError) as caught:
        brevo.contacts.get_contact_info("nobody@example.com")
    assert caught.value.status_code == 404


def test_import_contacts_is_a_process_that_completes(brevo: Brevo) -> None:
    """import_contacts takes CSV and JSON, and get_process tells when it is done."""
    csv = brevo.contacts.import_contacts(
        file_body="EMAIL;CITY\nimported1@example.com;Ulm\n",
        new_list={"listName": "imported", "folderId": 1},
    )
    json = brevo.contacts.import_contacts(
        json_body=[{"email": "imported2@example.com", "attributes": {"CITY": "Bonn"}}]
    )
    assert csv.process_id != json.process_id
    deadline = monotonic() + 20
    while brevo.process.get_process(json.process_id).status != "completed":
        assert monotonic() < deadline
    listed = brevo.process.get_processes(limit=2)
    assert [each.id for each in listed.processes] == [json.process_id, csv.process_id]
    assert {each.name for each in listed.processes} == {"IMPORTUSER"}
    for email in ("imported1@example.com", "imported2@example.com"):
        assert brevo.contacts.get_contact_info(email).email == email
