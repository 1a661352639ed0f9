"""How closely runs follow one another: entries gather, unless somebody waits for them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from footfall.backends.sqlite.journal import SqliteJournal
from footfall.clock import SystemClock
from footfall.doorbell import Doorbell, Doorstep
from footfall.engine.applier import Applier
from footfall.engine.outcomes import Outcome
from footfall.engine.pace import Pace
from footfall.engine.read_ahead import ReadAhead
from footfall.engine.timekeeping import Timekeeper
from footfall.records import Position, Record
from tests.engine.stores import Stores, event, request

LONG = 3_600.0
"""Nobody would wait that long."""


class Applying:
    """An applier at work in a thread of its own, and the positions that it told of."""

    def __init__(
        self,
        stores: Stores,
        *,
        max_batch: int = 20_000,
        max_behind: int = 2_500_000,
        journal: SqliteJournal | None = None,
    ) -> None:
        self.stores = stores
        self.pace = Pace(LONG, monotonic)
        self._told: list[Position] = []
        self._changed = threading.Condition()
        journal = journal or stores.journal
        path = stores.folder / "doorbell.sock"
        self._doorstep = Doorstep(path)
        self._doorbell = Doorbell(path)
        self._applier = Applier(
            journal,
            ReadAhead(journal, max_batch, lambda _step, _seconds: None),
            stores.pipeline,
            self._doorstep,
            self.pace,
            max_batch=max_batch,
            max_behind=max_behind,
            applied=self._hear,
            timekeeper=Timekeeper(stores.journal, stores.directory, SystemClock()),
            computations=stores.computations,
        )
        self._thread = threading.Thread(target=self._applier.run)

    def __enter__(self) -> Applying:
        self._thread.start()
        self.wait_for(0)
        return self

    def __exit__(self, *_: object) -> None:
        self._applier.stop()
        self._doorbell.ring()
        self._thread.join(30)
        assert not self._thread.is_alive()
        self._doorbell.close()
        self._doorstep.close()

    def send(self, number: int = 1) -> None:
        """Journal that many events and ring."""
        self.stores.append([request(event(ext_id="a"))] * number)
        self._doorbell.ring()

    def wait_for(self, position: int) -> None:
        """Until it is applied."""
        with self._changed:
            assert self._changed.wait_for(lambda: position in self._told, 30)

    @property
    def runs(self) -> int:
        """How many runs there were."""
        with self._changed:
            return len([position for position in self._told if position])

    def _hear(self, position: Position, _outcomes: Mapping[Position, Outcome]) -> None:
        with self._changed:
            self._told.append(position)
            self._changed.notify_all()


def test_an_event_alone_is_applied_at_once(stores: Stores) -> None:
    """However long the pace is, the first run after a rest does not wait."""
    with Applying(stores) as applying:
        applying.send()
        applying.wait_for(1)


def test_what_comes_during_a_rest_is_applied_when_somebody_waits(stores: Stores) -> None:
    """A reader ends the rest, and all that gathered is one run."""
    with Applying(stores) as applying:
        applying.send()
        applying.wait_for(1)
        for _ in range(5):
            applying.send()
        assert applying.runs == 1
        applying.pace.hurry()
        applying.wait_for(6)
        assert applying.runs == 2


def test_a_full_run_is_followed_at_once(stores: Stores) -> None:
    """An engine that is behind does not rest."""
    stores.append([request(event(ext_id="a"))] * 100)
    stores.append([request(event(ext_id="a"))] * 10)
    with Applying(stores, max_batch=100) as applying:
        applying.wait_for(110)


class Sealing(SqliteJournal):
    """A journal that tells of the first block that was sealed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.has_sealed = threading.Event()

    def seal(self, up_to: Position, max_entries: int) -> int:
        sealed = super().seal(up_to, max_entries)
        if sealed:
            self.has_sealed.set()
        return sealed


class Trickling(SqliteJournal):
    """A journal into which one more event comes while the first run is applied."""

    def read(self, after: Position, max_entries: int) -> list[Record]:
        records = super().read(after, max_entries)
        if len(records) == 1 and records[0].position == 1:
            self.append([request(event(ext_id="a"))])
        return records


def test_blocks_are_sealed_while_events_keep_coming(stores: Stores) -> None:
    """A rest between two runs is used for it: the journal does not wait for a quiet moment."""
    journal = Sealing(stores.folder / "journal.db")
    with Applying(stores, journal=journal) as applying:
        applying.send(5_000)
        applying.wait_for(5_000)
        assert journal.has_sealed.wait(30)
    journal.close()


def test_an_engine_that_is_far_behind_does_not_rest(stores: Stores) -> None:
    """What the journal may hold for the engine is bounded: near the bound, applying comes first."""
    journal = Trickling(stores.folder / "journal.db")
    with Applying(stores, max_behind=0, journal=journal) as applying:
        applying.send()
        applying.wait_for(2)
    journal.close()


class Stopwatch:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_next_run_is_due_as_long_after_the_last_as_it_was_set() -> None:
    """From begin to begin, without anybody who waits."""
    now = Stopwatch()
    pace = Pace(5, now)
    pace.begin()
    now.seconds = 1
    pace.end(1, 0, full=False)
    now.seconds = 4.9
    assert pace.may_rest
    now.seconds = 5
    assert not pace.may_rest


def test_a_rest_is_as_long_as_the_run_while_as_much_keeps_coming() -> None:
    """Half of the time belongs to those who accept, however long a run takes."""
    now = Stopwatch()
    pace = Pace(0, now)
    pace.begin()
    now.seconds = 5
    pace.end(100, 150, full=True)
    now.seconds = 9.9
    assert pace.may_rest
    now.seconds = 10
    assert not pace.may_rest


def test_a_rest_ends_when_the_next_run_is_due() -> None:
    """Whoever rests sleeps until then, and returns by itself."""
    pace = Pace(0.05, monotonic)
    began = monotonic()
    pace.begin()
    pace.end(1, 0, full=False)
    pace.rest()
    assert monotonic() - began >= 0.045
    assert not pace.may_rest


def test_nothing_is_waited_for_when_nothing_comes_any_more() -> None:
    """After a burst the engine catches up without a rest."""
    pace = Pace(LONG, monotonic)
    pace.begin()
    pace.end(100, 0, full=True)
    assert not pace.may_rest


def test_whoever_waits_is_not_forgotten_before_the_rest() -> None:
    """A call for haste between the begin of a run and its rest counts."""
    pace = Pace(LONG, monotonic)
    pace.begin()
    pace.hurry()
    pace.end(1, 0, full=False)
    pace.rest()
    assert not pace.may_rest
