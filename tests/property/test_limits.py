"""Rate limits, held against a second statement of the rule that keeps every call."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.instants import MILLISECOND, SECOND
from footfall.limits import BREVO, Limiter, plan_of
from footfall.settings import Limits

KEYS = st.sampled_from(["a", "b"])
GAPS = st.integers(min_value=0, max_value=1_500).map(lambda each: each * MILLISECOND)


class Naive:
    """One window of one key: the calls that were allowed in it, and when it began."""

    def __init__(self, calls: int, length: int) -> None:
        self.calls = calls
        self.length = length
        self.allowed: list[int] = []

    def in_window(self, now: int) -> list[int]:
        """The allowed calls of the window that holds this moment."""
        while self.allowed and self.allowed[0] + self.length <= now:
            begin = self.allowed[0]
            self.allowed = [each for each in self.allowed if each >= begin + self.length]
        return self.allowed


@given(
    per_second=st.integers(min_value=0, max_value=4),
    per_hour=st.integers(min_value=1, max_value=9),
    calls=st.lists(st.tuples(KEYS, GAPS), max_size=40),
)
def test_a_call_is_allowed_while_no_window_is_used_up(
    per_second: int, per_hour: int, calls: list[tuple[str, int]]
) -> None:
    """Each key by itself; a refused call counts for nothing, and the rest is told exactly."""
    limiter = Limiter(plan_of(Limits("own", per_second, per_hour)))
    rates = [(per_second, SECOND)] * bool(per_second) + [(per_hour, 3_600 * SECOND)]
    naive = {key: [Naive(*rate) for rate in rates] for key in "ab"}
    now = 0
    for key, gap in calls:
        now += gap
        windows = naive[key]
        expected = all(len(each.in_window(now)) < each.calls for each in windows)
        if expected:
            for each in windows:
                each.allowed.append(now)
        allowance = limiter.take(key, "/v3/events", now)
        assert allowance is not None
        assert allowance.is_allowed == expected
        assert allowance.remaining == min(each.calls - len(each.in_window(now)) for each in windows)


@given(calls=st.lists(GAPS, min_size=1, max_size=40))
def test_who_waits_as_long_as_told_is_served(calls: list[int]) -> None:
    """After the seconds that a refusal names, the next call is allowed, whatever was refused."""
    limiter = Limiter(plan_of(Limits("own", per_second=2, per_hour=5)))
    now = 0
    for gap in calls:
        now += gap
        allowance = limiter.take("a", "/", now)
        assert allowance is not None
        if not allowance.is_allowed:
            assert allowance.remaining == 0
            now += allowance.reset * SECOND
            after = limiter.take("a", "/", now)
            assert after is not None
            assert after.is_allowed


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    """A window that lies in the future counts no more."""
    limiter = Limiter(plan_of(Limits("own", per_hour=1)))
    for now in (10**6 * SECOND, 0):
        allowance = limiter.take("a", "/", now)
        assert allowance is not None
        assert allowance.is_allowed


@pytest.mark.parametrize(
    ("path", "calls"),
    [
        ("/v3/events", 10),
        ("/v3/events/batch", 10),
        ("/api/v2/trackEvent", 10),
        ("/v3/contacts/7", 10),
        ("/v3/account", 100),
    ],
)
def test_brevos_plan_counts_as_brevo_does(path: str, calls: int) -> None:
    """Ten a second for events and contacts, a hundred an hour for the rest."""
    limiter = Limiter(BREVO)
    allowed = itertools.takewhile(
        lambda each: each is not None and each.is_allowed,
        (limiter.take("a", path, 0) for _ in range(calls + 5)),
    )
    assert len(list(allowed)) == calls


def test_footfalls_own_paths_are_free_under_brevos_plan() -> None:
    """They are not there at Brevo."""
    assert Limiter(BREVO).take("a", "/footfall/v1/live", 0) is None
