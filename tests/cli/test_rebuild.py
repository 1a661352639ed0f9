"""`footfall rebuild` and `footfall doctor` on the data of a real server."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from footfall.engine.doctor import UPDATE
from footfall.errors import ExitCode
from tests.cli.test_main import footfall
from tests.running import Footfall, command

EVENTS: list[dict[str, Any]] = [
    {"event_name": "a", "identifiers": {"email_id": "jane.doe@example.com"}, "event_id": "1"},
    {"event_name": "a", "identifiers": {"email_id": "jane.doe@example.com"}, "event_id": "1"},
    {"event_name": "b", "identifiers": {"ext_id": "x"}, "contact_properties": {"AGE": 1}},
    {"event_name": "b", "identifiers": {"ext_id": "x", "email_id": "jane.doe@example.com"}},
    {"event_name": "c", "identifiers": {"contact_id": 4711}},
]


def answers(server: Footfall) -> list[Any]:
    """What readers see."""
    with server.client() as client:
        return [
            client.get(path).raise_for_status().json()
            for path in ("/v3/events", "/v3/contacts/jane.doe@example.com", "/v3/contacts/2")
        ]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Footfall, list[Any]]]:
    """A server that has applied the events and ended, and what it answered."""
    with Footfall(tmp_path_factory.mktemp("rebuild") / "data") as server:
        for event in EVENTS:
            assert server.send(event).status_code == 204
        answered = answers(server)
        server.stop()
        yield server, answered


@pytest.mark.slow
def test_doctor_finds_what_rebuild_mends(stopped: tuple[Footfall, list[Any]]) -> None:
    """A lost event store is found, is computed anew, and readers see what they saw before."""
    server, answered = stopped
    data = str(server.data)
    assert footfall("doctor", "--data", data).returncode == ExitCode.OK
    shutil.rmtree(server.data / "events")

    sick = footfall("doctor", "--data", data, "--json")
    assert sick.returncode == ExitCode.DATA_INCONSISTENT
    assert {finding["part"] for finding in json.loads(sick.stdout)["findings"]} == {"event store"}

    done = footfall("rebuild", "--data", data)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    healthy = footfall("doctor", "--data", data, "--json")
    assert (healthy.returncode, healthy.stdout) == (ExitCode.OK, '{"findings":[]}\n')
    server.start()
    assert answers(server) == answered
    server.stop()


def test_a_rebuild_that_is_killed_leaves_data_that_work(
    stopped: tuple[Footfall, list[Any]],
) -> None:
    """After SIGKILL at random moments of rebuilds, readers see what they saw before."""
    server, answered = stopped
    for _ in range(4):
        rebuild = subprocess.Popen(
            command("rebuild", "--data", str(server.data)), stdout=subprocess.DEVNULL
        )
        try:
            rebuild.wait(random.uniform(0.2, 1.5))
        except subprocess.TimeoutExpired:
            rebuild.send_signal(signal.SIGKILL)
            rebuild.wait()
    server.start()
    assert answers(server) == answered
    server.stop()


def test_a_damaged_store_is_a_finding(stopped: tuple[Footfall, list[Any]], tmp_path: Path) -> None:
    """Where a store cannot even be opened, the doctor says which, and what to do."""
    data = tmp_path / "data"
    ignored = shutil.ignore_patterns("run", "lock")
    shutil.copytree(stopped[0].data, data, symlinks=True, ignore=ignored)
    for side in ("-wal", "-shm"):
        (data / f"directory.db{side}").unlink(missing_ok=True)
    (data / "directory.db").write_bytes(b"not a database" * 1_000)
    sick = footfall("doctor", "--data", str(data), "--json")
    assert sick.returncode == ExitCode.DATA_INCONSISTENT
    [finding] = json.loads(sick.stdout)["findings"]
    assert finding["part"] == "directory"
    assert "rebuild" in finding["remedy"]
    assert footfall("rebuild", "--data", str(data)).returncode == ExitCode.OK
    assert footfall("doctor", "--data", str(data)).returncode == ExitCode.OK


def _garble(file: Path, start: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(b"\xa5" * 4096)


def _garble_tables(file: Path) -> None:
    """Spoil every page but the first, which has the schema; what is still in the log goes in."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for start in range(4096, file.stat().st_size, 4096):
        _garble(file, start)


def test_whatever_is_damaged_has_a_finding(
    stopped: tuple[Footfall, list[Any]], tmp_path: Path
) -> None:
    """Damaged bytes of SQLite's files are told in one go, each with what to do."""
    server, _ = stopped
    data = tmp_path / "data"
    shutil.copytree(server.data, data, symlinks=True, ignore=shutil.ignore_patterns("run"))
    _garble_tables(data / "directory.db")
    for name in ("keys.db", "people.db", "webhooks.db"):
        for side in ("-wal", "-shm"):
            (data / f"{name}{side}").unlink(missing_ok=True)
        _garble(data / name, 0)

    sick = footfall("doctor", "--data", str(data), "--json")
    assert sick.returncode == ExitCode.DATA_INCONSISTENT
    found = json.loads(sick.stdout)["findings"]
    assert {finding["part"] for finding in found} == {"directory", "keys", "people", "webhooks"}
    assert all(
        finding["problem"] and ("rebuild" in finding["remedy"] or "backup" in finding["remedy"])
        for finding in found
    )


@pytest.mark.parametrize("name", ["journal.db", "directory.db", "keys.db"])
def test_a_server_does_not_start_on_files_that_it_cannot_use(
    stopped: tuple[Footfall, list[Any]], name: str, tmp_path: Path
) -> None:
    """It ends at once with the exit code for it and a line, and takes no connections meanwhile."""
    server, _ = stopped
    data = tmp_path / "data"
    shutil.copytree(server.data, data, symlinks=True, ignore=shutil.ignore_patterns("run", "*-wal"))
    _garble(data / name, 0)
    done = footfall("serve", "--data", str(data), "--port", "0")
    assert (done.returncode, done.stdout) == (ExitCode.DATA_INCONSISTENT, "")
    assert name in done.stderr
    assert "footfall doctor" in done.stderr


def test_a_newer_version_s_files_are_left_to_it(
    stopped: tuple[Footfall, list[Any]], tmp_path: Path
) -> None:
    """Neither the server nor the doctor offers to compute anew what only a newer version knows."""
    server, _ = stopped
    data = tmp_path / "data"
    shutil.copytree(server.data, data, symlinks=True, ignore=shutil.ignore_patterns("run"))
    with closing(sqlite3.connect(data / "journal.db")) as journal:
        journal.execute("PRAGMA user_version = 99")
    done = footfall("serve", "--data", str(data), "--port", "0")
    assert (done.returncode, done.stdout) == (ExitCode.DATA_INCONSISTENT, "")
    assert "journal.db has version 99" in done.stderr
    sick = footfall("doctor", "--data", str(data), "--json")
    [finding] = json.loads(sick.stdout)["findings"]
    assert (finding["part"], finding["remedy"]) == ("journal", UPDATE)
