"""Each documented error reaches each official client as the type that it has for it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.running import Footfall
from tests.sdk.official import Refusal, Running

NOBODY = 999_999_999
CHOICE = {"value": 1, "label": "one"}


def check(client: Running, operation: str, refusal: Refusal, status: int, code: str) -> None:
    """The type is the client's for that status, and the body is Brevo's envelope."""
    assert refusal.error == client.official.generation.error(operation, status), refusal
    assert refusal.status == status, refusal
    assert refusal.body["code"] == code, refusal
    assert refusal.body["message"], refusal


INVALID: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("createEvent", {"event_name": "no spaces", "identifiers": {"ext_id": "x"}}, "event_name"),
    ("createEvent", {"event_name": "x", "identifiers": {}}, "identifiers"),
    ("createEvent", {"event_name": "x", "identifiers": {"email_id": "x"}}, "identifiers.email_id"),
    ("getEvents", {"startDate": "2024-01-01"}, "endDate"),
    ("getEvents", {"startDate": "2024-02-01", "endDate": "2024-01-01"}, "startDate"),
    ("getEvents", {"limit": 10_001}, "limit"),
    ("getContacts", {"limit": 1_001}, "limit"),
    ("getContacts", {"filter": "AGE > 3"}, "filter"),
    ("getContacts", {"segmentId": NOBODY}, "segment"),
    ("createContact", {"email": "not an address"}, "email"),
    ("createContact", {"attributes": {"FNAME": "Ann"}}, "email"),
    ("updateContact", {"identifier": "not an address", "attributes": {"A": "b"}}, "identifier"),
    ("updateBatchContacts", {"contacts": []}, "contacts"),
    ("createFolder", {"name": ""}, "name"),
    ("createList", {"name": "x", "folderId": NOBODY}, "folder"),
    ("createList", {"name": "", "folderId": 1}, "name"),
    ("getLists", {"limit": 51, "offset": 0}, "limit"),
    ("getFolders", {"limit": 51, "offset": 0}, "limit"),
    ("getSegments", {"limit": 51, "offset": 0}, "limit"),
    ("importContacts", {"listIds": [NOBODY], "fileBody": "EMAIL\nx@example.com"}, "list"),
    ("importContacts", {"listIds": [1]}, "fileBody"),
    (
        "createAttribute",
        {"attributeCategory": "normal", "attributeName": "no spaces", "type": "text"},
        "name",
    ),
]

MISSING: Final[list[tuple[str, dict[str, Any]]]] = [
    ("getContactInfo", {"identifier": "nobody@example.com"}),
    ("getContactInfo", {"identifier": NOBODY}),
    ("updateContact", {"identifier": "nobody@example.com", "attributes": {"FNAME": "x"}}),
    ("deleteContact", {"identifier": "nobody@example.com"}),
    ("getContactStats", {"identifier": "nobody@example.com"}),
    ("getProcess", {"processId": NOBODY}),
    ("getFolder", {"folderId": NOBODY}),
    ("updateFolder", {"folderId": NOBODY, "name": "x"}),
    ("deleteFolder", {"folderId": NOBODY}),
    ("getFolderLists", {"folderId": NOBODY}),
    ("getList", {"listId": NOBODY}),
    ("updateList", {"listId": NOBODY, "name": "x"}),
    ("deleteList", {"listId": NOBODY}),
    ("getContactsFromList", {"listId": NOBODY}),
    ("addContactToList", {"listId": NOBODY, "emails": ["a@example.com"]}),
    ("removeContactFromList", {"listId": NOBODY, "emails": ["a@example.com"]}),
    (
        "updateAttribute",
        {"attributeCategory": "category", "attributeName": "NOT_THERE", "enumeration": [CHOICE]},
    ),
    ("deleteAttribute", {"attributeCategory": "normal", "attributeName": "NOT_THERE"}),
    (
        "deleteMultiAttributeOptions",
        {
            "attributeType": "multiple-choice",
            "multipleChoiceAttribute": "NOT_THERE",
            "multipleChoiceAttributeOption": "x",
        },
    ),
]

ANY_CALL: Final[list[tuple[str, dict[str, Any]]]] = [
    ("createEvent", {"event_name": "x", "identifiers": {"ext_id": "x"}}),
    ("createBatchEvents", {"events": [{"event_name": "x", "identifiers": {"ext_id": "x"}}]}),
    ("getEvents", {}),
    ("getContacts", {}),
    ("createContact", {"email": "x@example.com"}),
    ("getContactInfo", {"identifier": "x@example.com"}),
    ("updateContact", {"identifier": "x@example.com", "attributes": {"FNAME": "x"}}),
    ("deleteContact", {"identifier": "x@example.com"}),
    ("getAttributes", {}),
    ("createFolder", {"name": "x"}),
    ("getList", {"listId": 1}),
]


def test_what_breaks_a_rule_is_invalid(client: Running) -> None:
    """400 with a code of Brevo's; the message names the field."""
    for operation, given, field in INVALID:
        if operation not in client.official.lacks:
            refusal = client.refusal(operation, **given)
            if refusal.error == client.official.generation.own_check:
                continue
            assert refusal.error == client.official.generation.error(operation, 400), refusal
            assert refusal.status == 400, refusal
            assert refusal.body["code"] in ("invalid_parameter", "missing_parameter"), refusal
            assert field.lower() in refusal.body["message"].lower(), (operation, refusal)


def test_what_is_not_there_is_not_found(client: Running) -> None:
    """404 with Brevo's code, on every method that names something."""
    for operation, given in MISSING:
        if operation not in client.official.lacks:
            refusal = client.refusal(operation, **given)
            check(client, operation, refusal, 404, "document_not_found")


def test_a_wrong_key_is_unauthorized(client: Running) -> None:
    """401 with Brevo's own text, on every kind of method."""
    for operation, given in ANY_CALL:
        if operation not in client.official.lacks:
            refusal = client.refusal(operation, key="ff_000000000000_no", **given)
            check(client, operation, refusal, 401, "unauthorized")
            assert refusal.body["message"] == "Key not found"


@pytest.fixture(scope="module")
def scopeless(footfall: Footfall) -> str:
    """A key that may send events and nothing else."""
    with footfall.client() as http:
        answer = http.post(
            "/footfall/v1/keys", json={"name": "sends events", "scopes": ["events:write"]}
        )
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["secret"]
    return key


def test_a_key_without_the_scope_is_denied(client: Running, scopeless: str) -> None:
    """403: Footfall's keys have scopes, which Brevo's do not have."""
    for operation, given in ANY_CALL[2:]:
        if operation not in client.official.lacks:
            refusal = client.refusal(operation, key=scopeless, **given)
            check(client, operation, refusal, 403, "permission_denied")


def test_a_body_that_is_too_large_is_told(client: Running) -> None:
    """413: properties of an event past 50 KB."""
    refusal = client.refusal(
        "createEvent",
        event_name="large",
        identifiers={"ext_id": "x"},
        event_properties={"text": "x" * 52_000},
    )
    check(client, "createEvent", refusal, 413, "payload_too_large")
