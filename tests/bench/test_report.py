"""Figures, what they are to reach, and how they are told."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tools.figures import figures

from footfall.bench.disk import Disk
from footfall.bench.load import Load
from footfall.bench.machine import this_machine
from footfall.bench.observing import percentile
from footfall.bench.report import shown, tables
from footfall.bench.result import Comparison, Figure, Result
from footfall.bench.run import QUICK

LOAD = Load(connections=64, per_second=4_500.0, p50_ms=1.0, p99_ms=9.5, failed=0)
TOP = Load(connections=64, per_second=10_000.0, p50_ms=0.5, p99_ms=2.0, failed=0)


def result(*found: Figure) -> Result:
    cost = {"wrk": 11.0, "front": 27.5, "writer": 4.0, "engine": 18.0}
    comparison = Comparison(64, LOAD, TOP, 0.45, 0.4, 0.5, cost, 1.9)
    return Result(this_machine(), QUICK, Disk(100.0, 6_400.0), [comparison], [*found], 7, 7)


@pytest.mark.parametrize(
    ("value", "target", "is_floor", "is_met"),
    [
        (0.45, 0.45, True, True),
        (0.44, 0.45, True, False),
        (10.0, 10.0, False, True),
        (10.1, 10.0, False, False),
        (1.0, None, True, None),
    ],
)
def test_a_target_is_a_floor_or_a_ceiling(
    value: float, target: float | None, is_floor: bool, is_met: bool | None
) -> None:
    """The target itself is enough; without one there is nothing to meet."""
    figure = Figure(name="x", value=value, unit="ms", target=target, is_floor=is_floor)
    assert figure.is_met is is_met


@given(values=st.lists(st.floats(0, 100), min_size=1), share=st.floats(0.01, 1))
def test_a_percentile_is_the_least_value_that_covers_its_share(
    values: list[float], share: float
) -> None:
    """It is one of the values; fewer than the share lie below it, and no fewer up to it."""
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_what_is_not_met_is_said_to_people_and_in_the_readme() -> None:
    """In the terminal's table and in the README's, with the target beside the figure."""
    missed = Figure(name="batches", value=20_000, unit="events/s", target=200_000)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(tables(result(missed)))
    text = console.export_text()
    for part in ("batches", "20,000 events/s", "at least 200,000", "not met", "0.45", "27.5"):
        assert part in text
    assert "| batches | 20,000 events/s | at least 200,000 | **not met** |  |" in figures(
        result(missed)
    )


@pytest.mark.parametrize(
    ("value", "text"), [(0.123, "0.12"), (12.34, "12.3"), (1_234.5, "1,234"), (0, "0.00")]
)
def test_figures_have_digits_that_mean_something(value: float, text: str) -> None:
    """Three or so."""
    assert shown(value) == text
