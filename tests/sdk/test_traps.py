"""Mistakes that the types of the clients for Node let through, and that must not lose data."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.sdk.conftest import Clients
from tests.sdk.official import AXIOS_NODE, CLIENTS, FERN_NODE, REQUEST_NODE, Official

PASSING_ON = [official for official in CLIENTS if official.generation is FERN_NODE]
DROPPING = [official for official in CLIENTS if official.generation in (AXIOS_NODE, REQUEST_NODE)]
CAMEL: Final[list[tuple[str, str, dict[str, Any]]]] = [
    ("eventName", "event_name", {"eventName": "x", "identifiers": {"ext_id": "x"}}),
    ("emailId", "email_id", {"event_name": "x", "identifiers": {"emailId": "x@example.com"}}),
    (
        "eventProperties",
        "event_properties",
        {"event_name": "x", "identifiers": {"ext_id": "x"}, "eventProperties": {"a": 1}},
    ),
]


@pytest.mark.parametrize("official", PASSING_ON, ids=lambda official: official.title)
def test_camel_case_is_told_the_right_name(clients: Clients, official: Official) -> None:
    """These clients send objects as they are given; the answer names the field that was meant."""
    client = clients(official)
    for field, meant, given in CAMEL:
        refusal = client.refusal("createEvent", **given)
        assert refusal.status == 400
        assert field in refusal.body["message"]
        assert meant in refusal.body["message"]


@pytest.mark.parametrize("official", DROPPING, ids=lambda official: official.title)
def test_names_that_the_client_drops_are_missed(clients: Clients, official: Official) -> None:
    """These clients drop the names of Brevo's reference in silence; what is left is refused."""
    refusal = clients(official).refusal_of_plain(
        "createEvent", event_name="x", identifiers={"email_id": "x@example.com"}
    )
    assert refusal.status == 400
    assert refusal.body["code"] == "missing_parameter"
