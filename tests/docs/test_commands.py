"""What README and documentation tell people to type, call or set is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tools import reference
from typer.main import get_command

from footfall import settings
from footfall.cli.main import app
from tests.cli.test_main import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_TYPED = re.compile(r"^(?:\$ )?(?:\w+=\S+ )*footfall (.+)$", re.MULTILINE)
_SPOKEN = re.compile(r"`footfall ([a-z][^`…]*)`")
_TARGET = re.compile(r"(?:`|^\$ |&& )make ((?:[a-z][a-z-]*)?)", re.MULTILINE)
_CALL = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/(?:v3|api|footfall)/[^\s`?]+)")
_SETTING = re.compile(r"`([a-z]+\.[a-z_]+)( = [^`]+)?`")


def _texts(pattern: re.Pattern[str], text: str, page: Path) -> Iterator[tuple[str, Any]]:
    for found in pattern.findall(text):
        yield str(page.relative_to(ROOT)), found


def _commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        text = page.read_text("utf-8")
        for block in _FENCE.findall(text):
            yield from _texts(_TYPED, block, page)
        yield from _texts(_SPOKEN, _FENCE.sub("", text), page)


def _parse(arguments: list[str]) -> None:
    """Read the command line as the command does, and do nothing of it."""
    command: Any = get_command(app)
    context: Any = None
    name: str = "footfall"
    while True:
        context = command.make_context(name, list(arguments), parent=context)
        if not hasattr(command, "commands") or not (context._protected_args + context.args):
            return
        name, command, arguments = command.resolve_command(
            context, [*context._protected_args, *context.args]
        )


@pytest.fixture(autouse=True)
def where_they_are_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the file that they read, with the key that they need."""
    (tmp_path / "contacts.csv").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BREVO_API_KEY", "ff_key")


@pytest.mark.parametrize(("page", "line"), sorted(set(_commands())))
def test_commands_are_understood(page: str, line: str) -> None:
    """Each command of a page is one, with its options; where one is only named, it exists."""
    arguments = shlex.split(re.split(r" [|>] ", line, maxsplit=1)[0], comments=True)
    if tuple(arguments) not in COMMANDS:
        _parse(arguments)


@pytest.mark.parametrize("path", [path for path in COMMANDS if path], ids=" ".join)
def test_the_examples_of_help_are_understood(path: tuple[str, ...]) -> None:
    """The example that `--help` shows can be typed as it is."""
    command: Any = get_command(app)
    for name in path:
        command = command.commands[name]
    _parse(shlex.split(command.epilog.removeprefix("Example: footfall ")))


def test_targets_of_make_exist() -> None:
    """Whatever `make` is told to make, the Makefile knows."""
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in PAGES
        for _, target in _texts(_TARGET, page.read_text("utf-8"), page)
        if target
    }
    assert "run" in named
    assert named <= known


def _as_pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))


def test_calls_are_routes() -> None:
    """Each call that a page names is a route of the OpenAPI document, with that method."""
    routes = [
        (method.upper(), _as_pattern(path))
        for path, operations in reference.openapi_document()["paths"].items()
        for method in operations
    ]
    unknown = {
        (page, f"{method} {path}")
        for file in PAGES
        for page, (method, path) in _texts(_CALL, file.read_text("utf-8"), file)
        if not path.endswith("/")
        and not any(method == known and route.fullmatch(path) for known, route in routes)
    }
    assert unknown == set()


def test_settings_exist() -> None:
    """Whatever looks like a setting of a section that there is, is one."""
    known = {row.name for row in settings.table()}
    sections = {name.partition(".")[0] for name in known}
    unknown = {
        (page, name)
        for file in PAGES
        for page, (name, _) in _texts(_SETTING, file.read_text("utf-8"), file)
        if name.partition(".")[0] in sections and name not in known and not name.endswith(".db")
    }
    assert unknown == set()
