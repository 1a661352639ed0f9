"""Imports of contacts by a real server: to their end, whatever is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from footfall.bootstrap import open_directory
from tests.cli.test_main import footfall as run_command
from tests.running import Footfall

SECONDS = 60.0


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("import") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def client(footfall: Footfall) -> Iterator[httpx.Client]:
    with footfall.client() as client:
        yield client


def begin(client: httpx.Client, **body: Any) -> int:
    answer = client.post("/v3/contacts/import", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.headers["x-request-id"]
    process_id: int = answer.json()["processId"]
    return process_id


def process(client: httpx.Client, process_id: int) -> dict[str, Any]:
    shown: dict[str, Any] = client.get(f"/v3/processes/{process_id}").raise_for_status().json()
    return shown


def ended(client: httpx.Client, process_id: int) -> dict[str, Any]:
    """The process once it has ended."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        shown = process(client, process_id)
        if shown["status"] in ("completed", "failed"):
            return shown
    raise AssertionError(f"did not end in {SECONDS} s: {shown}")


def notified(client: httpx.Client, process_id: int) -> str:
    """What became of the notification."""
    deadline = time.monotonic() + SECONDS
    while (state := process(client, process_id)["progress"]["notification"]) == "due":
        assert time.monotonic() < deadline
    return str(state)


@contextmanager
def other_side(files: dict[str, tuple[int, bytes]]) -> Iterator[tuple[str, list[Any]]]:
    """A server that hands out these files, and what was posted to it."""
    told: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = files[self.path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://localhost:{server.server_port}", told
        server.shutdown()
        thread.join()


def problems(client: httpx.Client, process_id: int, **query: int) -> dict[str, Any]:
    path = f"/footfall/v1/processes/{process_id}/problems"
    found: dict[str, Any] = client.get(path, params=query).raise_for_status().json()
    return found


def csv(count: int) -> str:
    rows = (f"killed{number}@example.com;First {number};{number % 90}" for number in range(count))
    return "\n".join(["EMAIL;FIRSTNAME;AGE", *rows]) + "\n"


def test_a_file_is_imported_row_by_row(client: httpx.Client) -> None:
    """Good rows are contacts on the new list; bad ones are told, page by page."""
    body = "EMAIL,CITY,AGE\na@example.com,Ulm,31\nnobody,Ulm,1\nb@example.com,Bonn,32,x\n,,\n"
    process_id = begin(client, fileBody=body, newList={"listName": "imported", "folderId": 1})
    shown = ended(client, process_id)
    assert (shown["name"], shown["status"]) == ("IMPORTUSER", "completed")
    progress = shown["progress"]
    assert {name: progress[name] for name in ("total", "done", "created", "refused")} == {
        "total": 4,
        "done": 4,
        "created": 1,
        "refused": 3,
    }
    contact = client.get("/v3/contacts/a@example.com").raise_for_status().json()
    assert contact["attributes"] == {"CITY": "Ulm", "AGE": 31}
    assert len(contact["listIds"]) == 1
    first = problems(client, process_id, limit=2)
    assert [each["row"] for each in first["problems"]] == [2, 3]
    assert first["problems"][0]["field"] == "email"
    rest = problems(client, process_id, after=first["next_row"], limit=2)
    assert [each["row"] for each in rest["problems"]] == [4]
    assert rest["next_row"] is None


def test_json_is_imported_like_a_file(client: httpx.Client) -> None:
    """Values keep their types; attributes without a value clear only where that is wanted."""
    rows: list[dict[str, Any]] = [
        {"email": "j@example.com", "attributes": {"SCORE": 1.5, "VIP": True, "NOTE": "x"}}
    ]
    ended(client, begin(client, jsonBody=rows))
    rows = [{"email": "J@example.com", "attributes": {"SCORE": "", "NOTE": ""}}, {"email": 7}]
    ended(client, begin(client, jsonBody=rows[:1]))
    contact = client.get("/v3/contacts/j@example.com").raise_for_status().json()
    assert contact["attributes"] == {"SCORE": 1.5, "VIP": True, "NOTE": "x"}
    shown = ended(client, begin(client, jsonBody=rows, emptyContactsAttributes=True))
    assert shown["progress"]["refused"] == 1
    contact = client.get("/v3/contacts/j@example.com").raise_for_status().json()
    assert contact["attributes"] == {"VIP": True}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "fileBody"),
        ({"fileBody": ""}, "fileBody"),
        ({"fileBody": "EMAIL\n", "jsonBody": [{}]}, "jsonBody"),
        ({"fileBody": "FIRSTNAME\nx\n"}, "identifier"),
        ({"fileBody": 7}, "fileBody"),
        ({"fileBody": "EMAIL\n", "listIds": [999]}, "List ID does not exist: 999"),
        ({"fileBody": "EMAIL\n", "newList": {"listName": "x", "folderId": 9}}, "Folder ID"),
        ({"fileBody": "EMAIL\n", "newList": {"listName": "x"}}, "newList.folderId"),
        ({"fileBody": "EMAIL\n", "notifyUrl": "ftp://example.com"}, "notifyUrl"),
        ({"fileBody": "EMAIL\n", "notifyUrl": "http://127.0.0.1/x"}, "notifyUrl"),
        ({"fileUrl": "http://[::1]/a.csv"}, "fileUrl"),
        ({"fileUrl": "https://example.com/a.csv", "fileBody": "EMAIL\n"}, "Only one of"),
        ({"file_body": "EMAIL\n"}, "fileBody"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(
    client: httpx.Client, footfall: Footfall, body: dict[str, Any], field: str
) -> None:
    """400 that names the field; and nothing is left of it."""
    answer = client.post("/v3/contacts/import", json=body)
    assert answer.status_code == 400
    assert field in answer.json()["message"]
    assert list((footfall.data / "files").iterdir()) == []


def test_a_private_address_is_refused_when_it_is_called(client: httpx.Client) -> None:
    """A name is looked up only then; the process fails and says why, the notification likewise."""
    shown = ended(client, begin(client, fileUrl="http://localhost:9/a.csv"))
    assert shown["status"] == "failed"
    assert "localhost" in shown["progress"]["message"]
    assert "not public" in shown["progress"]["message"]
    process_id = begin(client, fileBody="EMAIL\n", notifyUrl="http://localhost:9/")
    assert ended(client, process_id)["status"] == "completed"
    assert notified(client, process_id) == "failed"


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    """A server that may call private addresses."""
    settings = {"FOOTFALL_OUTGOING_PRIVATE_ADDRESSES": "allow", "FOOTFALL_IMPORTS_MAX_FILE": "4096"}
    with Footfall(tmp_path_factory.mktemp("trusting") / "data", settings) as running:
        yield running


@pytest.mark.parametrize(
    "text",
    [
        b"EMAIL,CITY\nfetched@example.com,Ulm\n",
        b'[{"email": "fetched@example.com",\n"attributes": {"CITY": "Ulm"}}]',
        b'{"email": "fetched@example.com", "attributes": {"CITY": "Ulm"}}\n',
    ],
)
def test_a_file_is_fetched_and_its_end_is_told(trusting: Footfall, text: bytes) -> None:
    """By fileUrl and notifyUrl; what is told is the process as it is read."""
    with other_side({"/file": (200, text)}) as (url, told), trusting.client() as client:
        process_id = begin(client, fileUrl=f"{url}/file", notifyUrl=f"{url}/hook")
        assert ended(client, process_id)["status"] == "completed"
        assert notified(client, process_id) == "delivered"
        [notification] = told
        assert notification["id"] == process_id
        assert notification["status"] == "completed"
        assert notification["progress"]["done"] == 1
        contact = client.get("/v3/contacts/fetched@example.com").raise_for_status().json()
        assert contact["attributes"]["CITY"] == "Ulm"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, b""), "answered 404"),
        ((200, b"EMAIL\n" + b"a@example.com\n" * 1_000), "larger than 4096 bytes"),
        ((200, b"EMAIL\n\xff@example.com\n"), "not in UTF-8"),
        ((200, b"nothing\n"), "names no identifier"),
        ((200, b"[{"), "not readable"),
    ],
)
def test_a_file_that_cannot_be_had_fails_the_process(
    trusting: Footfall, answer: tuple[int, bytes], reason: str
) -> None:
    """The process says why, and its file is gone."""
    with other_side({"/file": answer}) as (url, _), trusting.client() as client:
        shown = ended(client, begin(client, fileUrl=f"{url}/file"))
    assert shown["status"] == "failed"
    assert reason in shown["progress"]["message"]
    assert list((trusting.data / "files").iterdir()) == []


def test_an_unknown_process_is_not_found(client: httpx.Client) -> None:
    """404, however large its number."""
    for path in ("/v3/processes/999", "/v3/processes/99999999999999999999"):
        assert client.get(path).status_code == 404
    assert client.get("/footfall/v1/processes/999/problems").status_code == 404


def test_a_key_without_the_scope_cannot_import(footfall: Footfall) -> None:
    """403."""
    data = str(footfall.data)
    arguments = ("keys", "create", "--data", data, "--name", "r", "--scope", "contacts:read")
    with footfall.client(run_command(*arguments).stdout.strip()) as client:
        answer = client.post("/v3/contacts/import", json={"fileBody": "EMAIL\n"})
        assert answer.status_code == 403
        assert client.get("/v3/processes").status_code == 200


def test_a_body_over_the_limit_is_refused(tmp_path: Path) -> None:
    """413 by `imports.max_body`."""
    settings = {"FOOTFALL_IMPORTS_MAX_BODY": "2048"}
    with Footfall(tmp_path / "data", settings) as footfall, footfall.client() as client:
        answer = client.post("/v3/contacts/import", json={"fileBody": csv(100)})
        assert answer.status_code == 413
        assert answer.json()["code"] == "payload_too_large"


@pytest.mark.slow
def test_an_import_outlives_kills_and_a_rebuild(tmp_path: Path) -> None:
    """Killed in the middle, twice, it goes on: each row once; a rebuild gives the same stores.

    Events keep their turn meanwhile.
    """
    count = 6_000
    with Footfall(tmp_path / "data") as footfall:
        with footfall.client() as client:
            process_id = begin(client, fileBody=csv(count))
            wait_for_rows(client, process_id, 1_000)
            for pid in footfall.pids("engine"):
                os.kill(pid, signal.SIGKILL)
            assert footfall.send(
                {"event_name": "meanwhile", "identifiers": {"email_id": "x@example.com"}}
            ).is_success
            footfall.wait_until_ready()
            wait_for_rows(client, process_id, 3_000)
        footfall.kill()
        footfall.start()
        with footfall.client() as client:
            progress = ended(client, process_id)["progress"]
            assert (progress["done"], progress["created"], progress["updated"]) == (count, count, 0)
            assert client.get("/v3/contacts?limit=1").json()["count"] == count + 1
            assert client.get("/v3/events?event_name=meanwhile").json()["count"] == 1
        footfall.stop()
        assert list((footfall.data / "files").iterdir()) == []
        before = dump(footfall.data)
        assert run_command("rebuild", "--data", str(footfall.data)).returncode == 0
        assert dump(footfall.data) == before


def wait_for_rows(client: httpx.Client, process_id: int, rows: int) -> None:
    deadline = time.monotonic() + SECONDS
    while process(client, process_id)["progress"]["done"] < rows:
        assert time.monotonic() < deadline


def dump(data: Path) -> list[tuple[str, tuple[object, ...]]]:
    directory = open_directory(data / "directory.db")
    rows = list(directory.dump())
    directory.close()
    return rows
