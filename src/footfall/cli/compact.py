"""`footfall compact`: nothing is left in any file of what was erased."""

from __future__ import annotations

import typer

from footfall.cli.options import DEFAULT_DATA, Data


def compact(data: Data = DEFAULT_DATA) -> None:
    """Write the files anew without what was erased. The server must be stopped.

    Erased contacts are found by nobody, but their bytes stay in free space until then. It needs as
    much room again as the largest file takes; interrupted at any moment, it leaves usable files.
    """
    from footfall import bootstrap
    from footfall.cli.places import existing
    from footfall.cli.progress import bar
    from footfall.cli.starting import begin, working_on

    directory = existing(data)
    settings = begin(directory, "compact")
    with working_on(directory, "whole"), bar("Compacting") as progress:
        bootstrap.compact(directory, settings, progress)
    typer.echo("Compacted: nothing is left in the files of what was erased.")
