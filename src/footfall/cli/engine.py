"""`footfall engine`: the role that applies the journal and answers reads."""

from __future__ import annotations

from contextlib import ExitStack

import typer

from footfall.cli.options import DEFAULT_DATA, Data, Supervised
from footfall.errors import ExitCode


def engine(data: Data = DEFAULT_DATA, supervised: Supervised = None) -> None:
    """Run the engine alone: it applies what the journal holds and answers reads.

    One engine at a time works on a data directory.
    """
    from footfall.bootstrap import DataDirectory, run_engine
    from footfall.cli.starting import begin, failures_logged, working_on
    from footfall.supervisor import end_with_supervisor

    directory = DataDirectory(data)
    with ExitStack() as held:
        if supervised is not None:
            end_with_supervisor(supervised)
        settings = begin(directory, "engine")
        if supervised is None:
            held.enter_context(working_on(directory, "engine"))
        with failures_logged():
            went_well = run_engine(directory, settings)
    if not went_well:
        raise typer.Exit(ExitCode.FAILED)
