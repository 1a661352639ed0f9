"""Keeps the processes of one server running, and ends them in order.

Children are started anew, never forked: chDB does not survive a fork. They hold the reading end of
a pipe that nobody ever writes to; when the supervisor ends, even by SIGKILL, the kernel closes its
other end and the children end too. SIGINT is blocked in the children, so that Ctrl-C reaches the
supervisor alone and the order of ending is its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

import structlog

from footfall.errors import ExitCode

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0
STEADY_SECONDS: Final = 1.0
"""A child that ran for that long is started again after the first pause, not after a longer one."""
ENDING_SECONDS: Final = 15.0
"""How long a child may take to finish what it has begun; past it it is killed."""
IMPATIENT_SECONDS: Final = 1.0
"""A second signal that long after the first means "at once"; an earlier one is its echo, as when
both a process group and its members are told."""
ORPHAN_SECONDS: Final = 2.0
"""The same for a child whose supervisor is gone: a new server may be waiting."""

_ENDING: Final = frozenset({signal.SIGTERM, signal.SIGINT})
_AWAITED: Final = _ENDING | {signal.SIGCHLD}

_log = structlog.get_logger()


class Role(NamedTuple):
    """A process to keep running: its arguments for `cli.supervised`, and what it inherits."""

    name: str
    arguments: Sequence[str]
    descriptors: Sequence[int] = ()
    environment: Mapping[str, str] = {}
    """Beside the supervisor's own."""


class Supervisor:
    """Runs the roles, each in a process of its own.

    A child that ends is started again after a pause, which doubles from `FIRST_PAUSE` to
    `LONGEST_PAUSE` while it keeps ending early.
    """

    def __init__(self, roles: Sequence[Role]) -> None:
        self._roles = roles

    def run(self) -> None:
        """Start the roles in order, keep them running until SIGTERM or SIGINT, end them.

        They end in reverse order, one after the other: what is last in the list has finished before
        the one it depends on is told. A second signal, `IMPATIENT_SECONDS` later, kills what is
        left. For the main thread.
        """
        with _signals_blocked(), _lifeline() as watched:
            children = [_Child(role, watched) for role in self._roles]
            try:
                self._keep(children)
                impatient = time.monotonic() + IMPATIENT_SECONDS
                for child in reversed(children):
                    child.end(impatient)
            finally:
                for child in children:
                    child.kill()

    def _keep(self, children: Sequence[_Child]) -> None:
        for child in children:
            child.start()
        while True:
            pauses = [pause for child in children if (pause := child.tend()) is not None]
            if _next_signal(min(pauses, default=None)) in _ENDING:
                return


class _Child:
    """One role's process, over all its lives."""

    def __init__(self, role: Role, watched: int) -> None:
        self._role = role
        self._watched = watched
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._due = 0.0
        self._pause = FIRST_PAUSE

    def start(self) -> None:
        """Start the process."""
        arguments = [self._role.name, str(self._watched), *self._role.arguments]
        self._process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-P", "-m", "footfall.cli.supervised", *arguments],
            stdin=subprocess.DEVNULL,
            pass_fds=(self._watched, *self._role.descriptors),
            env=os.environ | self._role.environment,
        )
        self._started = time.monotonic()
        _log.debug("process_started", role=self._role.name, pid=self._process.pid)

    def tend(self) -> float | None:
        """Start it again when that is due; the seconds until then, None while it runs."""
        if self._process is not None:
            if self._process.poll() is None:
                return None
            self._note_end(self._process)
        wait = self._due - time.monotonic()
        if wait > 0:
            return wait
        self.start()
        return None

    def _note_end(self, process: subprocess.Popen[bytes]) -> None:
        now = time.monotonic()
        if now - self._started >= STEADY_SECONDS:
            self._pause = FIRST_PAUSE
        _log.error(
            "process_ended",
            role=self._role.name,
            pid=process.pid,
            how=_how(process.returncode),
            restart_in_seconds=self._pause,
        )
        self._due = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._process = None

    def end(self, impatient: float) -> None:
        """Ask it to end and wait until it has; kill it after `ENDING_SECONDS`, or when a signal
        comes after the moment `impatient`.
        """
        if self._process is None:
            return
        self._process.terminate()
        deadline = time.monotonic() + ENDING_SECONDS
        while self._process.poll() is None:
            rest = deadline - time.monotonic()
            told = _next_signal(max(rest, 0)) in _ENDING and time.monotonic() >= impatient
            if rest <= 0 or told:
                _log.error("process_killed", role=self._role.name, pid=self._process.pid)
                break
        self.kill()

    def kill(self) -> None:
        """Make sure that it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def end_with_supervisor(watched: int) -> None:
    """In a child: end as by SIGTERM when the supervisor is gone, and at all costs soon after.

    Also takes the signals that the supervisor had blocked, except SIGINT.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGINT})

    def watch() -> None:
        os.read(watched, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(ORPHAN_SECONDS)
        os._exit(ExitCode.FAILED)

    threading.Thread(target=watch, name="supervisor-watch", daemon=True).start()


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """They are waited for, not handled; children inherit the block, see `end_with_supervisor`."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _lifeline() -> Iterator[int]:
    """The reading end of a pipe whose writing end only this process has."""
    watched, held = os.pipe()
    try:
        yield watched
    finally:
        os.close(held)
        os.close(watched)


def _next_signal(seconds: float | None) -> int | None:
    """The next awaited signal; None where none came in time. SIGCHLD also wakes."""
    if seconds is None:
        return signal.sigwait(_AWAITED)
    came = signal.sigtimedwait(_AWAITED, seconds)
    return came.si_signo if came is not None else None


def _how(returncode: int) -> str:
    if returncode < 0:
        return signal.Signals(-returncode).name
    return f"exit code {returncode}"
