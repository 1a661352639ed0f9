"""`footfall backup` while a real server runs, and a server on what it copied."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from footfall.errors import ExitCode
from tests.cli.test_main import footfall
from tests.running import Footfall, command


def test_a_backup_of_a_running_server_is_restored(tmp_path: Path) -> None:
    """What was acknowledged before is in it, with keys and webhooks; the next one replaces it."""
    copied = tmp_path / "backup"
    with Footfall(tmp_path / "data") as server, server.client() as client:
        assert client.get("/footfall/v1/overview").json()["last_backup"] is None
        client.post("/footfall/v1/webhooks", json={"url": "https://hooks.invalid/"})
        for number in range(2):
            event = {"event_name": f"e{number}", "identifiers": {"email_id": "ada@example.com"}}
            assert client.post("/v3/events", json=event).status_code == 204
            subprocess.run(command("backup", str(copied), "--data", str(server.data)), check=True)
        assert client.get("/footfall/v1/overview").json()["last_backup"] is not None
        key = server.key
    assert {path.name for path in copied.iterdir()} >= {"journal.db", "keys.db", "webhooks.db"}
    assert all(path.suffix in (".db", ".key", ".toml") for path in copied.iterdir())
    assert {path.stat().st_mode & 0o777 for path in copied.glob("*.db")} == {0o600}
    shutil.copytree(copied, tmp_path / "restored")
    subprocess.run(command("rebuild", "--data", str(tmp_path / "restored")), check=True)
    restored = Footfall(tmp_path / "restored")
    restored.key = key
    with restored, restored.client() as client:
        names = [event["event_name"] for event in client.get("/v3/events").json()["events"]]
        assert sorted(names) == ["e0", "e1"]
        assert len(client.get("/footfall/v1/webhooks").json()["webhooks"]) == 1


def test_a_backup_into_the_data_itself_is_refused(tmp_path: Path) -> None:
    """It would replace the files under the server; and there must be data to copy."""
    missing = footfall("backup", str(tmp_path / "b"), "--data", str(tmp_path / "none"))
    assert missing.returncode != ExitCode.OK
    with Footfall(tmp_path / "data") as server:
        into_itself = footfall("backup", str(server.data), "--data", str(server.data))
    assert into_itself.returncode != ExitCode.OK
    assert "directory of its own" in into_itself.stderr
