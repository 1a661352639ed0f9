"""What every command has in common."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from footfall.cli.keys import KeyScope
from footfall.cli.main import app
from footfall.errors import ExitCode
from footfall.ports import Scope
from tests.running import command


def footfall(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it printed."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=60, check=False
    )


def _commands(path: tuple[str, ...], node: Any) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(node, "commands", {}).items():
        yield from _commands((*path, name), child)


COMMANDS = list(_commands((), get_command(app)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    """`--help` says what a command does, and shows an example that names it."""
    done = CliRunner().invoke(app, [*path, "--help"], prog_name="footfall")
    assert done.exit_code == ExitCode.OK
    assert f"Usage: {' '.join(('footfall', *path))}" in done.stdout
    assert f"Example: {' '.join(('footfall', *path))}" in done.stdout


def test_help_is_shown_by_a_process() -> None:
    """What the shell gets is what the commands have to say."""
    done = footfall("--help")
    assert done.returncode == ExitCode.OK
    assert "Usage: footfall" in done.stdout


def test_help_loads_nothing_that_takes_time() -> None:
    """The command line is there before any of the parts that it may start."""
    heavy = ["chdb", "litestar", "msgspec", "phonenumbers", "pyarrow", "structlog", "uvicorn"]
    code = f"import sys, footfall.cli.main; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["serve", "--prot", "8080"], ExitCode.USAGE),
        (["nonsense"], ExitCode.USAGE),
        (["keys", "create"], ExitCode.USAGE),
        (["keys", "create", "--name", "x", "--scope", "all"], ExitCode.USAGE),
        (["keys", "create", "--name", ""], ExitCode.USAGE),
        (["keys", "list"], ExitCode.NOT_FOUND),
        (["rebuild"], ExitCode.NOT_FOUND),
        (["doctor"], ExitCode.NOT_FOUND),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_failure_is_one_line_that_says_what_to_do(
    arguments: list[str], code: ExitCode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes to standard error, without a traceback, and the exit code is that of the table."""
    monkeypatch.chdir(tmp_path)
    done = footfall(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("footfall: ")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [[], ["keys"]], ids=" ".join)
def test_a_command_without_its_subcommand_shows_help(arguments: list[str]) -> None:
    """Help, the exit code for wrong usage, and no line without words."""
    done = footfall(*arguments)
    assert (done.returncode, done.stderr) == (ExitCode.USAGE, "")
    assert "Usage: " in done.stdout


def test_a_data_directory_that_cannot_be_one(tmp_path: Path) -> None:
    """Where the place is taken or cannot be written, the line names it and a way out."""
    file = tmp_path / "file"
    file.touch()
    done = footfall("serve", "--data", str(file), "--port", "0")
    assert (done.returncode, done.stdout) == (ExitCode.UNAVAILABLE, "")
    assert str(file) in done.stderr
    assert "--data" in done.stderr


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    """`--debug` shows where a failure came from."""
    done = footfall("--debug", "doctor", "--data", str(tmp_path))
    assert done.returncode != ExitCode.OK
    assert "Traceback (most recent call last)" in done.stderr


def test_a_wrong_setting_stops_the_start(tmp_path: Path) -> None:
    """A misspelt setting is named, with the exit code for wrong usage."""
    (tmp_path / "footfall.toml").write_text("[journal]\nmax_pendnig = 1\n")
    done = footfall("serve", "--data", str(tmp_path), "--port", "0")
    assert done.returncode == ExitCode.USAGE
    assert "max_pendnig" in done.stderr


def test_scopes_of_the_command_are_those_of_the_keys() -> None:
    """`keys create --scope` offers each scope that a key can have."""
    assert [scope.value for scope in KeyScope] == list(get_args(Scope))
