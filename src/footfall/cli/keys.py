"""`footfall keys`: who may call the API."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from footfall.cli.options import DEFAULT_DATA, AsJson, Data
from footfall.errors import InvalidParameter, NotFound

if TYPE_CHECKING:
    from footfall.ports import Key

MAX_NAME: Final = 255

keys = typer.Typer(
    name="keys",
    no_args_is_help=True,
    help="Create, list and revoke API keys.",
    epilog="Example: footfall keys list --data ./data",
)


class KeyScope(StrEnum):
    """What a key may do; `footfall.ports.Scope` for the command line."""

    EVENTS_WRITE = "events:write"
    EVENTS_READ = "events:read"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    ADMIN = "admin"


DEFAULT_SCOPES: Final = [scope for scope in KeyScope if scope is not KeyScope.ADMIN]


@keys.command(epilog="Example: footfall keys create --data ./data --name shop --scope events:write")
def create(
    name: Annotated[str, typer.Option(help="What the key is for.", metavar="NAME")],
    data: Data = DEFAULT_DATA,
    scope: Annotated[
        list[KeyScope] | None,
        typer.Option(
            help=f"What it may do: {', '.join(KeyScope)}; may be given several times. "
            "Without it: all but admin.",
            metavar="SCOPE",
        ),
    ] = None,
) -> None:
    """Create a key and print it, and nothing else. It cannot be shown again.

    Where there are no data yet, it makes the directory, and says so on standard error.
    """
    from footfall.bootstrap import DataDirectory, open_keys
    from footfall.cli.places import has_data
    from footfall.clock import SystemClock

    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidParameter(f"--name must have 1 to {MAX_NAME} characters", "name")
    directory = DataDirectory(data)
    is_new = not has_data(directory)
    directory.prepare()
    scopes = list(dict.fromkeys(scope or DEFAULT_SCOPES))
    _, secret = open_keys(directory).create(
        name, [each.value for each in scopes], SystemClock().now()
    )
    if is_new:
        typer.echo(f"footfall: {directory.path} is new: the key is for what begins there", err=True)
    typer.echo(secret)


@keys.command("list", epilog="Example: footfall keys list --data ./data --json")
def list_keys(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List every key, revoked ones too, oldest first. Secrets are not kept and not shown."""
    from footfall.bootstrap import open_keys
    from footfall.cli.places import existing

    found = open_keys(existing(data)).all()
    if as_json:
        import msgspec

        typer.echo(msgspec.json.encode([_row(key) for key in found]).decode())
    else:
        _show(found)


@keys.command(epilog="Example: footfall keys revoke 1b2c3d --data ./data")
def revoke(
    key_id: Annotated[
        str, typer.Argument(help="The key's id, as `keys list` shows it.", metavar="ID")
    ],
    data: Data = DEFAULT_DATA,
) -> None:
    """Revoke a key. No call that begins afterwards is let in with it."""
    from footfall.bootstrap import open_keys
    from footfall.cli.places import existing
    from footfall.clock import SystemClock

    if not open_keys(existing(data)).revoke(key_id, SystemClock().now()):
        raise NotFound(f"there is no key {key_id}: see footfall keys list")


def _row(key: Key) -> dict[str, object]:
    from footfall.instants import format_milliseconds

    revoked = None if key.revoked_at is None else format_milliseconds(key.revoked_at)
    return {
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "created_at": format_milliseconds(key.created_at),
        "revoked_at": revoked,
    }


def _show(found: list[Key]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from footfall.instants import format_instant

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("ID", "NAME", "SCOPES", "CREATED", "REVOKED"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("ID", "CREATED"))
    for key in found:
        revoked = "" if key.revoked_at is None else f"{format_instant(key.revoked_at)[:19]}Z"
        style = "dim" if key.revoked_at is not None else ""
        cells = (
            key.id,
            key.name,
            " ".join(key.scopes),
            f"{format_instant(key.created_at)[:19]}Z",
            revoked,
        )
        table.add_row(*(Text(cell) for cell in cells), style=style)
    Console().print(table)
