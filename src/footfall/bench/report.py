"""The result of a run as tables for people."""

from __future__ import annotations

from typing import Final

from rich.console import Group
from rich.table import Table

from footfall.bench.result import Figure, Result

_HEADINGS: Final = ("connections", "events/s", "p50 ms", "p99 ms", "nginx 204/s", "ratio", "failed")


def tables(result: Result) -> Group:
    """Rates and latencies beside the reference, every figure with its target, and the machine."""
    return Group(_intake(result), _costs(result), _figures(result), *notes(result))


def notes(result: Result) -> list[str]:
    """What has to be said beside the tables."""
    machine, plan = result.machine, result.plan
    return [
        f"All {result.accepted:,} accepted events were applied."
        if result.accepted == result.applied
        else f"Accepted {result.accepted:,}, applied {result.applied:,}: something is wrong.",
        f"The disk alone: {result.disk.syncs_per_second:,.0f} fdatasync a second.",
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gib} GiB, "
        f"Linux {machine.kernel}, Python {machine.python}; {plan.seconds} s a load, "
        f"{plan.turns} {'turn' if plan.turns == 1 else 'turns'}.",
    ]


def shown(value: float) -> str:
    """A figure with as many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def target(figure: Figure) -> str:
    """What the figure is to reach."""
    if figure.target is None:
        return ""
    return f"{'at least' if figure.is_floor else 'at most'} {figure.target:,g}"


def _intake(result: Result) -> Table:
    rows = Table(title="Single events, answered after the commit")
    for heading in _HEADINGS:
        rows.add_column(heading, justify="right")
    for one in result.intake:
        rows.add_row(
            str(one.connections),
            f"{one.footfall.per_second:,.0f}",
            f"{one.footfall.p50_ms:.2f}",
            f"{one.footfall.p99_ms:.2f}",
            f"{one.nginx.per_second:,.0f}",
            f"{one.ratio:.2f}",
            str(one.footfall.failed),
        )
    return rows


def _costs(result: Result) -> Table:
    rows = Table(title="Processor time, microseconds a single event")
    rows.add_column("connections", justify="right")
    for name in result.intake[0].cost:
        rows.add_column(name, justify="right")
    rows.add_column("cores busy", justify="right")
    for one in result.intake:
        rows.add_row(str(one.connections), *map(shown, one.cost.values()), f"{one.cores:.1f}")
    return rows


def _figures(result: Result) -> Table:
    rows = Table(title="Figures and their targets")
    rows.add_column("what")
    rows.add_column("figure", justify="right")
    rows.add_column("target", justify="right")
    rows.add_column("")
    rows.add_column("beside")
    marks = {True: "[green]met[/]", False: "[yellow]not met[/]", None: ""}
    for one in result.figures:
        rows.add_row(
            one.name,
            f"{shown(one.value)} {one.unit}",
            target(one),
            marks[one.is_met],
            one.beside,
        )
    return rows
