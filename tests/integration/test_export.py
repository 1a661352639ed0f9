"""Exports of contacts by a real server: what is in the file, and who may read it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.test_import import begin, ended
from tests.running import Footfall

CONTACTS = (
    "EMAIL;SMS;CITY;AGE\n"
    'a@example.com;+33612345678;"Ulm; upper";31\n'
    "b@example.com;;Bonn;\n"
    "c@example.com;;;7\n"
)


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("export") / "data") as running:
        with running.client() as client:
            new_list = {"listName": "all", "folderId": 1}
            ended(client, begin(client, fileBody=CONTACTS, newList=new_list))
            client.put("/v3/contacts/b@example.com", json={"emailBlacklisted": True})
            client.post("/v3/contacts", json={"email": "d@example.com"}).raise_for_status()
        yield running


@pytest.fixture(scope="module")
def client(footfall: Footfall) -> Iterator[httpx.Client]:
    with footfall.client() as client:
        yield client


def export(client: httpx.Client, action: str = "allContacts", **body: Any) -> dict[str, Any]:
    """The process that the export came to."""
    wanted = {"actionForContacts": action} | body.pop("filter", {})
    answer = client.post("/v3/contacts/export", json={"customContactFilter": wanted, **body})
    assert answer.status_code == 202, answer.text
    return ended(client, answer.json()["processId"])


def lines(process: dict[str, Any]) -> list[str]:
    """The lines of the file behind the link, which needs no key."""
    answer = httpx.get(process["export_url"]).raise_for_status()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return answer.text.splitlines()


def test_a_list_is_exported_with_what_was_asked_for(client: httpx.Client) -> None:
    """Columns in their order, a line for each contact, by the link that the process has."""
    process = export(
        client,
        filter={"listId": 1},
        exportAttributes=["city", "AGE", "SMS"],
        exportMandatoryAttributes=False,
        exportMetadata=["_listIds"],
        exportSubscriptionStatus=["email_marketing"],
    )
    assert (process["name"], process["status"]) == ("SEARCH_EXPORT_USERS", "completed")
    assert process["progress"]["done"] == 3
    assert lines(process) == [
        "CITY;AGE;SMS;_listIds;email_marketing",
        '"Ulm; upper";31;+33612345678;1;subscribed',
        "Bonn;;;1;unsubscribed",
        ";7;;1;subscribed",
    ]


def test_all_contacts_are_exported_without_a_list(client: httpx.Client) -> None:
    """With the mandatory columns, times in UTC."""
    first, *rest = lines(export(client))
    assert first == "EMAIL;ADDED_TIME;MODIFIED_TIME"
    assert [line.split(";")[0][0] for line in rest] == ["a", "b", "c", "d"]
    assert all(line.endswith("Z") for line in rest)


@pytest.mark.parametrize(
    ("action", "emails"),
    [("subscribed", "ac"), ("unsubscribed", "b"), ("unsubscribedPerList", "")],
)
def test_contacts_are_chosen_by_what_they_receive(
    client: httpx.Client, action: str, emails: str
) -> None:
    """Of a list, who may be reached by e-mail and who may not."""
    _, *rest = lines(export(client, action, filter={"listId": 1}))
    assert "".join(line[0] for line in rest) == emails


def test_a_segment_is_exported(client: httpx.Client) -> None:
    """Those who are in it when the export is written."""
    test = {"operator": "greater_than", "value": 30}
    condition = {"type": "attribute", "name": "AGE", "test": test}
    body = {"name": "older", "definition": {"version": 1, "condition": condition}}
    made = client.post("/footfall/v1/segments", json=body)
    assert made.is_success, made.text
    segment_id = made.json()["id"]
    deadline = time.monotonic() + 30
    while client.get(f"/v3/contacts?segmentId={segment_id}").json()["count"] != 1:
        assert time.monotonic() < deadline
    _, line = lines(export(client, filter={"segmentId": segment_id}))
    assert line.startswith("a@example.com;")


def test_a_link_lets_in_only_whole(client: httpx.Client) -> None:
    """Without its signature, or changed, it opens nothing; a key does not help."""
    url = export(client)["export_url"]
    bare = url.partition("?")[0]
    for wrong in (bare, url[:-1], url.replace("expires=", "expires=1"), f"{bare}?expires=x"):
        answer = client.get(wrong)
        assert answer.status_code in (400, 403)
        assert answer.json()["code"] in ("invalid_parameter", "permission_denied")
    assert client.head(url).status_code == 200


def test_files_go_when_a_contact_is_erased(footfall: Footfall, client: httpx.Client) -> None:
    """The contact may be in any of them; a later export is without it."""
    client.post("/v3/contacts", json={"email": "erased@example.com"}).raise_for_status()
    before = export(client)
    assert "erased@example.com" in "".join(lines(before))
    client.delete("/v3/contacts/erased@example.com").raise_for_status()
    deadline = time.monotonic() + 30
    while list((footfall.data / "files").iterdir()):
        assert time.monotonic() < deadline
    assert httpx.get(before["export_url"]).status_code == 404
    assert "export_url" not in client.get(f"/v3/processes/{before['id']}").json()
    assert "erased@example.com" not in "".join(lines(export(client)))


def test_reports_tell_of_refused_rows(client: httpx.Client) -> None:
    """An import that is completed links to a file for each kind of them."""
    text = "EMAIL;SMS\nnobody;\ne@example.com;+33612345678\n"
    process = ended(client, begin(client, fileBody=text))
    links = process["info"]["import"]
    assert {name for name, link in links.items() if link} == {
        "invalid_emails",
        "duplicate_phone_id",
    }
    for name, row in (("invalid_emails", "1"), ("duplicate_phone_id", "2")):
        assert urlsplit(links[name]).path.endswith(f"/reports/{name}")
        first, line = httpx.get(links[name]).raise_for_status().text.splitlines()
        assert first == "row;code;field;message"
        assert line.startswith(f"{row};")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "customContactFilter.actionForContacts"),
        ({"customContactFilter": {"actionForEmailCampaigns": "openers"}}, "campaigns"),
        ({"customContactFilter": {"actionForContacts": "some"}}, "actionForContacts"),
        ({"customContactFilter": {"actionForContacts": "allContacts", "listId": 9}}, "List ID"),
        ({"customContactFilter": {"actionForContacts": "allContacts", "segmentId": 9}}, "Segment"),
        ({"customContactFilter": {"actionForContacts": "unsubscribedPerList"}}, "listId"),
        (
            {
                "customContactFilter": {"actionForContacts": "allContacts"},
                "exportAttributes": ["NOTHING"],
            },
            "No such attribute: NOTHING",
        ),
        (
            {
                "customContactFilter": {"actionForContacts": "allContacts"},
                "exportMandatoryAttributes": False,
            },
            "exportAttributes",
        ),
        (
            {
                "customContactFilter": {"actionForContacts": "allContacts"},
                "notifyUrl": "http://10.0.0.1",
            },
            "notifyUrl",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(
    client: httpx.Client, body: dict[str, Any], field: str
) -> None:
    """400 that names the field."""
    answer = client.post("/v3/contacts/export", json=body)
    assert answer.status_code == 400
    assert field in answer.json()["message"]
