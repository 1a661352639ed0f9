"""What every command that works on a data directory does first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from footfall import logs, replacement, settings
from footfall.bootstrap import DataDirectory
from footfall.errors import ExitCode, FootfallError
from footfall.lock import Use, hold
from footfall.settings import Settings

_log = structlog.get_logger()


def begin(data: DataDirectory, role: str) -> Settings:
    """Create what the data directory lacks, read the settings, log as they say."""
    data.prepare()
    loaded = settings.load(data.path, os.environ)
    logs.configure(loaded.log, role)
    return loaded


@contextmanager
def working_on(data: DataDirectory, use: Use) -> Iterator[int]:
    """Hold the data directory, see `lock.hold`; a rebuild that was cut short is settled first."""
    with hold(data.path, data.lock, use) as handed_down:
        if use != "front":
            replacement.finish(data.path)
        yield handed_down


@contextmanager
def failures_logged() -> Iterator[None]:
    """What ends a role goes to its log, with the traceback where it is a fault of the program."""
    try:
        yield
    except FootfallError as problem:
        _log.error("role_failed", problem=problem.message)
        sys.exit(problem.exit_code)
    except Exception:
        _log.exception("role_failed")
        sys.exit(ExitCode.FAILED)
