"""`footfall front`: the role that authenticates, validates and journals."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from footfall.cli.options import (
    DEFAULT_DATA,
    DEFAULT_HOST,
    DEFAULT_PORT,
    Data,
    Host,
    Port,
    Supervised,
)


def front(
    data: Data = DEFAULT_DATA,
    host: Host = DEFAULT_HOST,
    port: Port = DEFAULT_PORT,
    fd: Annotated[
        int | None, typer.Option(help="A listening socket to take over.", hidden=True)
    ] = None,
    supervised: Supervised = None,
) -> None:
    """Run a front alone: it accepts events and passes reads to the engine.

    It answers 204 once an event is in the journal on disk, whether an engine runs or not.
    """
    from footfall.bootstrap import DataDirectory, run_front
    from footfall.cli.listening import listen
    from footfall.cli.starting import begin, failures_logged, working_on
    from footfall.supervisor import end_with_supervisor

    directory = DataDirectory(data)
    with ExitStack() as held:
        if supervised is not None:
            end_with_supervisor(supervised)
        settings = begin(directory, "front")
        if supervised is None:
            held.enter_context(working_on(directory, "front"))
        if fd is None:
            fd = listen(host, port)[0].detach()
        with failures_logged():
            run_front(directory, settings, host, port, fd)
