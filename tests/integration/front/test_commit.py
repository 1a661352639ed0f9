"""The group commit alone: what is committed together, in what order, and who hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from footfall.errors import Backpressure, FootfallError, OutOfSpace, Unauthorized, Unavailable
from footfall.front.commit import GroupCommit
from footfall.front.writer import Outcome
from footfall.records import Request, new_nonce, request_id

NONCE = new_nonce(bytes(10))


class HandWriter:
    """A writer whose commits end when the test says so."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.is_closed = False

    async def connect(self, told: Callable[[Outcome], None], lost: Callable[[], None]) -> None:
        self.tell = told
        self.lose = lost

    def write(self, requests: Sequence[Request]) -> None:
        self.groups.append([request.body.decode() for request in requests])

    def commit(self, position: int) -> None:
        """The group that was written last is on disk."""
        self.tell(Outcome(position, NONCE, 0.001))

    async def close(self) -> None:
        self.is_closed = True


class Sender:
    """Takes the outcome of one request."""

    def __init__(self, answered: list[Sender]) -> None:
        self._answered = answered
        self.outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def committed(self, request_id: str) -> None:
        self._answered.append(self)
        self.outcome.set_result(request_id)

    def failed(self, error: FootfallError) -> None:
        self._answered.append(self)
        self.outcome.set_exception(error)


class Desk:
    """A group commit with its writer and senders."""

    def __init__(self) -> None:
        self.writer = HandWriter()
        self.applied = 0
        self.doubts: dict[str, FootfallError] = {}
        self.is_lost = False
        self.answered: list[Sender] = []
        self.commit = GroupCommit(
            self.writer, 0, lambda: self.applied, max_waiting=4, max_pending=6
        )

    async def start(self) -> None:
        await self.commit.start(lambda: self.doubts, self._lose)

    def _lose(self) -> None:
        self.is_lost = True

    def submit(self, name: str, key: str = "k", count: int = 1) -> Sender:
        sender = Sender(self.answered)
        self.commit.submit(Request("event", 1, key, name.encode(), count), sender)
        return sender


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    await desk.start()
    yield desk
    # Nobody need look at an outcome that the test is not about.
    for sender in desk.answered:
        if sender.outcome.done():
            sender.outcome.exception()


async def turn() -> None:
    """Let the event loop come round."""
    await asyncio.sleep(0)


async def test_what_comes_in_one_turn_is_committed_together(desk: Desk) -> None:
    """One group for the requests of a turn, and one for all that came during its commit."""
    desk.submit("a")
    desk.submit("b")
    await turn()
    desk.submit("c")
    await turn()
    desk.submit("d")
    assert desk.writer.groups == [["a", "b"]]
    assert desk.commit.waiting == 4
    desk.writer.commit(1)
    assert desk.writer.groups == [["a", "b"], ["c", "d"]]
    assert desk.commit.waiting == 2
    desk.writer.commit(3)
    assert desk.commit.waiting == 0


async def test_everybody_hears_in_order_under_the_id_of_the_position(desk: Desk) -> None:
    """Positions follow the order of arrival and the number of entries, and so do the answers."""
    senders = [desk.submit("a"), desk.submit("b", count=5), desk.submit("c")]
    await turn()
    assert not any(sender.outcome.done() for sender in senders)
    desk.writer.commit(70_000)
    ids = [sender.outcome.result() for sender in senders]
    assert ids == [request_id(position, NONCE) for position in (70_000, 70_001, 70_006)]
    assert desk.answered == senders


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        (Outcome(refusal="OutOfSpace", message="full", retry_after=5), OutOfSpace("full", 5)),
        (Outcome(refusal="Unavailable", message="locked"), Unavailable("locked", 1)),
        (Outcome(refusal="fault"), FootfallError("A fault of the server; its log has it")),
    ],
)
async def test_a_failed_commit_is_told_to_all_and_forgotten(
    desk: Desk, outcome: Outcome, error: FootfallError
) -> None:
    """Each request of the group has the error; the next group is tried anew."""
    senders = [desk.submit("a"), desk.submit("b")]
    await turn()
    desk.writer.tell(outcome)
    for sender in senders:
        told = sender.outcome.exception()
        assert type(told) is type(error)
        assert str(told).startswith(str(error))
        assert isinstance(told, FootfallError)
        assert told.retry_after == error.retry_after
    assert desk.commit.is_failing
    sender = desk.submit("c")
    await turn()
    desk.writer.commit(1)
    assert sender.outcome.result() == request_id(1, NONCE)
    assert not desk.commit.is_failing


async def test_only_so_many_may_wait(desk: Desk) -> None:
    """Past `max_waiting`, those under way included, a request is refused; then taken again."""
    for name in "ab":
        desk.submit(name)
    await turn()
    for name in "cd":
        desk.submit(name)
    with pytest.raises(Backpressure):
        desk.submit("e")
    desk.writer.commit(1)
    desk.submit("f")
    desk.writer.commit(3)
    assert desk.writer.groups == [["a", "b"], ["c", "d"], ["f"]]


async def test_the_engine_may_only_be_so_far_behind(desk: Desk) -> None:
    """Past `max_pending` a request is refused until the engine has applied some."""
    desk.submit("a", count=7)
    await turn()
    desk.writer.commit(1)
    with pytest.raises(Backpressure) as caught:
        desk.submit("b")
    assert caught.value.retry_after
    desk.applied = 1
    async with asyncio.timeout(10):
        while True:
            try:
                desk.submit("c")
                break
            except Backpressure:
                await asyncio.sleep(0.01)


async def test_a_key_in_doubt_is_asked_for_before_the_commit(desk: Desk) -> None:
    """The requests of that key are refused, the others of the group are committed."""
    desk.doubts = {"bad": Unauthorized("Key not found")}
    refused = [desk.submit("a", "bad"), desk.submit("b", "bad")]
    taken = desk.submit("c")
    await turn()
    assert all(isinstance(sender.outcome.exception(), Unauthorized) for sender in refused)
    assert desk.writer.groups == [["c"]]
    desk.writer.commit(1)
    assert taken.outcome.result() == request_id(1, NONCE)


async def test_a_group_of_doubtful_keys_only_is_not_written(desk: Desk) -> None:
    """Nothing is left to commit, and the next group is taken as usual."""
    desk.doubts = {"bad": Unauthorized("Key not found")}
    desk.submit("a", "bad")
    await turn()
    desk.doubts = {}
    desk.submit("b")
    await turn()
    assert desk.writer.groups == [["b"]]
    desk.writer.commit(1)


async def test_the_end_waits_for_every_answer(desk: Desk) -> None:
    """`close` returns once all that was taken is answered; nothing is taken after it."""
    first = desk.submit("a")
    await turn()
    second = desk.submit("b")
    closing = asyncio.create_task(desk.commit.close())
    await turn()
    for _ in range(2):
        with pytest.raises(Unavailable):
            desk.submit("c")
        assert not closing.done()
        desk.writer.commit(1)
        await turn()
    await closing
    assert desk.writer.is_closed
    assert first.outcome.result()
    assert second.outcome.result()


async def test_without_its_writer_everybody_is_refused(desk: Desk) -> None:
    """Whoever waits is told at once, later requests are not taken, and the server hears of it."""
    senders = [desk.submit("a")]
    await turn()
    senders.append(desk.submit("b"))
    desk.writer.lose()
    assert all(isinstance(sender.outcome.exception(), Unavailable) for sender in senders)
    assert desk.is_lost
    assert desk.commit.is_lost
    with pytest.raises(Unavailable):
        desk.submit("c")
    await desk.commit.close()
