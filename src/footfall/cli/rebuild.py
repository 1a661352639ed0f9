"""`footfall rebuild`: everything that is derived, anew from the journal."""

from __future__ import annotations

import typer

from footfall.cli.options import DEFAULT_DATA, Data


def rebuild(data: Data = DEFAULT_DATA) -> None:
    """Recompute directory and event store from the journal. The server must be stopped.

    The old ones stay in use until the new ones are complete; a rebuild that is interrupted leaves
    them as they were.
    """
    from footfall import bootstrap
    from footfall.cli.places import existing
    from footfall.cli.progress import bar
    from footfall.cli.starting import begin, working_on

    directory = existing(data)
    settings = begin(directory, "rebuild")
    with working_on(directory, "whole"), bar("Rebuilding") as progress:
        bootstrap.rebuild(directory, settings, progress)
    typer.echo("Rebuilt directory and event store from the journal.")
