"""Writes where the processor time of a loaded server goes, function by function.

`make profile` samples front, writer and engine with py-spy while a load runs, and puts the tables
between their marks in docs/concepts/performance.md. Time in C code counts for the Python function
that called it. Only samples count in which the process was at work.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from footfall.bench import processes
from footfall.bench.load import Kind, send
from footfall.bench.machine import this_machine
from footfall.bench.observing import catch_up
from footfall.bench.servers import Running, footfall

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "concepts" / "performance.md"
SECONDS: Final = 10
SHOWN: Final = 12
SAMPLES_PER_SECOND: Final = 250
LOADS: Final[tuple[tuple[str, Kind, int], ...]] = (
    ("single events, 256 connections", "single", 256),
    ("batches of 200, 16 connections", "batch", 16),
)

_TABLES: Final = re.compile(
    r"(?<=<!-- profile: filled by make profile -->\n).*?(?=<!-- end of profile -->)", re.DOTALL
)
_FRAME: Final = re.compile(r"^(?P<function>.+) \((?P<file>.+?):\d+\)$")
_WAITING: Final = (
    "Runner.run (asyncio/runners.py)",
    "EpollSelector.select (selectors.py)",
    "SocketIO.readinto (socket.py)",
    "Condition.wait (threading.py)",
    "Event.wait (threading.py)",
    "_worker (concurrent/futures/thread.py)",
    "end_with_supervisor.<locals>.watch (footfall/supervisor.py)",
)
"""Functions in which a process waits for work, in C code that py-spy cannot tell from work."""


def profile(server: Running, kind: Kind, connections: int, folder: Path) -> dict[str, Path]:
    """Raw samples of each process under the load, by the process's name."""
    samplers, files = [], {}
    for name, pid in processes.by_name(server.pid).items():
        files[name] = folder / f"{name}.txt"
        command = [str(Path(sys.executable).with_name("py-spy")), "record", "--nonblocking"]
        command += ["--pid", str(pid), "--rate", str(SAMPLES_PER_SECOND), "--format", "raw"]
        command += ["--duration", str(SECONDS), "--output", str(files[name])]
        samplers.append(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        )
    send(server, connections, SECONDS, kind)
    for sampler in samplers:
        _, problem = sampler.communicate()
        if sampler.returncode:
            raise SystemExit(f"py-spy failed: {problem.decode()}")
    catch_up(server)
    return files


def own_time(samples: str) -> list[tuple[str, float]]:
    """Functions with the most samples of their own, each with its percentage of all at work."""
    counts: Counter[str] = Counter()
    for line in samples.splitlines():
        stack, _, count = line.rpartition(" ")
        counts[_function(stack.rpartition(";")[2])] += int(count)
    for waiting in _WAITING:
        counts.pop(waiting, None)
    total = max(counts.total(), 1)
    return [(name, 100 * count / total) for name, count in counts.most_common(SHOWN)]


def _function(frame: str) -> str:
    found = _FRAME.match(frame)
    return f"{found['function']} ({found['file']})" if found else frame


def _tables() -> Iterator[str]:
    machine = this_machine()
    yield f"{machine.processor}, {machine.cores} cores, Python {machine.python}."
    with tempfile.TemporaryDirectory(prefix="footfall-profile-") as path:
        folder = Path(path)
        with footfall(folder / "data", folder / "log") as server:
            for title, kind, connections in LOADS:
                for name, file in profile(server, kind, connections, folder).items():
                    yield f"\n**{name}, {title}**\n\n| own time | function |\n|---:|---|"
                    for function, share in own_time(file.read_text()):
                        yield f"| {share:.0f} % | `{function}` |"


def main() -> None:
    """Put the tables between their marks."""
    tables = "\n".join(_tables())
    text, marks = _TABLES.subn(lambda _: f"\n{tables}\n\n", PAGE.read_text("utf-8"))
    if marks != 1:
        raise SystemExit(f"{PAGE} lacks the marks between which the tables go.")
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
