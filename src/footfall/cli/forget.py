"""`footfall forget`: events go by their age, contacts stay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from footfall.cli.options import DEFAULT_DATA, AsJson, Data
from footfall.errors import InvalidParameter

if TYPE_CHECKING:
    from footfall.bootstrap import DataDirectory
    from footfall.engine.forgetting import Forgettable


def forget(
    data: Data = DEFAULT_DATA,
    before: Annotated[
        str | None,
        typer.Option(help="Those that were received before that moment.", metavar="MOMENT"),
    ] = None,
    older_than: Annotated[
        int | None,
        typer.Option(
            help="Those that were received more than so many days ago.",
            min=1,
            max=36_500,
            metavar="DAYS",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count them and forget none.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before they go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget events that are older than you want to keep them. The server must be stopped.

    They go from the event store and from the journal, and everything else is computed anew without
    them. Contacts stay, with all that these events said of them. It takes as long as
    `footfall rebuild`; interrupted at any moment, it leaves usable files, and a repeat goes on.
    """
    from footfall import bootstrap
    from footfall.cli.places import existing
    from footfall.cli.progress import bar
    from footfall.cli.starting import begin, working_on
    from footfall.instants import format_instant

    moment = _moment(before, older_than)
    directory = existing(data)
    settings = begin(directory, "forget")
    with working_on(directory, "whole"):
        found = bootstrap.forgettable(directory, settings, moment)
        is_cut_short = not bootstrap.is_forgotten(directory, found)
        if not as_json:
            typer.echo(_sentence(found, moment))
            if is_cut_short:
                typer.echo("The stores still have others that were to be forgotten before.")
        goes_on = (found.due > 0 or is_cut_short) and not dry_run
        if goes_on and not yes:
            typer.confirm("Forget them for good?", abort=True, err=True)
        if goes_on:
            with bar("Forgetting") as progress:
                bootstrap.forget(directory, settings, moment, progress)
            _note(directory, found, moment)
    if as_json:
        forgotten = found.due if goes_on else 0
        told = {"before": format_instant(moment), "found": found.due, "forgotten": forgotten}
        typer.echo(json.dumps(told))
    elif goes_on:
        typer.echo("Forgotten: nothing of them is left in the files of the stores.")


def _moment(before: str | None, older_than: int | None) -> int:
    from footfall.clock import SystemClock
    from footfall.instants import DAY, parse_instant

    if (before is None) == (older_than is None):
        raise InvalidParameter("name either --before or --older-than", "before")
    if older_than is not None:
        return SystemClock().now() - older_than * DAY
    try:
        return parse_instant(before or "")
    except ValueError as problem:
        raise InvalidParameter(f"--before is {problem}", "before") from problem


def _sentence(found: Forgettable, before: int) -> str:
    from footfall.instants import format_instant

    day = format_instant(before)[:19]
    if found.first is None:
        return f"No event was received before {day}."
    events = "1 event was" if found.due == 1 else f"{found.due:,} events were"
    since = format_instant(found.first)[:10]
    return f"{events} received before {day}, the first on {since}. Contacts stay."


def _note(directory: DataDirectory, found: Forgettable, before: int) -> None:
    """For the log of what people change."""
    from footfall.bootstrap import open_people
    from footfall.cli.users import ACTOR
    from footfall.clock import SystemClock
    from footfall.instants import format_instant
    from footfall.people import Change

    details = f"{found.due} received before {format_instant(before)}"
    now = SystemClock().now()
    open_people(directory).note(Change(now, ACTOR, "events_forgotten", "", details))
