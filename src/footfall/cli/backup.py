"""`footfall backup`: a copy of what all else is computed from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from footfall.cli.options import DEFAULT_DATA, Data


def backup(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Where to; made where it is missing, replaced what is there."
        ),
    ],
    data: Data = DEFAULT_DATA,
) -> None:
    """Copy journal, keys, people, webhooks and settings, also while the server runs.

    Everything else is computed from the journal: put the files into an empty directory and run
    `footfall rebuild`.
    """
    from footfall import bootstrap
    from footfall.cli.places import existing

    bootstrap.backup(existing(data), target)
    typer.echo(f"Backed up into {target}.")
