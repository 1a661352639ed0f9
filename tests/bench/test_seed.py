"""Sample data: the same for the same numbers, and sound."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from footfall.backends.sqlite.journal import SqliteJournal
from footfall.bench.seed import SPAN, seed
from footfall.events import read_event
from footfall.records import Position, Request
from tests.cli.test_main import footfall

NOW = 1_800_000_000 * 10**9


def seeded(path: Path, events: int, contacts: int) -> list[Request]:
    journal = SqliteJournal(path)
    told: list[tuple[int, int]] = []
    seed(journal, events, contacts, NOW, lambda done, total: told.append((done, total)))
    assert (told[0], told[-1]) == ((0, events), (events, events))
    records = journal.read(Position(0), events + 1)
    journal.close()
    return [request for record in records for _, request in record.placed()]


def test_the_same_numbers_make_the_same_events(tmp_path: Path) -> None:
    """To the letter, so that figures of two machines are about the same data."""
    first = seeded(tmp_path / "a.db", 501, 40)
    assert first == seeded(tmp_path / "b.db", 501, 40)
    assert len(first) == 501


def test_events_lie_evenly_over_half_a_year_up_to_now(tmp_path: Path) -> None:
    """In the order of their receipt, which is when they happened."""
    requests = seeded(tmp_path / "a.db", 400, 40)
    times = [request.received_at for request in requests]
    assert times == sorted(times)
    assert times[-1] <= NOW
    assert NOW - times[0] > SPAN * 0.99
    for request in requests:
        event = read_event(request.body)
        assert event.date is not None
        assert abs(event.date - request.received_at) < 10**6  # written to the millisecond


def test_contacts_and_names_follow_zipfs_law(tmp_path: Path) -> None:
    """The first name comes about twice as often as the second, and all within their numbers."""
    events = [read_event(request.body) for request in seeded(tmp_path / "a.db", 8_000, 1_000)]
    names = Counter(event.name for event in events)
    assert 1.6 < names["event_1"] / names["event_2"] < 2.4
    assert len(names) == 20
    contacts = Counter(event.identifiers[0].value for event in events)
    assert contacts.most_common(1)[0][0] == "contact1@example.com"
    assert len(contacts) <= 1_000


def test_a_seeded_data_directory_is_sound(tmp_path: Path) -> None:
    """Journal, directory and event store agree; an old directory is not seeded again."""
    data = str(tmp_path / "data")
    arguments = ("bench", "seed", "--data", data, "--events", "5000", "--contacts", "100")
    done = footfall(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    checked = footfall("doctor", "--data", data, "--json")
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)
    again = footfall(*arguments)
    assert again.returncode != 0
    assert "holds events already" in again.stderr
