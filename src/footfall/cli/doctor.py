"""`footfall doctor`: whether the stores agree."""

from __future__ import annotations

import typer

from footfall.cli.options import DEFAULT_DATA, AsJson, Data
from footfall.errors import ExitCode


def doctor(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Check journal, directory and event store against each other. The server must be stopped.

    Says what is wrong and what to do; changes nothing. The exit code is 4 when something is wrong.
    """
    from footfall import bootstrap
    from footfall.cli.places import existing
    from footfall.cli.progress import bar
    from footfall.cli.starting import begin, working_on

    directory = existing(data)
    settings = begin(directory, "doctor")
    with working_on(directory, "whole"), bar("Checking") as progress:
        findings = bootstrap.doctor(directory, settings, progress)
    if as_json:
        import msgspec

        typer.echo(msgspec.json.encode({"findings": findings}).decode())
    elif not findings:
        typer.echo("All is well: journal, directory and event store agree.")
    else:
        for finding in findings:
            typer.echo(f"{finding.part}: {finding.problem}\n  {finding.remedy}")
    if findings:
        raise typer.Exit(ExitCode.DATA_INCONSISTENT)
