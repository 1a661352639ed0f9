"""`footfall keys`: create, list and revoke."""

from __future__ import annotations

import json
from pathlib import Path

from footfall.errors import ExitCode
from tests.cli.test_main import footfall


def test_create_prints_the_key_and_nothing_else(tmp_path: Path) -> None:
    """Standard output is the key, alone on its line; nothing else shows it again."""
    data = tmp_path / "data"
    done = footfall("keys", "create", "--data", str(data), "--name", "shop")
    assert done.returncode == ExitCode.OK
    key = done.stdout.removesuffix("\n")
    assert len(key.split()) == 1
    assert len(key) >= 43, "256 bits take 43 characters of base64"
    assert key not in footfall("keys", "list", "--data", str(data)).stdout
    assert all(key.encode() not in file.read_bytes() for file in data.iterdir() if file.is_file())


def test_a_key_for_data_that_are_not_there_yet_is_told(tmp_path: Path) -> None:
    """A misspelt directory shows, for the key would not be known to the server that is meant."""
    create = ("keys", "create", "--data", str(tmp_path / "data"), "--name", "shop")
    first, second = footfall(*create), footfall(*create)
    assert f"{tmp_path / 'data'} is new" in first.stderr
    assert (second.returncode, second.stderr) == (ExitCode.OK, "")


def test_keys_are_listed_and_revoked(tmp_path: Path) -> None:
    """The list tells name, scopes and revocation, for people and as JSON."""
    data = str(tmp_path)
    footfall("keys", "create", "--data", data, "--name", "all")
    footfall("keys", "create", "--data", data, "--name", "[bold]", "--scope", "events:write")
    before = json.loads(footfall("keys", "list", "--data", data, "--json").stdout)
    assert [(key["name"], key["scopes"]) for key in before] == [
        ("all", ["events:write", "events:read", "contacts:read", "contacts:write"]),
        ("[bold]", ["events:write"]),
    ]
    assert [key["revoked_at"] for key in before] == [None, None]
    assert "[bold]" in footfall("keys", "list", "--data", data).stdout

    done = footfall("keys", "revoke", before[0]["id"], "--data", data)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    after = json.loads(footfall("keys", "list", "--data", data, "--json").stdout)
    assert [key["revoked_at"] is not None for key in after] == [True, False]


def test_revoking_an_unknown_key_says_so(tmp_path: Path) -> None:
    """There is an exit code of its own for what is not there."""
    footfall("keys", "create", "--data", str(tmp_path), "--name", "x")
    done = footfall("keys", "revoke", "none", "--data", str(tmp_path))
    assert done.returncode == ExitCode.NOT_FOUND
