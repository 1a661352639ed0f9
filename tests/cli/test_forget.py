"""`footfall forget` on the data of a real server."""

from __future__ import annotations

import json
import random
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from footfall.errors import ExitCode
from tests.cli.test_main import footfall
from tests.running import Footfall, command

JANE = "jane.doe@example.com"
NEVER = "2100-01-01"
"""Everything was received before that."""


def event(name: str, **more: Any) -> dict[str, Any]:
    properties = {"dish": f"secret of {name}"}
    return {
        "event_name": name,
        "identifiers": {"email_id": JANE},
        "event_properties": properties,
    } | more


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[tuple[Footfall, list[str]]]:
    """A server that has applied two events and ended, and their request ids."""
    with Footfall(tmp_path / "data") as server:
        answers = [server.send(event(name, contact_properties={"AGE": 7})) for name in ("a", "b")]
        assert [each.status_code for each in answers] == [204, 204]
        with server.client() as client:
            assert client.get("/v3/events").json()["count"] == 2
            old = client.get("/footfall/v1/events/old", params={"older_than": 1}).json()
            assert (old["count"], old["first_received_at"]) == (0, None)
            wrong = client.get("/footfall/v1/events/old", params={"older_than": 0})
            assert (wrong.status_code, "older_than" in wrong.text) == (400, True)
        server.stop()
        yield server, [each.headers["x-request-id"] for each in answers]


def test_events_go_and_contacts_stay(stopped: tuple[Footfall, list[str]]) -> None:
    """A preview changes nothing; then the events are in no answer and no file, receipts say so,
    the change is in the log, and what comes next is there."""
    server, ids = stopped
    data = ("--data", str(server.data))
    seen = footfall("forget", "--before", NEVER, "--dry-run", *data)
    assert seen.returncode == ExitCode.OK
    assert seen.stdout.startswith("2 events were received before 2100-01-01T00:00:00, the first on")
    unsure = footfall("forget", "--before", NEVER, *data)
    assert (unsure.returncode, unsure.stdout.strip()) == (ExitCode.FAILED, seen.stdout.strip())
    told = footfall("forget", "--older-than", "1", "--json", "--yes", *data)
    assert json.loads(told.stdout)["found"] == 0
    done = footfall("forget", "--before", NEVER, "--json", "--yes", *data)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    assert json.loads(done.stdout)["forgotten"] == 2
    again = footfall("forget", "--before", NEVER, *data)
    assert again.stdout == "No event was received before 2100-01-01T00:00:00.\n"
    for path in server.data.rglob("*"):
        assert not path.is_file() or b"secret of" not in path.read_bytes(), path
    healthy = footfall("doctor", *data, "--json")
    assert (healthy.returncode, healthy.stdout) == (ExitCode.OK, '{"findings":[]}\n')

    server.start()
    assert server.send(event("c")).status_code == 204
    with server.client() as client:
        found = client.get("/v3/events").json()
        assert [each["event_name"] for each in found["events"]] == ["c"]
        contact = client.get(f"/v3/contacts/{JANE}").json()
        assert (contact["id"], contact["attributes"]["AGE"]) == (1, 7)
        for id_ in ids:
            [entry] = client.get(f"/footfall/v1/receipts/{id_}").json()["events"]
            assert (entry["verdict"], entry["forgotten"]) == ("applied", True)
        change = client.get("/footfall/v1/changes").json()["changes"][0]
        assert (change["action"], change["details"][:10]) == ("events_forgotten", "2 received")
        names = client.get("/footfall/v1/catalogue").json()["events"]
        assert [each["name"] for each in names] == ["c"]
    server.stop()


def test_a_kill_leaves_data_that_work(stopped: tuple[Footfall, list[str]]) -> None:
    """After SIGKILL at random moments the server starts, and a repeat completes it."""
    server, _ = stopped
    arguments = ("forget", "--before", NEVER, "--yes", "--data", str(server.data))
    for _ in range(2):
        process = subprocess.Popen(command(*arguments), stdout=subprocess.DEVNULL)
        try:
            process.wait(random.uniform(0.3, 1.5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    server.start()
    assert server.send(event("c")).status_code == 204
    server.stop()
    assert footfall(*arguments).returncode == ExitCode.OK
    healthy = footfall("doctor", "--data", str(server.data), "--json")
    assert healthy.stdout == '{"findings":[]}\n'
    server.start()
    with server.client() as client:
        assert client.get("/v3/events").json()["count"] == 0
        assert client.get(f"/v3/contacts/{JANE}").json()["id"] == 1
    server.stop()


def test_one_moment_is_named(tmp_path: Path) -> None:
    """`--before` or `--older-than`, and one that is a moment."""
    for wrong in ((), ("--before", NEVER, "--older-than", "9"), ("--before", "soon")):
        refused = footfall("forget", *wrong, "--data", str(tmp_path))
        assert refused.returncode != ExitCode.OK
        assert "--before" in refused.stderr
