"""`footfall replay`: events that were set aside, applied anew by a server that runs."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

import typer

from footfall.cli.calling import call
from footfall.cli.options import DEFAULT_SERVER, AsJson, Server
from footfall.errors import ExitCode

COUNTS: Final = ("found", "applied", "set_aside", "duplicate", "pending", "skipped")
ANSWER_SECONDS: Final = 120


def replay(
    key: Annotated[
        str,
        typer.Option(
            help="An API key of an administrator; BREVO_API_KEY without it.",
            envvar="BREVO_API_KEY",
            metavar="KEY",
            show_envvar=False,
        ),
    ],
    url: Server = DEFAULT_SERVER,
    reason: Annotated[
        str | None,
        typer.Option(help="Only those that were set aside for that reason.", metavar="REASON"),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Only those received then or later.", metavar="MOMENT"),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Only those received before that.", metavar="MOMENT")
    ] = None,
    request_id: Annotated[
        str | None, typer.Option(help="Only those of that request.", metavar="ID")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count them and replay none.")] = False,
    as_json: AsJson = False,
) -> int:
    """Apply events anew that were set aside, once the cause is mended.

    The exit code is 1 where any was set aside again or could not be read.
    """
    import httpx

    from footfall.cli.progress import bar

    given: dict[str, Any] = {
        "reason": reason,
        "since": since,
        "until": until,
        "request_id": request_id,
        "dry_run": dry_run,
    }
    counts = dict.fromkeys(COUNTS, 0)
    after: int | None = 0
    with (
        httpx.Client(base_url=url, headers={"api-key": key}, timeout=ANSWER_SECONDS) as server,
        bar("Replaying") as progress,
    ):
        while after is not None:
            given["after"] = after
            done = call(server, "POST", "/footfall/v1/events/replay", **given)
            after, given["up_to"] = done["after"], done["up_to"]
            progress(after or done["up_to"], done["up_to"])
            counts = {name: counts[name] + done[name] for name in COUNTS}
    typer.echo(json.dumps(counts) if as_json else _sentence(counts, dry_run))
    return ExitCode.FAILED if counts["set_aside"] or counts["skipped"] else ExitCode.OK


def _sentence(counts: dict[str, int], dry_run: bool) -> str:
    if dry_run:
        return f"{counts['found']} events would be replayed"
    told = ", ".join(
        f"{counts[name]} {words}"
        for name, words in (
            ("applied", "applied"),
            ("set_aside", "set aside again"),
            ("duplicate", "replayed by somebody else"),
            ("pending", "journaled and not applied yet"),
            ("skipped", "not readable"),
        )
        if counts[name] or name == "applied"
    )
    return f"{counts['found']} events: {told}"
