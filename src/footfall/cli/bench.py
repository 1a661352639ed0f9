"""`footfall bench`: what this machine gets out of Footfall, and data to try it on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from footfall.cli.options import AsJson, Data

bench = typer.Typer(name="bench", invoke_without_command=True)

Output = Annotated[
    Path | None, typer.Option(help="Also write the result to this file, as JSON.", dir_okay=False)
]
MAX_EVENTS: Final = 10**9
MAX_CONTACTS: Final = 10**8


@bench.callback(epilog="Example: footfall bench --quick")
def run(
    context: typer.Context,
    seconds: Annotated[
        int | None, typer.Option(min=1, max=600, help="How long each load runs.")
    ] = None,
    turns: Annotated[
        int | None, typer.Option(min=1, max=100, help="How often each load runs.")
    ] = None,
    events: Annotated[
        int | None,
        typer.Option(min=1_000, max=MAX_EVENTS, help="How many are stored for what depends on it."),
    ] = None,
    stored: Annotated[
        Path | None,
        typer.Option(
            help="A data directory that `footfall bench seed` filled with so many events and "
            "contacts, in place of a new one. It is written to.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    contacts: Annotated[
        int | None, typer.Option(min=1, max=MAX_CONTACTS, help="How many the stored events have.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A small run of less than two minutes.")
    ] = False,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Measure intake, engine, reads and rest, beside nginx, the disk, and FastAPI with PostgreSQL.

    Needs wrk and nginx; compares with FastAPI where the dependency group `bench` and Debian's
    postgresql are installed. Uses new data directories, and only addresses of this machine.
    Absolute figures vary from machine to machine and with what else it does: judge by the ratios.
    """
    if context.invoked_subcommand is not None:
        return
    import tempfile

    import msgspec
    from rich.console import Console

    from footfall.bench.report import tables
    from footfall.bench.run import FULL, QUICK, measure

    plan = QUICK if quick else FULL
    given = {"seconds": seconds, "turns": turns, "events": events, "contacts": contacts}
    plan = msgspec.structs.replace(
        plan, **{name: value for name, value in given.items() if value is not None}
    )
    errors = Console(stderr=True)
    with (
        tempfile.TemporaryDirectory(prefix="footfall-bench-") as folder,
        errors.status("Starting") as status,
    ):
        result = measure(Path(folder), plan, status.update, stored)
    text = msgspec.json.format(msgspec.json.encode(result)).decode()
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text + "\n")
    if as_json:
        typer.echo(text)
        return
    Console().print(tables(result))


@bench.command(epilog="Example: footfall bench seed --data ./sample --events 1000000")
def seed(
    data: Data,
    events: Annotated[int, typer.Option(min=1, max=MAX_EVENTS, help="How many to make.")] = 100_000,
    contacts: Annotated[
        int, typer.Option(min=1, max=MAX_CONTACTS, help="How many they belong to.")
    ] = 10_000,
) -> None:
    """Fill a new data directory with sample events of the last 180 days.

    They go through the journal, with contacts and names by Zipf's law and nested properties, and
    are the same for the same numbers but for their dates.
    """
    from footfall import bootstrap
    from footfall.bench.seed import seed as write
    from footfall.cli.progress import bar
    from footfall.cli.starting import begin, working_on
    from footfall.clock import SystemClock
    from footfall.errors import InvalidParameter

    directory = bootstrap.DataDirectory(data)
    directory.prepare()
    settings = begin(directory, "bench")
    with working_on(directory, "whole"):
        journal = bootstrap.open_journal(directory, settings)
        try:
            if journal.head():
                raise InvalidParameter(f"{data} holds events already; name a new directory", "data")
            with bar("Writing events") as progress:
                write(journal, events, contacts, SystemClock().now(), progress)
        finally:
            journal.close()
        with bar("Applying events") as progress:
            bootstrap.rebuild(directory, settings, progress)
    typer.echo(f"Made {events:,} events of up to {contacts:,} contacts in {data}.")
