"""`python -m footfall.cli.supervised`: a role as the supervisor starts it, in its own process.

Nothing is loaded that the role does not need. The library of the command line alone would take a
tenth of a second or more, of every start of every process.
"""

from __future__ import annotations

import sys
from pathlib import Path

from footfall.bootstrap import DataDirectory, run_engine, run_front
from footfall.cli.starting import begin, failures_logged
from footfall.errors import ExitCode
from footfall.supervisor import end_with_supervisor


def main(role: str, watched: str, data: str, *place: str) -> None:
    """Run the role until the supervisor ends it, or is gone, as the descriptor `watched` tells.

    A front's place is its host, its port and the descriptor of the socket that listens there.
    """
    end_with_supervisor(int(watched))
    directory = DataDirectory(Path(data))
    with failures_logged():
        settings = begin(directory, role)
        if role == "engine":
            if not run_engine(directory, settings):
                sys.exit(ExitCode.FAILED)
        else:
            host, port, fd = place
            run_front(directory, settings, host, int(port), int(fd))


if __name__ == "__main__":
    main(*sys.argv[1:])
