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


INSIDE: Final[list[tuple[str, str, str, dict[str, Any]]]] = [
    (
        "updateBatchContacts",
        "contacts[1].list_ids",
        "listIds",
        {"contacts": [{"id": 1}, {"id": 1, "list_ids": [1]}]},
    ),
    (
        "updateBatchContacts",
        "contacts[0].email_blacklisted",
        "emailBlacklisted",
        {"contacts": [{"id": 1, "email_blacklisted": True}]},
    ),
    (
        "updateBatchContacts",
        "contacts[0].extId",
        "ext_id",
        {"contacts": [{"id": 1, "extId": "x"}]},
    ),
    (
        "importContacts",
        "newList.list_name",
        "listName",
        {"fileBody": "EMAIL\n", "newList": {"list_name": "x", "folderId": 1}},
    ),
    (
        "requestContactExport",
        "customContactFilter.list_id",
        "listId",
        {"customContactFilter": {"actionForContacts": "allContacts", "list_id": 1}},
    ),
    (
        "upsertrecords",
        "records[0].identifiers.extId",
        "ext_id",
        {
            "object_type": "trap",
            "records": [{"identifiers": {"extId": "x"}, "attributes": {"a": 1}}],
        },
    ),
    (
        "createAttribute",
        "multi_category_options",
        "multiCategoryOptions",
        {
            "attributeCategory": "normal",
            "attributeName": "TRAPPED",
            "type": "multiple-choice",
            "multi_category_options": ["a"],
        },
    ),
]


@pytest.mark.parametrize("official", PASSING_ON, ids=lambda official: official.title)
def test_a_name_inside_of_lists_and_objects_is_told_too(
    clients: Clients, official: Official
) -> None:
    """Whatever a field that is written wrong would lose, the answer names it by its path."""
    client = clients(official)
    for operation, path, meant, given in INSIDE:
        refusal = client.refusal(operation, **given)
        assert refusal.status == 400, (operation, given)
        assert f"{path} is not a field: it must be written {meant}" in refusal.body["message"]


@pytest.mark.parametrize("official", DROPPING, ids=lambda official: official.title)
def test_names_that_the_client_drops_are_missed(clients: Clients, official: Official) -> None:
    """These clients drop the names of Brevo's reference in silence; what is left is refused."""
    refusal = clients(official).refusal_of_plain(
        "createEvent", event_name="x", identifiers={"email_id": "x@example.com"}
    )
    assert refusal.status == 400
    assert refusal.body["code"] == "missing_parameter"
