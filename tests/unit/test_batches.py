"""Batches: both forms of the body, and each event held to the rules by itself."""

from __future__ import annotations

import json

import pytest

from footfall.batches import accepted_events, check_batch
from footfall.errors import InvalidParameter, MalformedBody, MissingParameter

GOOD = {"event_name": "viewed", "identifiers": {"ext_id": "x"}}
BAD = {"event_name": "no spaces", "identifiers": {"ext_id": "x"}}


@pytest.mark.parametrize("wrapped", [True, False], ids=["{events: []}", "bare array"])
def test_both_forms_are_read(wrapped: bool) -> None:
    """The object with `events` and the bare array mean the same."""
    events = [GOOD, BAD, GOOD]
    body = json.dumps({"events": events} if wrapped else events).encode()
    batch = check_batch(body, 200)
    assert (batch.total, batch.accepted, list(batch.refused)) == (3, 2, [1])
    accepted = list(accepted_events(body, batch.refused))
    assert [(index, json.loads(text)) for index, text in accepted] == [(0, GOOD), (2, GOOD)]


def test_texts_are_the_ones_sent() -> None:
    """Each event's text is kept to the letter, blanks included."""
    text = '{ "event_name":"a" , "identifiers":{"ext_id":"x"},"event_properties":{"n":1.0 } }'
    body = f" [ {text} ]".encode()
    assert list(accepted_events(body, ())) == [(0, text.encode())]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[]", MissingParameter),
        (b'{"events":[]}', MissingParameter),
        (b"{}", MissingParameter),
        (b'{"events":null}', MissingParameter),
        (b"3", MissingParameter),
        (b'{"events":{}}', InvalidParameter),
        (b'{"events":[', MalformedBody),
        (b'{"events":[1],"events":[2]}', MalformedBody),
        (b"[" * 5_000, MalformedBody),
        (b"", MalformedBody),
    ],
)
def test_what_is_no_batch_is_refused_whole(body: bytes, error: type[Exception]) -> None:
    """Without a list of events there is nothing to hold to the rules one by one."""
    with pytest.raises(error):
        check_batch(body, 200)


def test_too_many_events_are_refused_whole() -> None:
    """One event past the bound, and none is accepted."""
    assert check_batch(json.dumps([GOOD] * 3).encode(), 3).accepted == 3
    with pytest.raises(InvalidParameter, match="at most 3"):
        check_batch(json.dumps([GOOD] * 4).encode(), 3)


@pytest.mark.parametrize("item", [b"1", b"null", b'"x"', b"[]", b'{"a":1,"a":2}', b'"\xff"'])
def test_an_item_that_is_no_event_is_refused_alone(item: bytes) -> None:
    """Whatever stands in the list, the good events beside it are kept."""
    body = b"[" + item + b"," + json.dumps(GOOD).encode() + b"]"
    batch = check_batch(body, 200)
    assert list(batch.refused) == [0]
    assert batch.refused[0]
