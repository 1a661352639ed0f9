"""`footfall engine`: the role that applies the journal and answers reads."""

from __future__ import annotations

import typer

from footfall.cli.options import DEFAULT_DATA, Data
from footfall.errors import ExitCode


def engine(data: Data = DEFAULT_DATA) -> None:
    """Run the engine alone: it applies what the journal holds and answers reads.

    One engine at a time works on a data directory.
    """
    from footfall.bootstrap import DataDirectory, run_engine
    from footfall.cli.starting import begin, failures_logged, working_on

    directory = DataDirectory(data)
    settings = begin(directory, "engine")
    with working_on(directory, "engine"), failures_logged():
        went_well = run_engine(directory, settings)
    if not went_well:
        raise typer.Exit(ExitCode.FAILED)
