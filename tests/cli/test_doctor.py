"""The doctor finds what is wrong, and nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

import pytest

from footfall.contacts import ContactId
from footfall.engine import doctor as examination
from footfall.engine.doctor import REBUILD, RESTORE, Finding, compare
from footfall.errors import Unavailable
from footfall.ports import EventRow, EventStore, Journal
from footfall.records import Position, Record
from tests.engine.stores import Stores, event, request

Change = Callable[[Iterable[EventRow]], Iterable[EventRow]]


class Altered:
    """A real store in which something went wrong."""

    def __init__(self, store: EventStore | Journal, **altered: object) -> None:
        self._store = store
        self.__dict__ |= altered

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Three runs: applied events, a duplicate, one that is set aside; and one record to come."""
    opened = Stores(tmp_path_factory.mktemp("doctor"))
    opened.apply(*(request(event(email_id=f"c{number}@example.com")) for number in range(3)))
    opened.apply(
        request(event(ext_id="a"), idempotency_key="k"),
        request(event(ext_id="a"), idempotency_key="k"),
        request(event(contact_id=4711)),
    )
    opened.apply(request(event(ext_id="a")))
    opened.append([request(event(ext_id="later"))])
    yield opened
    opened.close()


def nothing(done: int, total: int) -> None:
    assert 0 <= done <= total


def findings(
    stores: Stores, change: Change = lambda rows: rows, journal: Journal | None = None
) -> list[Finding]:
    events = Altered(stores.events, dump=lambda: iter(change(stores.events.dump())))
    return compare(journal or stores.journal, stores.directory, cast(EventStore, events), nothing)


@pytest.mark.parametrize("chunk", [1, 10_000])
def test_all_is_well(stores: Stores, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores that an engine made agree, though the journal holds more than was applied."""
    monkeypatch.setattr(examination, "CHUNK", chunk)
    assert findings(stores) == []


def without_third(rows: Iterable[EventRow]) -> Iterable[EventRow]:
    return (row for row in rows if row.position != 3)


def with_set_aside(rows: Iterable[EventRow]) -> Iterable[EventRow]:
    for row in rows:
        if row.position == 7:
            yield row._replace(position=Position(6))
        yield row


def received_later(rows: Iterable[EventRow]) -> Iterable[EventRow]:
    return (row._replace(received_at=row.received_at + (row.position == 2)) for row in rows)


def of_nobody(rows: Iterable[EventRow]) -> Iterable[EventRow]:
    return (row._replace(contact_id=ContactId(99)) if row.position == 1 else row for row in rows)


@pytest.mark.parametrize("chunk", [1, 10_000])
@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (without_third, ("event store", "applied events are missing: 1 (position 3)")),
        (
            with_set_aside,
            ("event store", "events are there that were not applied: 1 (position 6)"),
        ),
        (received_later, ("event store", "events differ from the journal's: 1 (position 2)")),
        (of_nobody, ("directory", "events belong to contacts that are missing: 1 (position 1)")),
        (
            lambda _rows: iter(()),
            ("event store", "applied events are missing: 5 (position 1, 2, 3, 4, 7)"),
        ),
    ],
)
def test_what_is_derived_can_be_computed_anew(
    stores: Stores,
    change: Change,
    finding: tuple[str, str],
    chunk: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each kind of contradiction is named with its positions, and rebuild is the remedy."""
    monkeypatch.setattr(examination, "CHUNK", chunk)
    [found] = findings(stores, change)
    assert (found.part, found.problem, found.remedy) == (*finding, REBUILD)


def test_rows_that_cannot_be_read_are_a_finding(stores: Stores) -> None:
    """What the event store says of its damage is told, though comparing breaks off at it."""

    def dump() -> Iterator[EventRow]:
        yield next(stores.events.dump())
        raise Unavailable("checksum mismatch")

    damaged = Altered(stores.events, dump=dump, check=lambda: ["events is damaged"])
    found = compare(stores.journal, stores.directory, cast(EventStore, damaged), nothing)
    assert found == [Finding("event store", "events is damaged", REBUILD)]


def test_a_store_that_cannot_be_checked_is_a_finding(stores: Stores) -> None:
    """A refusal of the check itself is told like what it would have found."""

    def check() -> list[str]:
        raise Unavailable("no such column")

    broken = Altered(stores.events, check=check)
    found = compare(stores.journal, stores.directory, cast(EventStore, broken), nothing)
    assert found == [Finding("event store", "no such column", REBUILD)]


def test_a_journal_that_lost_its_end_is_restored(stores: Stores) -> None:
    """Where the directory is ahead of the journal, a rebuild would lose data: restore it."""

    def read(after: Position, max_entries: int) -> list[Record]:
        return [record for record in stores.journal.read(after, max_entries) if record.last <= 6]

    cut = Altered(stores.journal, read=read, head=lambda: Position(6))
    found = findings(stores, journal=cast(Journal, cut))
    assert ("journal", "ends at 6, but the directory applied 7", RESTORE) in [
        (each.part, each.problem, each.remedy) for each in found
    ]


def test_a_gap_in_the_journal_is_found(stores: Stores) -> None:
    """Entries that are not there are named."""

    def read(after: Position, max_entries: int) -> list[Record]:
        return [record for record in stores.journal.read(after, max_entries) if record.position > 1]

    found = findings(stores, journal=cast(Journal, Altered(stores.journal, read=read)))
    assert found[0] == Finding("journal", "entries are missing: 3 (position 1, 2, 3)", RESTORE)
