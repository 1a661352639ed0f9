"""The result of a run as a table for people."""

from __future__ import annotations

from typing import Final

from rich.console import Group
from rich.table import Table

from footfall.bench.intake import Result

_HEADINGS: Final = (
    "connections",
    "events/s",
    "p50 ms",
    "p99 ms",
    "nginx 204/s",
    "ratio",
    "failed",
)


def table(result: Result) -> Group:
    """Rates and latencies beside the reference, and the machine below."""
    rows = Table(title="Single events, answered after the commit")
    for heading in (
        "connections",
        "events/s",
        "p50 ms",
        "p99 ms",
        "nginx 204/s",
        "ratio",
        "failed",
    ):
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
    machine = result.machine
    return Group(
        rows,
        f"Accepted {result.accepted:,}, applied {result.applied:,}: "
        f"{result.applied_per_second:,.0f} a second until all were found.",
        f"The disk alone: {result.disk.syncs_per_second:,.0f} fdatasync a second, "
        f"{result.disk.events_per_second:,.0f} events/s at 64 a sync.",
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gib} GiB, "
        f"Linux {machine.kernel}, Python {machine.python}; {result.seconds} s a load.",
    )
