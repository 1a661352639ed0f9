"""What a server's processes use, read from Linux's /proc; and one of them stopped for a while."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

Role = Literal["front", "engine"]

REST_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 1.0

_TICKS = os.sysconf("SC_CLK_TCK")


def of_role(supervisor: int, role: Role) -> list[int]:
    """The processes of the role under `footfall serve`: the front's are two, with the writer."""
    return [
        pid
        for child in _children(supervisor)
        if role.encode() in _command_of(child)
        for pid in (child, *_children(child))
    ]


def all_of(supervisor: int) -> list[int]:
    """Every process of the server."""
    return [supervisor, *of_role(supervisor, "front"), *of_role(supervisor, "engine")]


def by_name(supervisor: int) -> dict[str, int]:
    """The processes of a server with one front, by what they are called."""
    (front, writer), [engine] = of_role(supervisor, "front"), of_role(supervisor, "engine")
    return {"front": front, "writer": writer, "engine": engine}


def memory_mb(pids: list[int]) -> float:
    """What they hold in memory, pages that they share counted once (their PSS), in 10^6 bytes."""
    return round(sum(_pss_kib(pid) for pid in pids) * 1024 / 1e6, 1)


def cpu_seconds(pids: list[int]) -> float:
    """Processor time that they have used so far."""
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS


def cpu_seconds_by_name(supervisor: int) -> dict[str, float]:
    """Processor time that each process of the server has used so far."""
    return {name: cpu_seconds([pid]) for name, pid in by_name(supervisor).items()}


def _await_rest(pids: list[int]) -> None:
    """Return once they use less than a twentieth of a core, or after `REST_SECONDS`."""
    deadline = time.monotonic() + REST_SECONDS
    used = cpu_seconds(pids)
    while time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        before, used = used, cpu_seconds(pids)
        if used - before < LOOK_SECONDS / 20:
            return


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """The processes stand still while the block runs, from a moment on in which they rest.

    An engine that is stopped while it seals the journal would keep the journal's writers waiting.
    """
    _await_rest(pids)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command_of(pid: int) -> list[bytes]:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def _pss_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
