"""What brevo-python 5 does within the process that uses it, beyond what every client does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from brevo import Brevo
from brevo.core.api_error import ApiError

from tests.running import Footfall


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def brevo(footfall: Footfall, http: httpx.Client) -> Brevo:
    return Brevo(api_key=footfall.key, base_url=f"{footfall.url}/v3", httpx_client=http)


def test_what_get_events_returns_is_typed(brevo: Brevo, name: str) -> None:
    """Dates are aware datetimes, and properties come back with their nulls and empty objects."""
    properties = {"price": 1.5, "cart": {"items": [{"sku": "a"}, {}], "note": None}}
    happened = datetime(2024, 2, 6, 20, 59, 23, 383000, tzinfo=UTC)
    brevo.event.create_event(
        event_name=name,
        event_date=happened,
        identifiers={"email_id": f"{name}@example.com"},
        event_properties=properties,
    )
    listed = brevo.event.get_events(
        event_name=[name], start_date="2024-02-06", end_date="2024-02-06"
    )
    assert listed.events is not None
    [event] = listed.events
    assert (event.event_date, event.event_properties) == (happened, properties)


def test_a_bearer_token_counts_as_the_key(
    footfall: Footfall, http: httpx.Client, name: str
) -> None:
    """The client's token mode sends Authorization: Bearer, which is let in like api-key."""
    bearer = Brevo(token=footfall.key, base_url=f"{footfall.url}/v3", httpx_client=http)
    bearer.event.create_event(event_name=name, identifiers={"ext_id": name})
    assert bearer.event.get_events(event_name=name).count == 1


def test_the_error_has_the_fields_of_the_answer(brevo: Brevo, name: str) -> None:
    """The request id, which leads to the receipt, is among the error's header fields."""
    with pytest.raises(ApiError) as caught:
        brevo.contacts.get_contact_info(f"{name}@example.com")
    assert caught.value.headers is not None
    assert caught.value.headers["x-request-id"]
