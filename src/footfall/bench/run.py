"""The whole benchmark, one measurement after the other."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from footfall.bench import processes
from footfall.bench.disk import Disk, measure_disk
from footfall.bench.finding import find_any
from footfall.bench.importing import importing
from footfall.bench.load import BATCH, Load, send
from footfall.bench.machine import this_machine
from footfall.bench.observing import applied, catch_up, total
from footfall.bench.reading import read_after_writing, search
from footfall.bench.result import Comparison, Figure, Plan, Result
from footfall.bench.segments import following, whole
from footfall.bench.servers import (
    COMMAND,
    Running,
    footfall,
    has_reference,
    nginx,
    reference,
)

FULL: Final = Plan(
    seconds=10,
    turns=3,
    connections=(1, 16, 64, 256),
    events=1_000_000,
    contacts=100_000,
    reads=500,
    segments=(100, 1_000),
    idle_seconds=10,
    imported=100_000,
)
QUICK: Final = Plan(
    seconds=2,
    turns=1,
    connections=(16, 64),
    events=20_000,
    contacts=5_000,
    reads=50,
    segments=(100,),
    idle_seconds=3,
    imported=5_000,
)
"""Small enough for a check of every change; says nothing of large data."""

USUAL: Final = 64
"""Connections of the loads that are compared with something else than nginx."""
BATCH_CONNECTIONS: Final = 16
SAMPLE_SECONDS: Final = 1.0

Say = Callable[[str], None]


def measure(folder: Path, plan: Plan, say: Say, stored: Path | None = None) -> Result:
    """Measure all. Uses the folder for data, and only addresses of this machine.

    `stored` is a data directory as `footfall bench seed` fills it, with what the plan says; without
    it, one is filled. Raises `Unavailable` where a program is missing or a server fails.
    """
    say("the disk alone")
    disk = measure_disk(folder, plan.seconds)
    figures: list[Figure] = []
    with ExitStack() as running:
        empty = running.enter_context(footfall(folder / "empty", folder / "empty.log"))
        figures += _at_rest(empty, plan, say)
        ceiling = running.enter_context(nginx(folder))
        intake, beside, memory = _single_events(empty, ceiling, plan, say)
        figures += [*_targets(intake), memory, beside]
        usual = next(each for each in intake if each.connections == USUAL).footfall
        figures += _batches(empty, disk, plan, say)
        figures.append(_mix(empty, usual, plan, say))
        figures.append(_burst(empty, plan, say))
        figures += read_after_writing(empty, usual, plan, say)
        figures.append(_two_fronts(folder, empty, plan, say))
        if has_reference():
            figures.append(_against_reference(folder, empty, plan, say))
        catch_up(empty)
        counted, positions = total(empty), applied(empty)
        figures += following(folder, usual, plan, say)
        figures += importing(folder, plan, say)
        figures += _grown(folder, stored or _filled(folder, plan, say), empty, plan, say)
    return Result(
        machine=this_machine(),
        plan=plan,
        disk=disk,
        intake=intake,
        figures=figures,
        accepted=positions,
        applied=counted,
    )


def _at_rest(server: Running, plan: Plan, say: Say) -> list[Figure]:
    say("at rest")
    catch_up(server)
    time.sleep(1.0)  # What follows the start is not rest.
    pids = processes.all_of(server.pid)
    before = processes.cpu_seconds(pids)
    time.sleep(plan.idle_seconds)
    share = (processes.cpu_seconds(pids) - before) / plan.idle_seconds
    return [
        _most("start to the first 204", server.start_seconds, "s", 1.5),
        _most("processor at rest", 100 * share, "% of a core", 1.0),
        _most("memory of the front", _memory(server, "front"), "MB", 80),
        _most("memory of the engine at rest", _memory(server, "engine"), "MB", 350),
    ]


def _single_events(
    server: Running, ceiling: Running, plan: Plan, say: Say
) -> tuple[list[Comparison], Figure, Figure]:
    """The intake beside nginx; how much the engine applied meanwhile; its memory at the most."""
    comparisons: list[Comparison] = []
    beside: list[float] = []
    with _Highest(lambda: _memory(server, "engine")) as memory:
        for connections in plan.connections:
            turns: list[_Turn] = []
            for turn in range(plan.turns):
                say(f"single events, {connections} connections, turn {turn + 1} of {plan.turns}")
                top = send(ceiling, connections, plan.seconds)
                before, spent = applied(server), processes.cpu_seconds_by_name(server.pid)
                load = send(server, connections, plan.seconds)
                after = processes.cpu_seconds_by_name(server.pid)
                beside.append((applied(server) - before) / plan.seconds)
                catch_up(server)  # or the engine's work would slow nginx down in the next turn
                used = {name: after[name] - spent[name] for name in after}
                turns.append(_Turn(load, top, used))
            comparisons.append(_compared(turns, plan.seconds))
    rate = _least("applied beside full intake", max(beside), "events/s", 30_000)
    return (
        comparisons,
        rate,
        _most("memory of the engine at full load", memory.value, "MB", 1_200),
    )


class _Turn(NamedTuple):
    load: Load
    top: Load
    used: dict[str, float]
    """Processor time of the server's processes meanwhile, in seconds."""

    @property
    def ratio(self) -> float:
        return round(self.load.per_second / self.top.per_second, 3)


def _compared(turns: list[_Turn], seconds: int) -> Comparison:
    turns.sort(key=lambda turn: turn.ratio)
    median_turn = turns[len(turns) // 2]
    load = median_turn.load
    used = {"wrk": load.sender_seconds, **median_turn.used}
    sent = max(load.per_second * seconds, 1)
    return Comparison(
        connections=load.connections,
        footfall=load,
        nginx=median_turn.top,
        ratio=median_turn.ratio,
        lowest=turns[0].ratio,
        highest=turns[-1].ratio,
        cost={name: round(each * 1e6 / sent, 1) for name, each in used.items()},
        cores=round(sum(used.values()) / seconds, 2),
    )


def _targets(intake: list[Comparison]) -> list[Figure]:
    slowest = {USUAL: 10.0, 256: 30.0}
    figures: list[Figure] = []
    for one in intake:
        if one.connections in slowest:
            what = f"single events, {one.connections} connections"
            nginx_rate = f"nginx {one.nginx.per_second:,.0f}/s"
            figures += [
                _least(f"{what}, by nginx", one.ratio, "x", 0.45, nginx_rate),
                _most(f"{what}, p99", one.footfall.p99_ms, "ms", slowest[one.connections]),
            ]
    return figures


def _batches(server: Running, disk: Disk, plan: Plan, say: Say) -> list[Figure]:
    rates = []
    for turn in range(plan.turns):
        say(f"batches of {BATCH}, turn {turn + 1} of {plan.turns}")
        load = send(server, BATCH_CONNECTIONS, plan.seconds, "batch")
        rates.append(load.per_second * BATCH if not load.failed else 0.0)
        catch_up(server)
    rate = median(rates)
    share = rate / disk.events_per_second
    ceiling = f"disk {disk.events_per_second:,.0f}/s"
    return [
        _least(f"batches of {BATCH}, {BATCH_CONNECTIONS} connections", rate, "events/s", 200_000),
        _least(f"batches of {BATCH}, by the disk", share, "x", 0.3, ceiling),
    ]


def _two_fronts(folder: Path, one: Running, plan: Plan, say: Say) -> Figure:
    """What a second front brings where the front's own work is most: in batches."""
    ratios = []
    with footfall(folder / "fronts", folder / "fronts.log", fronts=2) as two:
        for turn in range(plan.turns):
            say(f"batches with two fronts, turn {turn + 1} of {plan.turns}")
            rates = []
            for server in (one, two):
                rates.append(send(server, BATCH_CONNECTIONS, plan.seconds, "batch").per_second)
                catch_up(server)
            ratios.append(rates[1] / rates[0])
    return Figure(
        name=f"batches of {BATCH} with two fronts, by one",
        value=round(median(ratios), 2),
        unit="x",
        beside="wrk and both fronts on the same cores",
    )


def _mix(server: Running, usual: Load, plan: Plan, say: Say) -> Figure:
    say("single events, 1 % invalid")
    load = send(server, USUAL, plan.seconds, "mix")
    catch_up(server)
    refused = 100 * load.failed / (load.per_second * plan.seconds)
    return Figure(
        name="single events with 1 % invalid, by all valid",
        value=round(load.per_second / usual.per_second, 2),
        unit="x",
        beside=f"{refused:.1f} % refused",
    )


def _burst(server: Running, plan: Plan, say: Say) -> Figure:
    """Accept while the engine stands still; then see how fast it catches up."""
    say("a burst while the engine stands still")
    before = applied(server)
    with processes.stopped(processes.of_role(server.pid, "engine")):
        send(server, max(plan.connections), plan.seconds)
    seconds = catch_up(server)
    gathered = applied(server) - before
    return _least(
        "catching up after a burst", gathered / seconds, "events/s", 60_000, f"{gathered:,} events"
    )


def _against_reference(folder: Path, server: Running, plan: Plan, say: Say) -> Figure:
    with reference(folder / "reference.log") as other:
        ratios, rates = [], []
        for turn in range(plan.turns):
            say(f"FastAPI and PostgreSQL, turn {turn + 1} of {plan.turns}")
            theirs = send(other, USUAL, plan.seconds)
            ours = send(server, USUAL, plan.seconds)
            catch_up(server)
            ratios.append(ours.per_second / theirs.per_second)
            rates.append(theirs.per_second)
    beside = f"FastAPI and PostgreSQL {median(rates):,.0f}/s"
    return _least("single events, by FastAPI and PostgreSQL", median(ratios), "x", 40, beside)


def _filled(folder: Path, plan: Plan, say: Say) -> Path:
    say(f"filling in {plan.events:,} events")
    data = folder / "grown"
    fill = ["bench", "seed", "--data", str(data)]
    fill += ["--events", str(plan.events), "--contacts", str(plan.contacts)]
    subprocess.run([*COMMAND, *fill], check=True, capture_output=True)
    return data


def _grown(folder: Path, data: Path, empty: Running, plan: Plan, say: Say) -> list[Figure]:
    """What depends on how much is stored."""
    size = sum(each.stat().st_size for each in data.rglob("*") if each.is_file())
    with footfall(data, folder / "grown.log") as grown:
        catch_up(grown)
        reads = [*search(grown, plan, say), *find_any(grown, plan, say), *whole(grown, plan, say)]
        ratios = []
        for turn in range(plan.turns):
            say(f"{plan.events:,} events stored against few, turn {turn + 1} of {plan.turns}")
            few = send(empty, USUAL, plan.seconds)
            catch_up(empty)
            many = send(grown, USUAL, plan.seconds)
            catch_up(grown)
            ratios.append(many.per_second / few.per_second)
    stored = f"{plan.events:,} events stored"
    return [
        _most("disk, all stores together", size / plan.events, "bytes an event", 250, stored),
        _least("intake, by that of an empty server", median(ratios), "x", 0.95, stored),
        *reads,
    ]


class _Highest:
    """The highest value of a function while the block runs."""

    def __init__(self, read: Callable[[], float]) -> None:
        self._read = read
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self.value = 0.0

    def __enter__(self) -> _Highest:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self.value = max(self.value, self._read())


def _memory(server: Running, role: processes.Role) -> float:
    return processes.memory_mb(processes.of_role(server.pid, role))


def _least(name: str, value: float, unit: str, target: float, beside: str = "") -> Figure:
    return Figure(name=name, value=round(value, 3), unit=unit, target=target, beside=beside)


def _most(name: str, value: float, unit: str, target: float, beside: str = "") -> Figure:
    return Figure(
        name=name, value=round(value, 3), unit=unit, target=target, is_floor=False, beside=beside
    )
