"""`footfall serve`: everything on one machine."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from footfall import __version__
from footfall.cli.options import DEFAULT_DATA, DEFAULT_HOST, DEFAULT_PORT, Data, Host, Port

if TYPE_CHECKING:
    from footfall.bootstrap import DataDirectory
    from footfall.supervisor import Role

MAX_FRONTS: Final = 64


def serve(
    data: Data = DEFAULT_DATA,
    host: Host = DEFAULT_HOST,
    port: Port = DEFAULT_PORT,
    fronts: Annotated[
        int,
        typer.Option(
            min=1,
            max=MAX_FRONTS,
            help="Processes that accept events, all on the one port: more of them for more cores.",
        ),
    ] = 1,
) -> None:
    """Run the whole server on one machine: a front, or several, and an engine, kept running.

    On the first start it creates the account and prints an API key. It runs until Ctrl-C or
    SIGTERM, and then finishes what it has accepted.
    """
    from footfall.bootstrap import DataDirectory, check_files
    from footfall.cli.listening import listen
    from footfall.cli.starting import begin, working_on
    from footfall.supervisor import Supervisor

    directory = DataDirectory(data)
    begin(directory, "supervisor")
    with ExitStack() as open_:
        held = open_.enter_context(working_on(directory, "whole"))
        check_files(directory)
        listeners = [open_.enter_context(each) for each in listen(host, port, fronts)]
        _greet(directory, data, listeners[0])
        Supervisor(_roles(directory, host, listeners, held)).run()


def _roles(
    data: DataDirectory, host: str, listeners: Sequence[socket.socket], held: int
) -> list[Role]:
    """The engine first, and so ended last: reads that a front passes on still get answers."""
    from footfall.supervisor import Role

    place = str(data.path)
    port = str(listeners[0].getsockname()[1])
    environment = _counted_together(data) if len(listeners) > 1 else {}
    roles = [Role("engine", (place,), (held,))]
    for listener in listeners:
        fd = listener.fileno()
        roles.append(Role("front", (place, host, port, str(fd)), (held, fd), environment))
    return roles


def _counted_together(data: DataDirectory) -> dict[str, str]:
    """What makes several fronts count in files, so that any of them can show the sums."""
    from footfall.metrics import SHARED

    shutil.rmtree(data.metrics, ignore_errors=True)
    data.metrics.mkdir(mode=0o700)
    return {SHARED: str(data.metrics)}


def _greet(data: DataDirectory, given: Path, listener: socket.socket) -> None:
    """Say where the server is and, on the first start, how to send an event to it."""
    from footfall.bootstrap import open_keys
    from footfall.cli.first_event import curl_line
    from footfall.clock import SystemClock

    address = _address(listener)
    typer.echo(f"Footfall {__version__} listens on {address} and keeps its data in {data.path}")
    keys = open_keys(data)
    if keys.all():
        typer.echo(f"New API key: {command_name()} keys create --data {given} --name NAME")
    else:
        _, secret = keys.create("first", ["admin"], SystemClock().now())
        typer.echo(f"\nA new account. Its API key, shown this once:\n\n{secret}\n")
        typer.echo(f"Send a first event:\n\n{curl_line(address, secret)}\n")
    _invite(data, address)
    sys.stdout.flush()


def _invite(data: DataDirectory, address: str) -> None:
    """While nobody can sign in, a link with which whoever sees this terminal can begin."""
    from footfall.bootstrap import open_people

    people = open_people(data)
    if not people.users():
        link = f"{address}/set-up#{people.new_set_up_token()}"
        typer.echo(f"Choose the password of the web interface:\n\n{link}\n")
    people.close()


def _address(listener: socket.socket) -> str:
    """Where a client on this machine reaches it."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound here
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def command_name() -> str:
    """What to type for this command: its name where the shell finds it, else its path."""
    script = Path(sys.argv[0])
    found = shutil.which("footfall")
    if script.name != "footfall":
        return f"{sys.executable} -m footfall"
    if found is not None and Path(found).resolve() == script.resolve():
        return "footfall"
    return os.path.relpath(script)
