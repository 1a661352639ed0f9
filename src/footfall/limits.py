"""How many calls a key may make: windows that are counted, and what Brevo's own look like.

A window begins with the first call that it counts and ends its length later; a call that is refused
counts for nothing, so that a caller who waits as long as it was told is served. Source of the
`brevo` plan: Brevo's API limits, general plan, as of 2026.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from footfall.instants import SECOND
from footfall.settings import Limits

HOUR_SECONDS: Final = 3_600


class Rate(NamedTuple):
    """So many calls within so many seconds."""

    calls: int
    seconds: int


class Group(NamedTuple):
    """Calls that are counted together: those to paths with one of these beginnings."""

    name: str
    beginnings: tuple[str, ...]
    rates: tuple[Rate, ...]


Plan = tuple[Group, ...]
"""The first group with a beginning of the path counts the call."""

_TEN_A_SECOND: Final = (Rate(10, 1), Rate(36_000, HOUR_SECONDS))

BREVO: Final[Plan] = (
    Group("events", ("/v3/events", "/api/v2/"), _TEN_A_SECOND),
    Group("contacts", ("/v3/contacts",), _TEN_A_SECOND),
    Group("other", ("/v3/",), (Rate(100, HOUR_SECONDS),)),
)


def plan_of(limits: Limits) -> Plan:
    """The plan that the settings name; an empty one limits nothing."""
    if limits.rates == "off":
        return ()
    if limits.rates == "brevo":
        return BREVO
    rates = (Rate(limits.per_second, 1), Rate(limits.per_hour, HOUR_SECONDS))
    return (Group("all", ("/",), tuple(rate for rate in rates if rate.calls)),)


class Allowance(NamedTuple):
    """What a key may still call, by the window that is nearest to its end."""

    is_allowed: bool
    rate: Rate
    remaining: int
    reset: int
    """Whole seconds until the window ends, at least 1."""


class _Window:
    __slots__ = ("calls", "ends")

    def __init__(self, ends: int) -> None:
        self.ends = ends
        self.calls = 0


class Limiter:
    """Counts calls by key and group of paths."""

    def __init__(self, plan: Sequence[Group]) -> None:
        self._plan = plan
        self._windows: dict[tuple[str, str], list[_Window]] = {}

    def take(self, key_id: str, path: str, now: int) -> Allowance | None:
        """Count a call at that moment (ns since 1970) if it is allowed. None: nothing limits it."""
        group = next((each for each in self._plan if path.startswith(each.beginnings)), None)
        if group is None or not group.rates:
            return None
        windows = self._current(key_id, group, now)
        is_allowed = all(
            window.calls < rate.calls for window, rate in zip(windows, group.rates, strict=True)
        )
        if is_allowed:
            for window in windows:
                window.calls += 1
        allowances = [
            Allowance(is_allowed, rate, rate.calls - window.calls, _left(window, now))
            for window, rate in zip(windows, group.rates, strict=True)
        ]
        # Of several windows that are used up, the one that ends last says when a call may pass.
        return min(allowances, key=lambda each: (each.remaining, -each.reset))

    def _current(self, key_id: str, group: Group, now: int) -> list[_Window]:
        """The windows of that moment, new ones where it lies outside of those that were."""
        windows = self._windows.setdefault((key_id, group.name), [_Window(0) for _ in group.rates])
        for index, rate in enumerate(group.rates):
            length = rate.seconds * SECOND
            if not windows[index].ends - length <= now < windows[index].ends:
                windows[index] = _Window(now + length)
        return windows


def _left(window: _Window, now: int) -> int:
    return max(1, math.ceil((window.ends - now) / SECOND))
