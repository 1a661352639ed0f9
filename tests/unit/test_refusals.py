"""Refused requests on their way from a front to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from footfall.clock import ManualClock
from footfall.errors import InvalidParameter
from footfall.refusals import (
    MAX_BODY,
    MAX_KEPT,
    MAX_KEPT_BYTES,
    MAX_TOLD,
    Refusals,
    RefusedRequests,
)

ERROR = InvalidParameter("event_name is missing", "event_name")
BEGIN = 1_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_700_000_000_000_000_000)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[RefusedRequests]:
    kept = RefusedRequests(tmp_path / "s", BEGIN)
    yield kept
    kept.close()


@pytest.fixture
def front(tmp_path: Path, clock: ManualClock) -> Iterator[Refusals]:
    telling = Refusals(tmp_path / "s", clock.now)
    yield telling
    telling.close()


def tell(front: Refusals, engine: RefusedRequests, name: str, body: bytes = b"{}") -> None:
    front.tell(ERROR, "/v3/events", name, "key", "shop/1.4", body)
    engine.take()


def test_what_was_refused_arrives_whole(front: Refusals, engine: RefusedRequests) -> None:
    """The reason as it was answered, who sent it, and the body to the byte."""
    body = b'{"\xff": "\x00"}'
    tell(front, engine, "r-1", body)
    [refused] = engine.after(BEGIN)
    assert (refused.request_id, refused.path, refused.body) == ("r-1", "/v3/events", body)
    assert (refused.status, refused.code, refused.message) == (400, ERROR.code, ERROR.message)
    assert (refused.key_id, refused.client, refused.lost) == ("key", "shop/1.4", 0)


def test_a_long_body_is_cut_and_its_size_told(front: Refusals, engine: RefusedRequests) -> None:
    """64 KB arrive of a longer body."""
    tell(front, engine, "r", b"x" * (MAX_BODY + 1))
    [refused] = engine.after(0)
    assert (len(refused.body), refused.size) == (MAX_BODY, MAX_BODY + 1)


def test_a_front_tells_of_so_many_a_second_and_counts_the_others(
    front: Refusals, engine: RefusedRequests, clock: ManualClock
) -> None:
    """A flood of refusals costs no more than a bound; the next one told has the others' number."""
    for number in range(MAX_TOLD + 7):
        tell(front, engine, f"r-{number}")
    assert engine.number == BEGIN + MAX_TOLD
    clock.advance(1_000_000_000)
    tell(front, engine, "later")
    assert engine.after(engine.number - 1)[0].lost == 7


def test_without_an_engine_nothing_is_held_up(front: Refusals) -> None:
    """Telling neither fails nor waits where nobody listens, and where nobody reads."""
    for number in range(2 * MAX_TOLD):
        front.tell(ERROR, "/v3/events", str(number), body=b"x" * MAX_BODY)


def test_what_is_kept_is_bounded(
    front: Refusals, engine: RefusedRequests, clock: ManualClock
) -> None:
    """The newest are kept: so many, and of large ones fewer."""
    for number in range(MAX_KEPT + 50):
        clock.advance(100_000_000)
        tell(front, engine, str(number))
    assert [each.request_id for each in engine.after(0)] == [
        str(number) for number in range(50, MAX_KEPT + 50)
    ]
    for _ in range(MAX_KEPT):
        clock.advance(100_000_000)
        tell(front, engine, "large", b"x" * MAX_BODY)
    assert sum(len(each.body) for each in engine.after(0)) <= MAX_KEPT_BYTES


def test_only_what_is_new_is_read(front: Refusals, engine: RefusedRequests) -> None:
    """Whoever read up to a number gets what came after it; a number to come gets nothing."""
    for name in ("a", "b", "c"):
        tell(front, engine, name)
    assert [each.request_id for each in engine.after(BEGIN + 1)] == ["b", "c"]
    assert engine.after(engine.number) == engine.after(engine.number + 5) == []
