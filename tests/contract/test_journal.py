"""What the port `Journal` guarantees, against every implementation."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.backends.sqlite.journal import SqliteJournal
from footfall.errors import Unavailable
from footfall.ports import Journal
from footfall.records import Position, Record, Request, entries, parse_request_id, request_id
from tests.searching import examples

BLOCK: Final = 8
"""Entries of a sealed block in these tests."""
ALL: Final = 1_000_000

OpenJournal = Callable[[Path], Journal]


def open_sqlite(folder: Path) -> Journal:
    return SqliteJournal(folder / "journal.db", seal_entries=BLOCK)


OPENERS: Final = [pytest.param(open_sqlite, id="sqlite")]


@pytest.fixture(params=OPENERS)
def open_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Journal]]:
    """Opens the journal of this test as often as wanted, each time as another process would."""
    opener: OpenJournal = request.param
    opened: list[Journal] = []

    def open_it() -> Journal:
        opened.append(opener(tmp_path))
        return opened[-1]

    yield open_it
    for journal in opened:
        journal.close()


@pytest.fixture
def journal(open_journal: Callable[[], Journal]) -> Journal:
    return open_journal()


def event(number: int = 0, count: int = 1) -> Request:
    return Request("event", 1_700_000_000 * 10**9 + number, "key", b"%d" % number, count=count)


def append_singles(journal: Journal, count: int) -> list[Record]:
    return [journal.append([event(number)]) for number in range(count)]


def read_all(journal: Journal, step: int = ALL) -> list[Record]:
    """Everything, read piece by piece, as the engine does."""
    records: list[Record] = []
    while more := journal.read(records[-1].last if records else Position(0), step):
        records += more
    return records


def test_an_empty_journal_has_nothing(journal: Journal) -> None:
    """Head 0, nothing to read, no record, nothing to seal, nothing wrong."""
    assert journal.head() == 0
    assert journal.read(Position(0), ALL) == []
    assert journal.record_at(Position(0)) is None
    assert journal.record_at(Position(1)) is None
    assert journal.seal(Position(0), ALL) == 0
    assert journal.check() == []


def test_positions_count_entries_from_one(journal: Journal) -> None:
    """A record takes as many positions as its requests have entries, and the next one follows."""
    first = journal.append([event(1, count=3), event(2)])
    second = journal.append([event(3)])
    assert (first.position, first.last) == (1, 4)
    assert (second.position, second.last) == (5, 5)
    assert [position for position, _ in first.placed()] == [1, 4]
    assert journal.head() == 5


def test_what_append_returns_is_what_is_read(journal: Journal) -> None:
    """Position, nonce and requests are the same in the return of append, in read and record_at."""
    appended = [journal.append([event(1), event(2, count=2)]), journal.append([event(3)])]
    assert journal.read(Position(0), ALL) == appended
    assert [journal.record_at(record.position) for record in appended] == appended


def test_every_record_has_a_nonce_of_its_own(journal: Journal) -> None:
    """No two nonces are equal, and with them request ids can be made and taken apart."""
    records = append_singles(journal, 20)
    assert len({record.nonce for record in records}) == 20
    for record in records:
        text = request_id(record.position, record.nonce)
        assert parse_request_id(text) == (record.position, record.nonce)


def test_a_record_needs_an_entry(journal: Journal) -> None:
    """A record without entries has no place in the order: it is refused and nothing is kept."""
    with pytest.raises(ValueError, match="at least one entry"):
        journal.append([])
    assert journal.head() == 0


@pytest.mark.parametrize("sealed", [False, True])
def test_read_stops_once_enough_is_read(journal: Journal, sealed: bool) -> None:
    """Whole records, at least one, and none that begins once `max_entries` are reached."""
    records = [journal.append([event(number, count=4)]) for number in range(6)]
    if sealed:
        assert journal.seal(journal.head(), ALL) == 24
    assert journal.read(Position(0), 1) == records[:1]
    assert journal.read(Position(0), 4) == records[:1]
    assert journal.read(Position(0), 5) == records[:2]
    assert journal.read(Position(8), 12) == records[2:5]
    assert journal.read(Position(8), 0) == []
    assert journal.read(Position(24), 10) == []
    assert journal.read(Position(1_000), 10) == []


@pytest.mark.parametrize("sealed", [False, True])
def test_every_position_leads_to_its_record(journal: Journal, sealed: bool) -> None:
    """record_at finds the record from its first to its last position, and none past the head."""
    records = [journal.append([event(number, count=number + 1)]) for number in range(6)]
    if sealed:
        assert journal.seal(journal.head(), ALL) > 0
    for record in records:
        for position in range(record.position, record.last + 1):
            assert journal.record_at(Position(position)) == record
    assert journal.record_at(Position(0)) is None
    assert journal.record_at(Position(journal.head() + 1)) is None


def test_sealing_changes_nothing_that_a_reader_sees(journal: Journal) -> None:
    """Head, records, places and the journal's health are the same before and after."""
    records = append_singles(journal, 3 * BLOCK + 1)
    assert journal.seal(journal.head(), ALL) == 3 * BLOCK
    assert journal.head() == 3 * BLOCK + 1
    assert read_all(journal) == records
    assert read_all(journal, step=3) == records
    assert [journal.record_at(record.position) for record in records] == records
    assert journal.check() == []


def test_only_full_blocks_are_sealed(journal: Journal) -> None:
    """What would not fill a block stays open until there is more."""
    append_singles(journal, BLOCK - 1)
    assert journal.seal(journal.head(), ALL) == 0
    append_singles(journal, 1)
    assert journal.seal(journal.head(), ALL) == BLOCK
    assert journal.seal(journal.head(), ALL) == 0


def test_sealing_stops_at_the_position(journal: Journal) -> None:
    """A record of which any part is past `up_to` is not sealed."""
    for number in range(4):
        journal.append([event(number, count=BLOCK // 2)])
    assert journal.seal(Position(BLOCK - 1), ALL) == 0
    assert journal.seal(Position(2 * BLOCK - 1), ALL) == BLOCK
    assert journal.seal(Position(2 * BLOCK), ALL) == BLOCK


def test_sealing_stops_once_enough_is_sealed(journal: Journal) -> None:
    """No block is begun once `max_entries` are sealed."""
    append_singles(journal, 3 * BLOCK)
    assert journal.seal(journal.head(), 1) == BLOCK
    assert journal.seal(journal.head(), BLOCK) == BLOCK
    assert journal.seal(journal.head(), 0) == 0
    assert journal.seal(journal.head(), ALL) == BLOCK


def test_positions_go_on_when_all_is_sealed(journal: Journal) -> None:
    """The next record follows the last sealed one."""
    append_singles(journal, BLOCK)
    assert journal.seal(journal.head(), ALL) == BLOCK
    assert journal.append([event()]).position == BLOCK + 1


def test_a_reopened_journal_goes_on(open_journal: Callable[[], Journal]) -> None:
    """Closing keeps all that was appended and sealed, and positions continue."""
    first = open_journal()
    records = append_singles(first, BLOCK + 2)
    assert first.seal(first.head(), ALL) == BLOCK
    first.close()
    second = open_journal()
    assert read_all(second) == records
    assert second.append([event()]).position == BLOCK + 3


def test_others_see_an_append_at_once(open_journal: Callable[[], Journal]) -> None:
    """What one instance appended or sealed, every other one reads without being told."""
    one, other = open_journal(), open_journal()
    assert other.head() == 0
    for number in range(2 * BLOCK):
        record = one.append([event(number)])
        assert other.head() == record.last
        assert other.record_at(record.position) == record
    assert one.seal(one.head(), ALL) == 2 * BLOCK
    assert other.seal(other.head(), ALL) == 0
    assert read_all(other) == read_all(one)


def test_a_closed_journal_refuses(journal: Journal) -> None:
    """After close every call says that the journal is not to be had."""
    append_singles(journal, 1)
    journal.close()
    with pytest.raises(Unavailable):
        journal.append([event()])
    with pytest.raises(Unavailable):
        journal.head()
    with pytest.raises(Unavailable):
        journal.read(Position(0), 1)


def test_threads_share_an_instance(open_journal: Callable[[], Journal]) -> None:
    """Threads that append to one instance, and to another, get positions without gap or overlap."""
    one, other = open_journal(), open_journal()

    def append(worker: int) -> list[Record]:
        journal = one if worker % 3 else other
        return [
            journal.append([event(worker * 1_000 + number, count=1 + number % 3)])
            for number in range(15)
        ]

    with ThreadPoolExecutor(6) as pool:
        appended = [record for records in pool.map(append, range(6)) for record in records]
    appended.sort(key=lambda record: record.position)
    assert read_all(one) == appended
    assert read_all(other, step=7) == appended
    assert one.check() == []


def test_readers_miss_nothing_while_records_are_sealed(
    open_journal: Callable[[], Journal],
) -> None:
    """Whoever reads while others append and seal sees a prefix without a gap, every time."""
    writer, sealer, reader = open_journal(), open_journal(), open_journal()
    total = 30 * BLOCK
    done = threading.Event()

    def seal() -> int:
        sealed = 0
        while not done.is_set():
            sealed += sealer.seal(sealer.head(), BLOCK)
        return sealed + sealer.seal(sealer.head(), ALL)

    def read() -> None:
        finished = False
        while not finished:
            finished = done.is_set()
            bodies = [
                request.body for record in read_all(reader, 50) for request in record.requests
            ]
            assert bodies == [b"%d" % number for number in range(len(bodies))]

    with ThreadPoolExecutor(2) as pool:
        sealing, reading = pool.submit(seal), pool.submit(read)
        try:
            records = append_singles(writer, total)
        finally:
            done.set()
        assert sealing.result() == total
        reading.result()
    assert read_all(reader) == records


def test_two_sealers_seal_each_record_once(open_journal: Callable[[], Journal]) -> None:
    """Sealers that work at the same moment share the work and take nothing twice."""
    one, other = open_journal(), open_journal()
    records = append_singles(one, 20 * BLOCK)
    with ThreadPoolExecutor(2) as pool:
        shares = list(pool.map(lambda journal: journal.seal(journal.head(), ALL), (one, other)))
    rest = one.seal(one.head(), ALL)
    assert sum(shares) + rest == 20 * BLOCK
    assert read_all(one) == records
    assert one.check() == []


APPEND_FROM_OUTSIDE: Final = """
import sys
from pathlib import Path
from tests.contract import test_journal
journal = getattr(test_journal, sys.argv[1])(Path(sys.argv[2]))
test_journal.append_singles(journal, 100)
journal.close()
"""


@pytest.mark.parametrize("opener", OPENERS)
def test_processes_append_at_once(opener: Callable[[Path], Journal], tmp_path: Path) -> None:
    """Processes that append to one journal get positions without gap or overlap."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", APPEND_FROM_OUTSIDE, opener.__name__, str(tmp_path)],
            cwd=Path(__file__).parents[2],
        )
        for _ in range(3)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    journal = opener(tmp_path)
    bodies = [request.body for record in read_all(journal) for request in record.requests]
    assert sorted(bodies) == sorted(3 * [b"%d" % number for number in range(100)])
    assert journal.head() == 300
    assert journal.check() == []
    journal.close()


REQUESTS: Final = st.builds(
    Request,
    st.sampled_from(["event", "settings"]),
    st.integers(0, 2**63 - 1),
    st.text(max_size=12),
    st.binary(max_size=200),
    count=st.integers(1, 5),
    idempotency_key=st.text(max_size=20),
    client=st.text(max_size=20),
    refused=st.lists(st.integers(0, 100), max_size=3).map(tuple),
)
STEPS: Final = st.lists(
    st.lists(REQUESTS, min_size=1, max_size=4) | st.integers(0, 30), max_size=12
)


@pytest.mark.parametrize("opener", OPENERS)
@given(steps=STEPS, step=st.integers(1, 20))
@settings(max_examples=examples(40))
def test_any_history_reads_back(
    opener: OpenJournal, steps: Sequence[Sequence[Request] | int], step: int
) -> None:
    """Whatever is appended, and sealed in between, comes back exactly, in every way to read."""
    with tempfile.TemporaryDirectory() as folder:
        journal = opener(Path(folder))
        appended: list[Record] = []
        head = 0
        for requests in steps:
            if isinstance(requests, int):
                sealed = journal.seal(Position(requests), BLOCK)
                assert sealed <= min(requests, head)
            else:
                record = journal.append(requests)
                assert (record.position, record.requests) == (head + 1, requests)
                head += entries(requests)
                assert journal.head() == head
                appended.append(record)
        assert read_all(journal, step) == appended
        for record in appended:
            assert journal.record_at(record.position) == record
            assert journal.record_at(record.last) == record
        assert journal.check() == []
        journal.close()


def test_large_records_come_back(journal: Journal) -> None:
    """A record of several megabytes is as good as a small one."""
    requests = [Request("event", 1, "key", os.urandom(2_000_000)) for _ in range(4)]
    record = journal.append(requests)
    assert read_all(journal) == [record]


def without_key(record: Record) -> Record:
    requests = [msgspec.structs.replace(each, key_id="") for each in record.requests]
    return Record(record.position, record.nonce, requests)


@given(chosen=st.sets(st.integers(1, 40), max_size=12), sealed=st.integers(0, 45))
@settings(max_examples=examples(30))
@pytest.mark.parametrize("opener", OPENERS)
def test_what_is_rewritten_reads_so_and_nothing_else_changed(
    opener: OpenJournal, chosen: set[int], sealed: int
) -> None:
    """Open or sealed, a record is replaced by what is made of it, in its place."""
    with tempfile.TemporaryDirectory() as folder:
        journal = opener(Path(folder))
        appended = [journal.append([event(number, 2), event(number)]) for number in range(15)]
        journal.seal(Position(sealed), ALL)
        journal.rewrite([Position(each) for each in chosen], without_key)
        expected = [
            without_key(each) if chosen & set(range(each.position, each.last + 1)) else each
            for each in appended
        ]
        assert read_all(journal) == expected
        journal.seal(journal.head(), ALL)
        journal.compact()
        assert read_all(journal) == expected
        assert journal.check() == []
        assert journal.append([event()]).position == 46
        journal.close()


def test_a_rewritten_record_keeps_its_entries(journal: Journal) -> None:
    """A record of another size is refused, and the old one stays."""
    record = journal.append([event(count=2)])
    with pytest.raises(ValueError, match="must keep its entries"):
        journal.rewrite([record.position], lambda _: Record(record.position, "n", [event()]))
    assert read_all(journal) == [record]
