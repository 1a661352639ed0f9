"""`footfall front`: the role that authenticates, validates and journals."""

from __future__ import annotations

from footfall.cli.options import (
    DEFAULT_DATA,
    DEFAULT_HOST,
    DEFAULT_PORT,
    Data,
    Host,
    Port,
)


def front(
    data: Data = DEFAULT_DATA,
    host: Host = DEFAULT_HOST,
    port: Port = DEFAULT_PORT,
) -> None:
    """Run a front alone: it accepts events and passes reads to the engine.

    It answers 204 once an event is in the journal on disk, whether an engine runs or not.
    """
    from footfall.bootstrap import DataDirectory, run_front
    from footfall.cli.listening import listen
    from footfall.cli.starting import begin, failures_logged, working_on

    directory = DataDirectory(data)
    settings = begin(directory, "front")
    with working_on(directory, "front"):
        fd = listen(host, port)[0].detach()
        with failures_logged():
            run_front(directory, settings, host, port, fd)
