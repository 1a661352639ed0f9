"""Every metric, once: its name, kind, labels and meaning. The reference page is made from this.

A metric belongs to the role that measures it. A process keeps the metrics of both roles and shows
those of its own; the front's `/metrics` adds what the engine shows. Several fronts of one server
count in files of a folder that the environment names in `SHARED`, and each shows the sums.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

Role = Literal["front", "engine"]

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client looks there, once, when it is imported."""

_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_REQUESTS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096)


class MetricRow(NamedTuple):
    """One line of the reference table."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    role: Role
    labels: tuple[str, ...]
    meaning: str


_registries: Final[dict[Role, CollectorRegistry]] = {
    "front": CollectorRegistry(),
    "engine": CollectorRegistry(),
}
_rows: Final[list[MetricRow]] = []


def _counter(role: Role, name: str, labels: tuple[str, ...], meaning: str) -> Counter:
    _rows.append(MetricRow(name, "counter", role, labels, meaning))
    return Counter(name, meaning, labels, registry=_registries[role])


def _gauge(role: Role, name: str, labels: tuple[str, ...], meaning: str) -> Gauge:
    _rows.append(MetricRow(name, "gauge", role, labels, meaning))
    registry = _registries[role]
    return Gauge(name, meaning, labels, registry=registry, multiprocess_mode="livesum")


def _histogram(
    role: Role, name: str, labels: tuple[str, ...], buckets: tuple[float, ...], meaning: str
) -> Histogram:
    _rows.append(MetricRow(name, "histogram", role, labels, meaning))
    return Histogram(name, meaning, labels, registry=_registries[role], buckets=buckets)


ACCEPTED = _counter(
    "front",
    "footfall_accepted_requests_total",
    (),
    "Requests that the journal holds: each was answered 204 unless its caller had gone.",
)
REFUSED = _counter(
    "front", "footfall_refused_requests_total", ("code",), "Requests refused, by error code."
)
COMMIT_SECONDS = _histogram(
    "front",
    "footfall_commit_seconds",
    (),
    _SECONDS,
    "Seconds from the begin of a group commit until it is on disk.",
)
COMMIT_REQUESTS = _histogram(
    "front", "footfall_commit_requests", (), _REQUESTS, "Requests in one group commit."
)
FAILED_COMMITS = _counter(
    "front", "footfall_failed_commits_total", (), "Group commits that the journal refused."
)
WAITING = _gauge(
    "front", "footfall_waiting_requests", (), "Requests that wait for the journal's commit."
)
CONNECTIONS = _gauge("front", "footfall_connections", (), "Open connections of clients.")
PASSED = _counter(
    "front",
    "footfall_passed_requests_total",
    ("status",),
    "Requests passed to the engine, by status of the answer.",
)
PASSED_SECONDS = _histogram(
    "front",
    "footfall_passed_seconds",
    (),
    _SECONDS,
    "Seconds until the engine began to answer a request passed to it.",
)
STEP_SECONDS = _histogram(
    "engine",
    "footfall_step_seconds",
    ("step",),
    _SECONDS,
    "Seconds that a step of the pipeline took for one run.",
)
APPLIED = _gauge(
    "engine", "footfall_applied_position", (), "Position of the last entry that was applied."
)
PENDING = _gauge("engine", "footfall_pending_entries", (), "Journaled entries not applied yet.")


def observe_step(step: str, seconds: float) -> None:
    """Note how long a step of the pipeline took."""
    STEP_SECONDS.labels(step).observe(seconds)


def exposition(role: Role) -> bytes:
    """The metrics of the role in Prometheus' text format, see `CONTENT_TYPE`."""
    folder = os.environ.get(SHARED)
    if folder is None:
        return generate_latest(_registries[role])
    _forget_dead(Path(folder))
    together = CollectorRegistry()
    together.register(_Together(role, folder))
    return generate_latest(together)


class _Together:
    """The sums over all processes that count in the folder, for the metrics of one role."""

    def __init__(self, role: Role, folder: str) -> None:
        self._names = {row.name.removesuffix("_total") for row in _rows if row.role == role}
        self._all = MultiProcessCollector(None, folder)  # type: ignore[no-untyped-call]

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client's `Collector`."""
        for metric in self._all.collect():  # type: ignore[no-untyped-call]
            if metric.name in self._names:
                yield metric


def _forget_dead(folder: Path) -> None:
    """What a process that ended had at the moment is no more; what it counted stays."""
    for file in folder.glob("gauge_livesum_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):
                mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def table() -> list[MetricRow]:
    """Every metric, in order, for the reference documentation."""
    return list(_rows)
