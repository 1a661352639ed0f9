"""What a run of the benchmark found."""

from __future__ import annotations

import msgspec

from footfall.bench.disk import Disk
from footfall.bench.load import Load
from footfall.bench.machine import Machine


class Plan(msgspec.Struct, frozen=True):
    """How much is measured."""

    seconds: int
    """Of each load."""
    turns: int
    """Of each load, in alternation with what it is compared with; the median counts."""
    connections: tuple[int, ...]
    events: int
    """Stored before what depends on their number is measured."""
    contacts: int
    reads: int
    """Of each kind."""
    segments: tuple[int, ...]
    """How many an engine has, beside one that has none."""
    idle_seconds: int
    imported: int
    """Contacts of one import."""


class Comparison(msgspec.Struct, frozen=True):
    """Footfall and nginx under the same load, by the turn with the median ratio."""

    connections: int
    footfall: Load
    nginx: Load
    ratio: float
    """Footfall's rate by nginx's."""
    lowest: float
    """Ratio of all turns."""
    highest: float
    cost: dict[str, float]
    """Processor time of each process in microseconds a request of Footfall's load."""
    cores: float
    """How many cores all of them kept busy together."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, and what it is to reach."""

    name: str
    value: float
    unit: str
    target: float | None = None
    is_floor: bool = True
    """Whether the target is the least, or else the most."""
    beside: str = ""
    """What was measured beside it."""

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.is_floor else self.value <= self.target


class Result(msgspec.Struct, frozen=True):
    """Everything."""

    machine: Machine
    plan: Plan
    disk: Disk
    intake: list[Comparison]
    figures: list[Figure]
    accepted: int
    """Events that were acknowledged on the empty server."""
    applied: int
    """Events that the engine had applied there in the end: the same, or something was lost."""
