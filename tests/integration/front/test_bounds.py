"""What the front bears: slow, silent, large and many clients, and an engine that is behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.front.connection import MAX_HEAD, MAX_PIPELINED
from footfall.ports import Changes
from footfall.records import Position
from tests.integration.front.wire import EVENT, Wire, ask, chunked, post
from tests.servers import WAYS, Front

CONNECTIONS = 8


@pytest.fixture(scope="module", params=WAYS)
def strict(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """A front with little patience and little room."""
    variables = {
        "FOOTFALL_INTAKE_REQUEST_SECONDS": "1",
        "FOOTFALL_INTAKE_IDLE_SECONDS": "1",
        "FOOTFALL_INTAKE_MAX_CONNECTIONS": str(CONNECTIONS),
        "FOOTFALL_JOURNAL_MAX_PENDING": "1000",
    }
    with Front(tmp_path_factory.mktemp("strict"), request.param, variables) as running:
        yield running


def test_a_request_must_arrive_whole_in_time(strict: Front) -> None:
    """408 and the end, in the head or in the body, whatever the request is."""
    usual, in_chunks = post(strict.key), chunked(strict.key, EVENT)
    other = post(strict.key, target="/v3/contacts")
    begun = (usual[:1], usual[:60], usual[:-1], in_chunks[:60], in_chunks[:-1], other[:60])
    wires = [Wire(strict.port) for _ in begun]
    for wire, part in zip(wires, begun, strict=True):
        wire.send(part)
    for wire in wires:
        with wire:
            answer = wire.answer()
            assert answer.error()[:2] == (408, "request_timeout")
            assert answer.header("connection") == "close"
            assert wire.is_closed()


def test_time_is_counted_for_each_request(strict: Front) -> None:
    """A connection may live long; each request that is whole in time gets its answer."""
    with Wire(strict.port) as wire:
        for _ in range(3):
            request = post(strict.key)
            wire.send(request[:60])
            time.sleep(0.5)  # the time itself is what is tested
            wire.send(request[60:])
            assert wire.answer().status == 204


def test_a_silent_connection_is_closed(strict: Front) -> None:
    """Without a word, whether it was used or not, and though a refused body is still awaited."""
    with Wire(strict.port) as unused, Wire(strict.port) as used, Wire(strict.port) as refused:
        used.send(post(strict.key))
        assert used.answer().status == 204
        refused.send(post("x")[:-1])
        assert refused.answer().status == 401
        for wire in (unused, used, refused):
            assert wire.is_closed()


def test_requests_that_wait_on_a_connection_are_bounded(strict: Front) -> None:
    """A flood of tiny ones is answered in order, then by 503 and the end; none fills the memory."""
    with Wire(strict.port) as wire:
        wire.send(b"GET /healthz HTTP/1.1\r\n\r\n" * 20_000)
        statuses = []
        with suppress(EOFError, ConnectionResetError):
            while True:
                statuses.append(wire.answer().status)
    assert statuses[-1] == 503
    assert set(statuses[:-1]) == {200}
    assert MAX_PIPELINED <= len(statuses) < 20_000


def test_too_many_connections_are_refused(strict: Front) -> None:
    """503 and the end for those past the bound; there is room again when others leave."""
    wires = [Wire(strict.port) for _ in range(CONNECTIONS)]
    for wire in wires:
        wire.send(post(strict.key))
        assert wire.answer().status == 204
    with Wire(strict.port) as wire:
        wire.send(post(strict.key))
        answer = wire.answer()
        assert answer.error()[:2] == (503, "service_unavailable")
        assert (answer.header("retry-after"), answer.header("connection")) == ("1", "close")
        assert wire.is_closed()
    for wire in wires:
        wire.leave()
    deadline = time.monotonic() + 10
    while ask(strict.port, post(strict.key)).status != 204:
        assert time.monotonic() < deadline


@pytest.mark.parametrize("pieces", [1, 3])
def test_the_head_of_a_request_is_bounded(front: Front, pieces: int) -> None:
    """431 for one byte too many, in target and fields together."""
    bare = post(front.key, EVENT, "x-large: ")
    size = sum(len(line) + 2 for line in bare.split(b"\r\n\r\n")[0].split(b"\r\n")[1:])
    room = MAX_HEAD - size - len("/v3/events")
    for more, status in ((0, 204), (1, 431)):
        request = post(front.key, EVENT, "x-large: " + "x" * (room + more))
        step = len(request) // pieces + 1
        with Wire(front.port) as wire:
            wire.send(*(request[at : at + step] for at in range(0, len(request), step)))
            answer = wire.answer()
            assert answer.status == status
            if status == 431:
                assert answer.error()[1] == "request_header_fields_too_large"
                assert wire.is_closed()


def test_a_head_without_end_is_cut_off(front: Front) -> None:
    """431 before the client has sent much, though no field of it is whole."""
    with Wire(front.port) as wire:
        wire.send(b"POST /v3/events HTTP/1.1\r\nx-endless: ")
        for _ in range(20):
            wire.send(b"x" * 16_384)
        assert wire.answer().error()[0] == 431
        assert wire.is_closed()


@pytest.mark.parametrize("way", WAYS)
def test_the_front_waits_for_an_engine_that_is_behind(
    tmp_path_factory: pytest.TempPathFactory, way: str
) -> None:
    """503 with Retry-After past `journal.max_pending`, and 204 again once the engine caught up."""
    variables = {"FOOTFALL_JOURNAL_MAX_PENDING": "3"}
    with Front(tmp_path_factory.mktemp("behind"), way, variables) as front:  # type: ignore[arg-type]
        with Wire(front.port) as wire:
            for status in (204, 204, 204, 204, 503, 503):
                wire.send(post(front.key))
                answer = wire.answer()
                assert answer.status == status
            assert answer.error()[1] == "service_unavailable"
            assert int(answer.header("retry-after") or "") >= 1
        directory = SqliteDirectory(front.data.directory)
        directory.apply(
            Changes(
                position=Position(4),
                received_at=1,
                next_contact_id=1,
                next_folder_id=1,
                next_list_id=1,
            )
        )
        directory.close()
        deadline = time.monotonic() + 10
        while ask(front.port, post(front.key)).status == 503:
            assert time.monotonic() < deadline
        assert len(front.journaled()) == 5


@pytest.mark.parametrize("library", ["numpy", "pyarrow", "chdb"])
def test_a_front_loads_nothing_that_only_the_engine_needs(front: Front, library: str) -> None:
    """It is to stay small, for there may be many."""
    assert f"/{library}" not in Path(f"/proc/{front.pid}/maps").read_text()
