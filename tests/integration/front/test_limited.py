"""Rate limits at a running front."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.front.wire import EVENT, Wire, ask, post
from tests.servers import WAYS, Front

FIELDS = ("x-sib-ratelimit-limit", "x-sib-ratelimit-remaining", "x-sib-ratelimit-reset")


@pytest.fixture(scope="module", params=WAYS)
def limited(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """A front, started for either way, of which a key may ask three times an hour."""
    variables = {"FOOTFALL_LIMITS_RATES": "own", "FOOTFALL_LIMITS_PER_HOUR": "3"}
    with Front(tmp_path_factory.mktemp("limited"), request.param, variables) as running:
        yield running


def test_past_the_limit_nothing_is_taken_in_and_the_answer_says_when_to_repeat(
    limited: Front,
) -> None:
    """Three are accepted and counted down; the fourth is a 429 whose Retry-After is the reset."""
    _, key = limited.create_key("events:write")
    before = len(limited.journaled())
    answers = [ask(limited.port, post(key, EVENT)) for _ in range(4)]
    assert [each.status for each in answers] == [204, 204, 204, 429]
    assert [each.header(FIELDS[1]) for each in answers] == ["2", "1", "0", "0"]
    assert {each.header(FIELDS[0]) for each in answers} == {"3"}
    assert len(limited.journaled()) == before + 3
    refused = answers[-1]
    assert refused.error()[:2] == (429, "too_many_requests")
    assert refused.header("retry-after") == refused.header(FIELDS[2])
    assert 3_500 < int(refused.header("retry-after") or "") <= 3_600


def test_every_answer_to_a_good_key_tells_what_is_left(limited: Front) -> None:
    """A refused body and an engine that is down count too."""
    _, key = limited.create_key("events:write")
    refused = ask(limited.port, post(key, b"{}"))
    assert (refused.status, refused.header(FIELDS[1])) == (400, "2")
    down = ask(
        limited.port, f"GET /v3/account HTTP/1.1\r\nHost: a\r\napi-key: {key}\r\n\r\n".encode()
    )
    assert (down.status, down.header(FIELDS[1])) == (503, "1")


def test_a_call_without_a_good_key_is_not_counted(limited: Front) -> None:
    """It is refused for that, and nobody learns of limits."""
    for secret in (None, "unknown"):
        answer = ask(limited.port, post(secret, EVENT))
        assert answer.status == 401
        assert [answer.header(name) for name in FIELDS] == [None, None, None]


def test_the_connection_goes_on_after_a_refusal_of_a_body_that_was_sent(limited: Front) -> None:
    """What follows on the connection is read as the next request."""
    _, key = limited.create_key("events:write")
    with Wire(limited.port) as wire:
        wire.send(post(key, EVENT) * 5)
        assert [wire.answer().status for _ in range(5)] == [204, 204, 204, 429, 429]


def test_without_limits_no_answer_speaks_of_them(front: Front) -> None:
    """They are off by default."""
    answer = ask(front.port, post(front.key, EVENT))
    assert [answer.header(name) for name in FIELDS] == [None, None, None]
