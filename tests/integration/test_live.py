"""The live stream: every accepted event, as it is accepted, to whoever watches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from footfall.api.tail import BEFORE, MAX_BEHIND, Tail
from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.backends.sqlite.journal import SqliteJournal
from footfall.records import Position, Request
from tests.running import Footfall

LIVE = "/footfall/v1/live"
BY = {"identifiers": {"email_id": "ada@example.com"}}


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("live") / "data") as running:
        yield running


@contextmanager
def watching(footfall: Footfall, **headers: str) -> Iterator[Iterator[tuple[str, Any]]]:
    """The messages of a stream that is open, each with its id."""
    with footfall.client() as client, client.stream("GET", LIVE, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield messages(answer.iter_lines())


def messages(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    id_ = ""
    for line in lines:
        if line.startswith("id: "):
            id_ = line[4:]
        elif line.startswith("data: "):
            yield id_, json.loads(line[6:])


def until_named(stream: Iterator[tuple[str, Any]], name: str) -> list[Any]:
    """The events up to the first of that name."""
    found: list[Any] = []
    for _, message in stream:
        found += message["events"]
        if any(event["name"] == name for event in message["events"]):
            return found
    raise AssertionError("the stream ended")


def test_every_accepted_event_comes_in_order(footfall: Footfall) -> None:
    """Single events and those of a batch, but for refused ones, in order of position."""
    with watching(footfall) as stream, footfall.client() as client:
        footfall.send(BY | {"event_name": "one", "event_properties": {"n": 1}})
        events = [BY | {"event_name": f"b{n}"} for n in range(50)] + [{"event_name": "no one"}]
        assert client.post("/v3/events/batch", json={"events": events}).status_code == 207
        footfall.send(BY | {"event_name": "last"})
        found = until_named(stream, "last")
    names = [event["name"] for event in found]
    assert names[names.index("one") :] == ["one", *(f"b{n}" for n in range(50)), "last"]
    positions = [event["position"] for event in found]
    assert positions == list(range(positions[0], positions[0] + len(positions)))
    one = found[names.index("one")]
    assert one["properties"] == '{"n": 1}'
    assert one["identifiers"] == {"email_id": "ada@example.com"}


def test_an_event_of_a_batch_opens_by_its_position(footfall: Footfall) -> None:
    """What is known of one event is known of one in a batch, with its own part of the body."""
    with footfall.client() as client, watching(footfall) as stream:
        events = [{"event_name": "refused"}] + [BY | {"event_name": f"p{n}"} for n in range(3)]
        client.post("/v3/events/batch", json=events)
        found = until_named(stream, "p2")
        opened = client.get(f"/footfall/v1/events/{found[-2]['position']}").json()
    assert (opened["name"], opened["verdict"]) == ("p1", "applied")
    assert json.loads(opened["body"]) == events[2]


def test_verdicts_follow(footfall: Footfall) -> None:
    """An event that is set aside is told of as such, by its position and with the reason."""
    with watching(footfall) as stream:
        footfall.send({"event_name": "late", "identifiers": {"contact_id": 999_999}})
        verdicts: list[Any] = []
        late = None
        while late is None or late["position"] not in [each["position"] for each in verdicts]:
            _, message = next(stream)
            verdicts += message["verdicts"]
            late = next((each for each in message["events"] if each["name"] == "late"), late)
    [verdict] = [each for each in verdicts if each["position"] == late["position"]]
    assert verdict["verdict"] == "set_aside"
    assert "999999" in verdict["message"]


def refusals(stream: Iterator[tuple[str, Any]], count: int) -> list[Any]:
    """So many refused requests."""
    found: list[Any] = []
    while len(found) < count:
        _, message = next(stream)
        found += message["refused"]
    return found


def test_refused_requests_come_with_their_body(footfall: Footfall) -> None:
    """Whatever way a request takes through the front: the reason, the key and the very body."""
    bodies = [b'{"event_name": "no one"}', b"not JSON"]
    json_type = {"content-type": "application/json"}
    id_ = "0-0"
    with watching(footfall) as stream, footfall.client() as client:
        footfall.send(BY | {"event_name": "begin"})
        id_ = next(
            id_
            for id_, message in stream
            if any(event["name"] == "begin" for event in message["events"])
        )
    with watching(footfall, **{"last-event-id": id_}) as stream, footfall.client() as client:
        client.headers["user-agent"] = "shop/1.4"
        answers = [client.post("/v3/events", content=body, headers=json_type) for body in bodies]
        chunks = iter([b'{"event_name":', b' "streamed"}'])
        answers.append(client.post("/v3/events", content=chunks, headers=json_type))
        batch = [BY | {"event_name": "good"}, {"event_name": "bad"}]
        assert client.post("/v3/events/batch", json=batch).status_code == 207
        answers.append(client.post("/v3/events/batch", json=batch[1:]))
        answers.append(client.post("/v3/events", headers={"api-key": "wrong"}, content=b"{}"))
        found = refusals(stream, 6)
    ids = [each["request_id"] for each in found]
    assert [ids[0], ids[1], ids[2], ids[4], ids[5]] == [
        answer.headers["x-request-id"] for answer in answers
    ]
    assert [each["body"] for each in found[:3]] == [
        '{"event_name": "no one"}',
        "not JSON",
        '{"event_name": "streamed"}',
    ]
    assert json.loads(found[3]["body"]) == batch
    assert "1 of 2 events refused; events[1]: " in found[3]["message"]
    assert json.loads(found[4]["body"]) == batch[1:]
    assert [each["status"] for each in found] == [400, 400, 400, 400, 400, 401]
    assert [each["message"] for each in found[:3]] == [
        answer.json()["message"] for answer in answers[:3]
    ]
    assert {(each["key_name"], each["client"]) for each in found[:5]} == {("test", "shop/1.4")}
    assert (found[5]["key_name"], found[5]["body"], found[5]["code"]) == ("", "", "unauthorized")


def test_a_reader_goes_on_where_it_was(footfall: Footfall) -> None:
    """With the id of the last message, a new stream begins with what follows it."""
    with watching(footfall) as stream:
        footfall.send(BY | {"event_name": "before"})
        id_ = next(
            id_
            for id_, message in stream
            if any(event["name"] == "before" for event in message["events"])
        )
    footfall.send(BY | {"event_name": "meanwhile"})
    with watching(footfall, **{"last-event-id": id_}) as stream:
        found = until_named(stream, "meanwhile")
    assert [event["position"] for event in found] == [int(id_.partition("-")[0]) + 1]


def test_a_bounded_number_may_watch(footfall: Footfall) -> None:
    """Sixteen streams are open at a time; the next is refused, and let in once one has ended."""
    with ExitStack() as others:
        for _ in range(15):
            others.enter_context(watching(footfall))
        with watching(footfall), footfall.client() as client:
            refused = client.get(LIVE)
        assert (refused.status_code, refused.json()["code"]) == (503, "service_unavailable")
        assert refused.headers["retry-after"] == "5"
        with footfall.client() as client:
            while True:  # The server hears of the end a moment later.
                with client.stream("GET", LIVE) as answer:
                    if answer.status_code == 200:
                        break


def test_who_may_not_read_is_not_let_in(footfall: Footfall) -> None:
    """The stream takes a key with `events:read`."""
    assert httpx.get(f"{footfall.url}{LIVE}").status_code == 401


def test_an_open_stream_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """A server that is told to end ends its streams, well before its patience runs out."""
    with Footfall(tmp_path / "data") as footfall, watching(footfall) as stream:
        footfall.send(BY | {"event_name": "one"})
        until_named(stream, "one")
        assert footfall.stop() == 0


@pytest.fixture
def tail(tmp_path: Path) -> Iterator[tuple[SqliteJournal, SqliteDirectory]]:
    journal = SqliteJournal(tmp_path / "journal.db")
    directory = SqliteDirectory(tmp_path / "directory.db")
    yield journal, directory
    directory.close()
    journal.close()


def event(name: str) -> Request:
    body = json.dumps(BY | {"event_name": name}).encode()
    return Request("event", 1_700_000_000_000_000_000, "k", body)


def test_whoever_is_too_slow_is_told_how_many_were_skipped(
    tail: tuple[SqliteJournal, SqliteDirectory],
) -> None:
    """What was read and what was skipped is all that there is, and the newest is read."""
    journal, directory = tail
    journal.append([event("first")])
    reader = Tail(journal, directory, Position(0))
    read = len(message.events) if (message := reader.more(Position(0))) else 0
    assert read == 1
    for _ in range(11):
        journal.append([event("flood")] * (MAX_BEHIND // 10))
    journal.append([event("last")])
    skipped, names = 0, []
    while message := reader.more(Position(0)):
        skipped += message.skipped
        names += [each.name for each in message.events]
    assert skipped > 0
    assert read + skipped + len(names) == journal.head()
    assert names[-1] == "last"


@pytest.mark.parametrize("earlier", [0, 1, BEFORE - 1, BEFORE, BEFORE + 1])
def test_a_new_stream_begins_a_little_before_now(
    tail: tuple[SqliteJournal, SqliteDirectory], earlier: int
) -> None:
    """The page is not empty at first: the last hundred come, or as many as there are."""
    journal, directory = tail
    for number in range(earlier):
        journal.append([event(f"e{number}")])
    message = Tail(journal, directory, None).more(Position(0))
    names = [each.name for each in message.events] if message else []
    assert names == [f"e{number}" for number in range(earlier)][-BEFORE:]


def test_commands_and_unreadable_events_are_passed_over(
    tail: tuple[SqliteJournal, SqliteDirectory],
) -> None:
    """What is no event is not shown; an event that cannot be read is shown without its name."""
    journal, directory = tail
    odd = Request("event", 1, "k", b"\xff")
    batch = Request("batch", 1, "k", b"[", count=2)
    journal.append([event("a"), Request("settings", 1, "", b"{}"), odd, batch, event("b")])
    message = Tail(journal, directory, Position(0)).more(Position(0))
    assert message is not None
    assert [(each.position, each.name) for each in message.events] == [
        (1, "a"),
        (3, ""),
        (4, ""),
        (5, ""),
        (6, "b"),
    ]
