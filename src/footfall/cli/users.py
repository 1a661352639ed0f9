"""`footfall users`: who may sign in to the interface."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from footfall.cli.options import DEFAULT_DATA, AsJson, Data
from footfall.errors import InvalidParameter, NotFound

if TYPE_CHECKING:
    from footfall.people import User

ACTOR: Final = "command line"

users = typer.Typer(
    name="users",
    no_args_is_help=True,
    help="Add, list and remove who may sign in.",
    epilog="Example: footfall users list --data ./data",
)

Name = Annotated[str, typer.Argument(help="The person's name.", metavar="NAME")]


class UserRole(StrEnum):
    """What a person may do; `footfall.people.Role` for the command line."""

    ADMIN = "admin"
    VIEWER = "viewer"


@users.command(epilog="Example: footfall users add ada --role admin --data ./data")
def add(
    name: Name,
    data: Data = DEFAULT_DATA,
    role: Annotated[
        UserRole, typer.Option(help="admin may do everything, viewer may look.")
    ] = UserRole.VIEWER,
) -> None:
    """Add a person. The password is asked for, or read as one line from standard input."""
    from footfall.bootstrap import DataDirectory, open_people
    from footfall.clock import SystemClock
    from footfall.passwords import hashed
    from footfall.people import Change, check_name, check_password

    directory = DataDirectory(data)
    directory.prepare()
    people = open_people(directory)
    name = check_name(name)
    if people.find(name) is not None:
        raise InvalidParameter(f"there is somebody called {name} already", "name")
    password_hash = hashed(check_password(_password(), name))
    change = Change(SystemClock().now(), ACTOR, "user_added", name, role.value)
    people.add(name, role.value, password_hash, change)


@users.command("list", epilog="Example: footfall users list --data ./data --json")
def list_users(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List everybody who may sign in, by name."""
    from footfall.bootstrap import open_people
    from footfall.cli.places import existing

    found = open_people(existing(data)).users()
    if as_json:
        import msgspec

        typer.echo(msgspec.json.encode([_row(user) for user in found]).decode())
    else:
        _show(found)


@users.command(epilog="Example: footfall users password ada --data ./data")
def password(name: Name, data: Data = DEFAULT_DATA) -> None:
    """Set a person's password, and end the person's sessions.

    It is asked for, or read as one line from standard input.
    """
    from footfall.bootstrap import open_people
    from footfall.cli.places import existing
    from footfall.clock import SystemClock
    from footfall.passwords import hashed
    from footfall.people import Change, check_password

    people = open_people(existing(data))
    user = _known(people.find(name), name)
    password_hash = hashed(check_password(_password(), user.name))
    change = Change(SystemClock().now(), ACTOR, "password_changed", user.name)
    people.set_password(user.id, password_hash, change)


@users.command(epilog="Example: footfall users remove ada --data ./data")
def remove(name: Name, data: Data = DEFAULT_DATA) -> None:
    """Remove a person, and end the person's sessions at once."""
    from footfall.bootstrap import open_people
    from footfall.cli.places import existing
    from footfall.clock import SystemClock
    from footfall.people import Change

    people = open_people(existing(data))
    user = _known(people.find(name), name)
    people.remove(user.id, Change(SystemClock().now(), ACTOR, "user_removed", user.name))


def _known(found: tuple[User, str] | None, name: str) -> User:
    if found is None:
        raise NotFound(f"there is nobody called {name}: see footfall users list")
    return found[0]


def _password() -> str:
    if sys.stdin.isatty():
        answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return answer
    return sys.stdin.readline().removesuffix("\n")


def _row(user: User) -> dict[str, object]:
    from footfall.instants import format_milliseconds

    seen = None if user.last_seen_at is None else format_milliseconds(user.last_seen_at)
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "created_at": format_milliseconds(user.created_at),
        "last_seen_at": seen,
    }


def _show(found: list[User]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from footfall.instants import format_instant

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("NAME", "ROLE", "CREATED", "LAST SEEN"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "CREATED")
    for user in found:
        seen = "" if user.last_seen_at is None else format_instant(user.last_seen_at)[:19]
        cells = (user.name, user.role, format_instant(user.created_at)[:19], seen)
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)
