"""The process that writes the journal: what it commits, what it says, and how it ends."""

from __future__ import annotations

import json
import os
import select
import signal
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from footfall.doorbell import Doorstep
from footfall.front.server import Way
from footfall.records import parse_request_id
from tests.integration.front.wire import EVENT, Wire, ask, post
from tests.servers import WAYS, Front

WRITERS = 8


def writer_of(front: Front) -> int:
    """The process id of the front's writer."""
    [writer] = Path(f"/proc/{front.pid}/task/{front.pid}/children").read_text().split()
    return int(writer)


class Load:
    """Clients that each send their next event when the last was answered."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._enough = threading.Event()
        self.acknowledged: dict[str, bytes] = {}
        self.refused: set[int] = set()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def wait_for_some(self) -> None:
        assert self._enough.wait(30)

    def wait_until_refused(self) -> None:
        """Until no client gets a further answer."""
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()

    def _send(self, number: int) -> None:
        with suppress(OSError, EOFError), Wire(self._front.port) as wire:
            for count in range(100_000):
                body = EVENT[:-1] + b',"event_id":"%d-%d"}' % (number, count)
                wire.send(post(self._front.key, body))
                answer = wire.answer()
                if answer.status != 204:
                    self.refused.add(answer.status)
                    return
                self.acknowledged[answer.header("x-request-id") or ""] = body
                if len(self.acknowledged) > 200:
                    self._enough.set()


def check_acknowledged(front: Front, load: Load) -> None:
    """Every acknowledged event stands in the journal where its id says, and once."""
    journaled = {position: request.body for position, request in front.journaled()}
    assert len(set(journaled.values())) == len(journaled)
    for request_id, body in load.acknowledged.items():
        parsed = parse_request_id(request_id)
        assert parsed is not None
        assert journaled[parsed[0]] == body


@pytest.mark.parametrize("way", WAYS)
def test_the_end_under_load_loses_nothing(tmp_path: Path, way: Way) -> None:
    """On SIGTERM every accepted request has its true answer, and front and writer end well."""
    with Front(tmp_path, way) as front:
        load = Load(front)
        load.wait_for_some()
        writer = writer_of(front)
        front.tell_to_end()
        assert front.wait() == 0
        front.close_listener()
        load.wait_until_refused()
        assert not Path(f"/proc/{writer}").exists()
        check_acknowledged(front, load)
        assert len(front.journaled()) == len(load.acknowledged)


def test_the_writer_ends_with_a_front_that_is_killed(tmp_path: Path) -> None:
    """It finishes its commit and goes; nothing acknowledged is lost."""
    with Front(tmp_path) as front:
        load = Load(front)
        load.wait_for_some()
        writer = os.pidfd_open(writer_of(front))
        front.kill()
        front.close_listener()
        load.wait_until_refused()
        assert ended(writer)
        check_acknowledged(front, load)


def test_a_front_without_its_writer_ends(tmp_path: Path) -> None:
    """Who waits is told 503, nothing acknowledged is lost, and another front takes over."""
    with Front(tmp_path) as front:
        load = Load(front)
        load.wait_for_some()
        os.kill(writer_of(front), signal.SIGKILL)
        assert front.wait() != 0
        front.start()
        assert ask(front.port, post(front.key)).status == 204
        load.wait_until_refused()
        assert load.refused <= {503}
        check_acknowledged(front, load)
    lines = [json.loads(line) for line in front.log().splitlines() if line.startswith("{")]
    assert "writer_lost" in {line["event"] for line in lines}


def test_the_writer_survives_the_signals_of_its_group(tmp_path: Path) -> None:
    """SIGTERM and SIGINT for all processes do not end it before the front."""
    with Front(tmp_path) as front:
        assert ask(front.port, post(front.key)).status == 204
        for number in (signal.SIGTERM, signal.SIGINT):
            os.kill(writer_of(front), number)
        assert ask(front.port, post(front.key)).status == 204


def test_the_engine_is_woken_after_a_commit(tmp_path: Path) -> None:
    """The bell rings once the record is there."""
    with Front(tmp_path) as front:
        doorstep = Doorstep(front.data.doorbell)
        assert ask(front.port, post(front.key)).status == 204
        assert doorstep.wait(10)
        doorstep.close()


def ended(pidfd: int) -> bool:
    """Wait for the end of a process that is no child."""
    ending = select.poll()  # Not select(), which takes no descriptor past 1,023.
    ending.register(pidfd, select.POLLIN)
    try:
        return bool(ending.poll(10_000))
    finally:
        os.close(pidfd)
