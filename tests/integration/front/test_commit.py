"""The group commit alone: what is committed together, in what order, and who hears of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from footfall.backends.sqlite.journal import SqliteJournal
from footfall.doorbell import Doorbell, Doorstep
from footfall.errors import Backpressure, FootfallError, OutOfSpace, Unavailable
from footfall.front.commit import GroupCommit
from footfall.records import Position, Record, Request, request_id


class SlowJournal(SqliteJournal):
    """A journal whose appends wait for permission and can be made to fail."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.permission = threading.Event()
        self.problem: Exception | None = None

    def append(self, requests: Sequence[Request]) -> Record:
        """Wait, then fail or append."""
        self.permission.wait()
        if self.problem is not None:
            raise self.problem
        return super().append(requests)


class Sender:
    """Takes the outcome of one request."""

    def __init__(self, order: list[Sender]) -> None:
        self._order = order
        self.outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def committed(self, request_id: str) -> None:
        self._order.append(self)
        self.outcome.set_result(request_id)

    def failed(self, error: FootfallError) -> None:
        self._order.append(self)
        self.outcome.set_exception(error)


class Desk:
    """A group commit with its journal, bell and senders."""

    def __init__(self, folder: Path) -> None:
        self.journal = SlowJournal(folder / "journal.db")
        self.doorstep = Doorstep(folder / "bell")
        self.applied = 0
        self.answered: list[Sender] = []
        self.commit = GroupCommit(
            self.journal,
            Doorbell(folder / "bell"),
            lambda: self.applied,
            max_waiting=4,
            max_pending=6,
        )

    def submit(self, name: str) -> Sender:
        sender = Sender(self.answered)
        self.commit.submit(Request("event", 1, "k", name.encode()), sender)
        return sender

    def groups(self) -> list[list[str]]:
        """The bodies of each record."""
        records = self.journal.read(Position(0), 1_000)
        return [[request.body.decode() for request in record.requests] for record in records]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    desk.commit.start()
    yield desk
    desk.journal.permission.set()
    await desk.commit.close()
    desk.journal.close()
    desk.doorstep.close()


async def test_what_comes_in_one_turn_is_committed_together(desk: Desk) -> None:
    """One record for the requests of a turn, and one for all that came during its commit."""
    senders = [desk.submit("a"), desk.submit("b")]
    await asyncio.sleep(0)
    senders.append(desk.submit("c"))
    await asyncio.sleep(0)
    senders.append(desk.submit("d"))
    assert desk.commit.waiting == 4
    desk.journal.permission.set()
    await asyncio.gather(*(sender.outcome for sender in senders))
    assert desk.groups() == [["a", "b"], ["c", "d"]]
    assert desk.commit.waiting == 0


async def test_everybody_hears_in_order_under_the_id_of_the_position(desk: Desk) -> None:
    """Positions follow the order of arrival, and so do the answers."""
    desk.journal.permission.set()
    senders = [desk.submit(name) for name in "abc"]
    ids = await asyncio.gather(*(sender.outcome for sender in senders))
    record = desk.journal.record_at(Position(1))
    assert record is not None
    assert ids == [request_id(position, record.nonce) for position in (1, 2, 3)]
    assert desk.answered == senders


async def test_the_engine_is_woken_after_each_commit(desk: Desk) -> None:
    """The bell rings once the record is there."""
    desk.journal.permission.set()
    await desk.submit("a").outcome
    assert await asyncio.to_thread(desk.doorstep.wait, 10)


@pytest.mark.parametrize("problem", [OutOfSpace("full"), Unavailable("locked")])
async def test_a_failed_commit_is_told_to_all_and_forgotten(
    desk: Desk, problem: FootfallError
) -> None:
    """Each request of the group has the error; the next group is tried anew."""
    desk.journal.problem = problem
    desk.journal.permission.set()
    senders = [desk.submit("a"), desk.submit("b")]
    outcomes = await asyncio.gather(*(sender.outcome for sender in senders), return_exceptions=True)
    assert outcomes == [problem, problem]
    assert desk.commit.is_failing
    desk.journal.problem = None
    await desk.submit("c").outcome
    assert desk.groups() == [["c"]]
    assert not desk.commit.is_failing


async def test_an_unforeseen_error_is_told_too(desk: Desk) -> None:
    """It becomes an internal error; the commit goes on with the next group."""
    desk.journal.problem = RuntimeError("broken")
    desk.journal.permission.set()
    with pytest.raises(FootfallError) as caught:
        await desk.submit("a").outcome
    assert (caught.value.status, caught.value.code) == (500, "internal_error")
    desk.journal.problem = None
    await desk.submit("b").outcome
    assert desk.groups() == [["b"]]


async def test_only_so_many_may_wait(desk: Desk) -> None:
    """Past `max_waiting`, those under way included, a request is refused; then taken again."""
    senders = [desk.submit("a"), desk.submit("b")]
    await asyncio.sleep(0)
    senders += [desk.submit("c"), desk.submit("d")]
    with pytest.raises(Backpressure):
        desk.submit("e")
    desk.journal.permission.set()
    await asyncio.gather(*(sender.outcome for sender in senders))
    await desk.submit("f").outcome
    assert desk.groups() == [["a", "b"], ["c", "d"], ["f"]]


async def test_the_engine_may_only_be_so_far_behind(desk: Desk) -> None:
    """Past `max_pending` a request is refused until the engine has applied some."""
    desk.journal.permission.set()
    for name in "abcdefg":
        await desk.submit(name).outcome
    with pytest.raises(Backpressure) as caught:
        desk.submit("h")
    assert caught.value.retry_after
    desk.applied = 3
    async with asyncio.timeout(10):
        while True:
            try:
                await desk.submit("i").outcome
                break
            except Backpressure:
                await asyncio.sleep(0.01)
    assert desk.groups()[-1] == ["i"]


async def test_the_end_waits_for_every_answer(tmp_path: Path) -> None:
    """`close` returns once all that was taken is answered; nothing is taken after it."""
    desk = Desk(tmp_path)
    desk.commit.start()
    senders = [desk.submit("a")]
    await asyncio.sleep(0)
    senders.append(desk.submit("b"))
    closing = asyncio.create_task(desk.commit.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        desk.submit("c")
    assert not closing.done()
    desk.journal.permission.set()
    await closing
    assert all(sender.outcome.result() for sender in senders)
    assert desk.groups() == [["a"], ["b"]]
    desk.journal.close()
    desk.doorstep.close()
