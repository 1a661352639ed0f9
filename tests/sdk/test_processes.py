"""The methods of the official clients for what runs in the background."""

from __future__ import annotations

from time import monotonic
from typing import Any

import httpx
import pytest

from tests.sdk.official import Running

PATIENCE = 60.0


def completed(client: Running, process: int) -> dict[str, Any]:
    """The process as the client shows it when it is done."""
    deadline = monotonic() + PATIENCE
    while True:
        shown: dict[str, Any] = client.call("getProcess", processId=process)
        if shown["status"] == "completed":
            return shown
        assert monotonic() < deadline, shown


@pytest.mark.offers("importContacts", "getProcess", "getProcesses")
def test_an_import_is_a_process_that_completes(client: Running, name: str) -> None:
    """importContacts takes CSV and JSON; getProcess tells when it is done; both are listed."""
    folder = client.call("createFolder", name=name)["id"]
    from_csv = client.call(
        "importContacts",
        fileBody=f"EMAIL;CITY\n{name}-1@example.com;Ulm\n",
        newList={"listName": name, "folderId": folder},
    )["processId"]
    from_json = client.call(
        "importContacts",
        jsonBody=[{"email": f"{name}-2@example.com", "attributes": {"CITY": "Bonn"}}],
        updateExistingContacts=True,
    )["processId"]
    for process in (from_csv, from_json):
        assert completed(client, process)["id"] == process
    listed = client.call("getProcesses", limit=10, offset=0)["processes"]
    assert {from_csv, from_json} <= {each["id"] for each in listed}
    for number, city in ((1, "Ulm"), (2, "Bonn")):
        shown = client.call("getContactInfo", identifier=f"{name}-{number}@example.com")
        assert shown["attributes"]["CITY"] == city
    [on_list] = client.call("getFolderLists", folderId=folder)["lists"]
    assert (on_list["name"], on_list["uniqueSubscribers"]) == (name, 1)


@pytest.mark.offers("requestContactExport", "getProcess")
def test_an_export_leads_to_a_file(client: Running, name: str) -> None:
    """The process has the file's link when it is done, which opens without a key."""
    client.call("createContact", email=f"{name}@example.com")
    process = client.call(
        "requestContactExport", customContactFilter={"actionForContacts": "allContacts"}
    )["processId"]
    link = completed(client, process)["export_url"]
    assert f"{name}@example.com;" in httpx.get(link).raise_for_status().text
