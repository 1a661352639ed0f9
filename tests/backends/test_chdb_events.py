"""The event store on chDB: what goes beyond the port's contract."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from msgspec.json import Decoder

from footfall.backends.chdb.connection import Connection, GivenUp, Parameter, TooSlow, refusal
from footfall.backends.chdb.events import ChdbEventStore
from footfall.backends.chdb.selection import searched
from footfall.contacts import ContactId
from footfall.errors import DataInUse, InvalidParameter, OutOfSpace, Unavailable, Unusable
from footfall.ports import EventQuery, EventRow
from footfall.records import Position
from footfall.searching import search

ROOT: Final = Path(__file__).parents[2]
IN_OWN_MOUNTS: Final = ("unshare", "--user", "--map-root-user", "--mount")

_texts = Decoder(tuple[str, list[str], int])
_counts = Decoder(list[int])
_estimate = Decoder(tuple[str, str, int, int, int])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events"


@pytest.fixture
def store(path: Path) -> Iterator[ChdbEventStore]:
    store = ChdbEventStore(path)
    yield store
    store.close()


def row(position: int) -> EventRow:
    contact = ContactId(position % 3 + 1)
    return EventRow(Position(position), position, position, "n", contact, "", "{}", "{}", "{}")


def rows(first: int, last: int) -> list[EventRow]:
    return [row(position) for position in range(first, last + 1)]


def change(path: Path, *statements: str) -> None:
    """Change the tables behind the store's back."""
    connection = Connection(path, "writing")
    for statement in statements:
        connection.run(statement)
    connection.close()


# -- appending -------------------------------------------------------------------------------------


def test_an_append_is_one_part_of_each_table(store: ChdbEventStore, path: Path) -> None:
    """However many rows: what is one part is there whole or not at all after a kill."""
    change(path, "SYSTEM STOP MERGES")
    store.append(rows(1, 30_000))
    store.append(rows(30_001, 30_001))
    connection = Connection(path, "reading")
    question = "SELECT rows FROM system.parts WHERE active AND table = {table:String} ORDER BY rows"
    for table in ("events", "timeline"):
        assert connection.rows(question, _counts, table=table) == [[1], [30_000]]
    connection.close()


@pytest.mark.parametrize("table", ["events", "timeline"])
def test_a_table_that_lags_behind_is_completed(path: Path, table: str) -> None:
    """After a kill between the two inserts, a repeat of the run gives each table what it lacks."""
    store = ChdbEventStore(path)
    store.append(rows(1, 10))
    change(path, f"ALTER TABLE {table} DELETE WHERE position > 4 SETTINGS mutations_sync = 2")
    store.close()
    store = ChdbEventStore(path)
    assert store.last_position() == 4
    store.append(rows(3, 12))
    assert store.last_position() == 12
    assert list(store.dump()) == rows(1, 12)
    assert store.find(EventQuery(contact_ids=(ContactId(1),))).count == 4
    assert store.check() == []
    store.close()


# -- searching -------------------------------------------------------------------------------------


def marked(first: int, last: int) -> list[EventRow]:
    """Rows each of which says its position, in a list of objects and in a text."""
    return [
        row(position)._replace(
            properties=f'{{"cart": {{"items":[{{"n":{position}.50}}]}}, "by": "n-{position}x"}}'
        )
        for position in range(first, last + 1)
    ]


def read_for(path: Path, text: str, *where: str) -> int:
    """Rows that chDB reads to find what is searched for."""
    conditions = searched(search(text, where))
    parameters = {name: value for bound in conditions.values() for name, value in bound.items()}
    question = f"EXPLAIN ESTIMATE SELECT count() FROM events WHERE {' AND '.join(conditions)}"
    connection = Connection(path, "reading")
    estimated = connection.rows(question, _estimate, **parameters)
    connection.close()
    return sum(rows for _, _, _, rows, _ in estimated)


def test_a_search_passes_over_what_lacks_the_value(store: ChdbEventStore, path: Path) -> None:
    """Once parts were merged: a word, a text and a number are looked for in a few rows only."""
    store.append(marked(1, 15_000))
    store.append(marked(15_001, 30_000))
    change(path, "OPTIMIZE TABLE events FINAL")
    for text, *where in (("7001x",), ("", "cart.items[].n=7001.5"), ("", "by=n-7001x")):
        assert 0 < read_for(path, text, *where) <= 6_000
        found = store.find(EventQuery(search=search(text, where))).events
        assert [each.position for each in found] == [7_001]
    assert read_for(path, "", "cart.items[].n>7001.5") == 30_000


def test_what_is_asked_ends_when_it_is_given_up(store: ChdbEventStore, path: Path) -> None:
    """While it runs, and not only once it would have answered."""
    connection = Connection(path, "reading")
    given_up = threading.Event()

    def ask() -> None:
        question = "SELECT count() FROM numbers(1e12) WHERE number % 7 = 8 SETTINGS"
        with pytest.raises(GivenUp):
            connection.rows(f"{question} max_execution_time = 0, log_comment = '7'", _counts)
        given_up.set()

    asking = threading.Thread(target=ask)
    asking.start()
    deadline = time.monotonic() + 30
    while not given_up.wait(0.05) and time.monotonic() < deadline:
        store.give_up(7)  # It may not have begun when it was given up before.
    asking.join()
    assert given_up.is_set()
    connection.close()


def test_rows_from_before_the_indexes_get_them(path: Path) -> None:
    """In the background, after a directory of a former version was opened."""
    store = ChdbEventStore(path)
    store.append(marked(1, 30_000))
    store.close()
    change(
        path,
        "ALTER TABLE events DROP INDEX words, DROP INDEX pairs SETTINGS alter_sync = 2",
        "ALTER TABLE events ADD INDEX by_words lower(properties) TYPE tokenbf_v1(4096, 3, 0)",
    )
    with closing(ChdbEventStore(path)) as store:
        store.erase([ContactId(9)])  # Returns after all changes.
        assert 0 < read_for(path, "", "cart.items[].n=7001.5") <= 6_000
        assert store.find(EventQuery(search=search("7001x", []))).count == 1
        connection = Connection(path, "reading")
        question = "SELECT name, [], 0 FROM system.data_skipping_indices WHERE name = 'by_words'"
        assert connection.rows(question, _texts) == []
        connection.close()


# -- checking --------------------------------------------------------------------------------------


def test_check_finds_tables_that_differ(store: ChdbEventStore, path: Path) -> None:
    """A row that one table lacks, or has in another form, is found."""
    store.append(rows(1, 10))
    change(path, "ALTER TABLE timeline DELETE WHERE position = 4 SETTINGS mutations_sync = 2")
    assert store.check() == ["events and timeline differ between positions 1 and 10"]


def test_check_finds_rows_that_stand_twice(store: ChdbEventStore, path: Path) -> None:
    """The same position twice in both tables is found, though the tables agree."""
    store.append(rows(1, 10))
    change(
        path,
        "INSERT INTO events SELECT * FROM events WHERE position = 5",
        "INSERT INTO timeline SELECT * FROM timeline WHERE position = 5",
    )
    assert store.check() == [
        "events has rows twice: 1 after position 0",
        "timeline has rows twice: 1 after position 0",
    ]


def test_check_finds_damaged_files(store: ChdbEventStore, path: Path) -> None:
    """A changed byte in a table's file is found."""
    store.append(rows(1, 1_000))
    data = max(path.glob("store/*/*/all_*/data.bin"), key=lambda file: file.stat().st_size)
    with data.open("r+b") as file:
        file.seek(data.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    (problem,) = store.check()
    assert problem.startswith(("events is damaged in all_", "timeline is damaged in all_"))


# -- opening ---------------------------------------------------------------------------------------


def test_a_directory_is_open_once(store: ChdbEventStore, path: Path) -> None:
    """A second process, or another directory in the same process, gets a clear refusal."""
    attempt = (
        "import sys; from pathlib import Path;"
        "from footfall.backends.chdb.events import ChdbEventStore;"
        "from footfall.errors import DataInUse\n"
        "try: ChdbEventStore(Path(sys.argv[1]))\n"
        "except DataInUse: sys.exit(0)\n"
        "sys.exit('it could be opened')"
    )
    subprocess.run([sys.executable, "-c", attempt, str(path)], cwd=ROOT, check=True)
    with pytest.raises(DataInUse):
        ChdbEventStore(path.with_name("other"))


@pytest.mark.parametrize("name", ["with blank", "ünïcode", "a&b=c", "a%20b", "quote's", "a:b#c"])
def test_a_path_may_have_any_name(tmp_path: Path, name: str) -> None:
    """Files are kept under exactly that path, readable by the owner only, and nowhere else."""
    before = Path.cwd()
    store = ChdbEventStore(tmp_path / name)
    store.append(rows(1, 3))
    store.close()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700
    assert Path.cwd() == before


def test_a_closed_directory_may_be_moved(path: Path) -> None:
    """Nothing in it depends on where it is, which a rebuild relies on."""
    store = ChdbEventStore(path)
    store.append(rows(1, 10))
    store.close()
    moved = path.rename(path.with_name("moved"))
    store = ChdbEventStore(moved)
    store.append(rows(11, 20))
    assert list(store.dump()) == rows(1, 20)
    assert store.check() == []
    store.close()
    assert not path.exists()


def test_a_path_with_a_question_mark_is_refused(tmp_path: Path) -> None:
    """chDB would take what follows for an option."""
    with pytest.raises(InvalidParameter):
        ChdbEventStore(tmp_path / "a?b")


def test_a_process_ends_cleanly_without_closing(path: Path) -> None:
    """A process that forgets to close ends with its own exit code, and what it appended is kept."""
    forgetful = (
        "import sys; from pathlib import Path;"
        "from footfall.backends.chdb.events import ChdbEventStore;"
        "from tests.backends.test_chdb_events import rows\n"
        "ChdbEventStore(Path(sys.argv[1])).append(rows(1, 100))"
    )
    subprocess.run([sys.executable, "-c", forgetful, str(path)], cwd=ROOT, check=True, timeout=60)
    store = ChdbEventStore(path)
    assert store.last_position() == 100
    store.close()


# -- a disk that fails -----------------------------------------------------------------------------


def own_mounts_work() -> bool:
    """Whether the kernel lets this user mount in a namespace of its own."""
    probe = [*IN_OWN_MOUNTS, "mount", "-t", "tmpfs", "t", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def live_through(*command: str) -> int:
    """Run to its end; returns how often the store was mended."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return int(done.stdout.splitlines()[-1])


@pytest.mark.skipif(not own_mounts_work(), reason="this kernel gives users no mounts of their own")
def test_a_full_file_system_is_survived(tmp_path: Path) -> None:
    """Refused while full, accepted with room, and kept is exactly what was acknowledged."""
    folder = shlex.quote(str(tmp_path))
    live = shlex.join(
        [sys.executable, "-m", "tests.backends.chdb_full_disk", "mount", str(tmp_path)]
    )
    script = f"mount -t tmpfs -o size=120m tmpfs {folder} && exec {live}"
    live_through(*IN_OWN_MOUNTS, "sh", "-c", script)


def test_merges_that_fail_unsaid_lose_nothing(tmp_path: Path) -> None:
    """chDB says nothing when a merge writes files that are cut off; no row is lost to it."""
    mended = live_through(
        sys.executable, "-m", "tests.backends.chdb_full_disk", "limit", str(tmp_path)
    )
    assert mended > 0


# -- talking to chDB -------------------------------------------------------------------------------


def test_parameters_arrive_as_they_are(path: Path) -> None:
    """Texts with anything in them, alone and in arrays, and numbers of all sizes."""
    connection = Connection(path, "reading")
    texts = [
        "",
        "it's",
        'a"b',
        "\\",
        "\\'",
        "\n\r\t\b\f\0",
        "é😀\u2028",
        "{x:String}",
        "a, b]",
        "NULL",
    ]
    question = "SELECT {one:String}, {all:Array(String)}, {number:Int64}"
    for text in [*texts, "\\N", "; DROP TABLE events --", "x" * 100_000]:
        bound: dict[str, Parameter] = {"one": text, "all": [text, *texts], "number": -(2**63)}
        assert connection.rows(question, _texts, **bound) == [(text, [text, *texts], -(2**63))]
    connection.close()


def test_an_answer_has_nothing_of_a_question_that_failed_before(path: Path) -> None:
    """Where a question fails after it answered much, the next answer has its own rows alone."""
    connection = Connection(path, "reading")
    question = "SELECT toString(number), [''], throwIf(number = 1500000) FROM numbers(3000000)"
    for _ in range(2):
        with pytest.raises(Unavailable):
            connection.rows(question, _texts)
        assert connection.rows("SELECT 'a', ['b'], 7", _texts) == [("a", ["b"], 7)]
    connection.close()


@pytest.mark.parametrize(
    ("message", "error", "says"),
    [
        ("Code: 243. DB::Exception: Cannot reserve (NOT_ENOUGH_SPACE)", OutOfSpace, "written"),
        ("Cannot write, errno: 28, strerror: No space left on device", OutOfSpace, "written"),
        ("Code: 241. DB::Exception: Query memory limit exceeded", Unavailable, "more memory"),
        ("Code: 159. DB::Exception: Timeout exceeded", TooSlow, "longer than"),
        ("Code: 394. DB::Exception: Query was cancelled", GivenUp, "Nobody waits"),
        ("Code: 246. DB::Exception: Empty marks file", Unusable, "Empty marks file"),
    ],
)
def test_refusals_are_named(message: str, error: type[Unavailable], says: str) -> None:
    """What the caller should do follows from what chDB says."""
    refused = refusal(RuntimeError(message))
    assert type(refused) is error
    assert says in refused.message
