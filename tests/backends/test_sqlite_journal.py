"""What holds for the journal in SQLite beyond the port: disks, damage, size and waiting."""

from __future__ import annotations

import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from footfall.backends.sqlite import connection
from footfall.backends.sqlite.checkpoints import DUE
from footfall.backends.sqlite.connection import connect
from footfall.backends.sqlite.journal import SqliteJournal
from footfall.errors import DataInconsistent, OutOfSpace, Unavailable
from footfall.records import Position, Request, encode, new_nonce
from tests.backends.events import varied_requests

ROOT: Final = Path(__file__).parents[2]
BLOCK: Final = 8


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    """A journal of three sealed blocks and four open records."""
    journal = SqliteJournal(tmp_path / "journal.db", seal_entries=BLOCK)
    for number in range(3 * BLOCK + 4):
        journal.append([Request("event", number, "key", b"%d" % number)])
    assert journal.seal(journal.head(), 1_000) == 3 * BLOCK
    yield journal
    journal.close()


def spoil(tmp_path: Path, statement: str, *parameters: object) -> None:
    with closing(connect(tmp_path / "journal.db")) as spoiler:
        assert spoiler.execute(statement, parameters).rowcount == 1


# -- a full disk -----------------------------------------------------------------------------------

IN_OWN_MOUNTS: Final = ("unshare", "--user", "--map-root-user", "--mount")


def own_mounts_work() -> bool:
    """Whether the kernel lets this user mount in a namespace of its own."""
    try:
        probe = subprocess.run(
            [*IN_OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return False
    return probe.returncode == 0


def run_to_its_end(command: list[str]) -> None:
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.skipif(not own_mounts_work(), reason="this kernel gives users no mounts of their own")
def test_a_full_file_system_is_survived(tmp_path: Path) -> None:
    """Refused while full, kept exactly what was acknowledged, good again when there is room."""
    folder = shlex.quote(str(tmp_path))
    live = shlex.join([sys.executable, "-m", "tests.backends.full_disk", "mount", str(tmp_path)])
    script = f"mount -t tmpfs -o size=16m tmpfs {folder} && exec {live}"
    run_to_its_end([*IN_OWN_MOUNTS, "sh", "-c", script])


def test_files_that_may_not_grow_are_survived(tmp_path: Path) -> None:
    """The same where a limit keeps files from growing: this variant needs nothing of the kernel."""
    run_to_its_end([sys.executable, "-m", "tests.backends.full_disk", "limit", str(tmp_path)])


def test_a_journal_on_a_full_disk_can_be_opened_later(tmp_path: Path) -> None:
    """Tables that can't be made are OutOfSpace, and made when there is room."""
    with closing(connect(tmp_path / "journal.db")) as spoiler:
        spoiler.execute("CREATE TABLE filler (x BLOB)")
        spoiler.execute("DROP TABLE filler")
    limit = (
        "import resource, sys; from pathlib import Path;"
        "from footfall.backends.sqlite.journal import SqliteJournal;"
        "from footfall.errors import OutOfSpace;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
        "try: SqliteJournal(Path(sys.argv[1]))\n"
        "except OutOfSpace: sys.exit(0)\n"
        "sys.exit('it could be opened')"
    )
    run_to_its_end([sys.executable, "-c", limit, str(tmp_path / "journal.db")])
    journal = SqliteJournal(tmp_path / "journal.db")
    assert journal.head() == 0
    journal.close()


# -- waiting ---------------------------------------------------------------------------------------


def test_a_locked_journal_is_unavailable(
    journal: SqliteJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that lasts is not called a full disk; the next append goes through when it is gone."""
    head = journal.head()
    with closing(connect(tmp_path / "journal.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(connection, "PATIENCE", 0.02)
        with pytest.raises(Unavailable, match="locked") as refused:
            journal.append([Request("event", 0, "key", b"")])
        assert not isinstance(refused.value, OutOfSpace)
        assert journal.head() == head
        other.execute("ROLLBACK")
    assert journal.append([Request("event", 0, "key", b"")]).position == head + 1


def test_the_log_stays_short(tmp_path: Path) -> None:
    """However much is appended without a break, the write-ahead log is begun anew in time."""
    journal = SqliteJournal(tmp_path / "journal.db")
    body = bytes(100_000)
    longest = 0
    for _ in range(20 * DUE // len(body)):
        journal.append([Request("event", 0, "key", body)])
        longest = max(longest, (tmp_path / "journal.db-wal").stat().st_size)
    journal.close()
    assert longest < 8 * DUE


def test_a_reader_that_stays_does_not_stop_appends(tmp_path: Path) -> None:
    """A reader that holds an old state lets the log grow, but appends go on."""
    journal = SqliteJournal(tmp_path / "journal.db")
    body = bytes(100_000)
    with closing(connect(tmp_path / "journal.db")) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM open").fetchone() == (0,)
        for _ in range(3 * DUE // len(body)):
            journal.append([Request("event", 0, "key", body)])
        assert reader.execute("SELECT count(*) FROM open").fetchone() == (0,)
        reader.execute("COMMIT")
    assert len(journal.read(Position(0), 1_000)) == 3 * DUE // len(body)
    assert journal.check() == []
    journal.close()


# -- size ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_record", [1, 32])
def test_sealed_entries_take_little_room(tmp_path: Path, per_record: int) -> None:
    """Varied events of 600 bytes take at the most 110 bytes each; freed pages are used again."""
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path)
    requests = varied_requests(3 * 4096)
    assert 550 < sum(len(request.body) for request in requests) / len(requests) < 650
    for begin in range(0, len(requests), 4096):
        with closing(connect(path, durable=False)) as quick:
            for first in range(begin, begin + 4096, per_record):
                group = requests[first : first + per_record]
                quick.execute(
                    "INSERT INTO open VALUES (?, ?, ?)",
                    (first + 1, per_record, encode(new_nonce(bytes(10)), group)),
                )
        assert journal.seal(journal.head(), 4096) == 4096
    with closing(connect(path)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    assert (pages - free) * size / len(requests) <= 110
    assert free * size < 2 * 4096 * 800
    assert journal.check() == []
    journal.close()


# -- damage ----------------------------------------------------------------------------------------


def test_check_finds_missing_records(journal: SqliteJournal, tmp_path: Path) -> None:
    """A hole in the open part is named by its positions, and reading stops at it with an error."""
    spoil(tmp_path, "DELETE FROM open WHERE position = 26")
    assert journal.check() == ["The journal has no entries 26 to 26"]
    assert [record.position for record in journal.read(Position(20), 5)] == [21, 22, 23, 24, 25]
    with pytest.raises(DataInconsistent, match="no entry 26"):
        journal.read(Position(25), 1)


def test_check_finds_missing_blocks(journal: SqliteJournal, tmp_path: Path) -> None:
    """A hole in the sealed part is named by its positions."""
    spoil(tmp_path, "DELETE FROM sealed WHERE position = 9")
    assert journal.check() == ["The journal has no entries 9 to 16"]


def test_check_finds_overlaps(journal: SqliteJournal, tmp_path: Path) -> None:
    """A position that two records claim is named."""
    record = encode(new_nonce(bytes(10)), [Request("event", 0, "key", b"")])
    spoil(tmp_path, "INSERT INTO open VALUES (24, 1, ?)", record)
    assert journal.check() == ["The journal has two entries 24"]


def test_check_finds_records_that_do_not_decode(journal: SqliteJournal, tmp_path: Path) -> None:
    """A damaged record or block is named, by check as by those who read it."""
    spoil(tmp_path, "UPDATE open SET data = x'00' WHERE position = 25")
    spoil(tmp_path, "UPDATE sealed SET data = x'00' WHERE position = 9")
    block, record = journal.check()
    assert block.startswith("The journal's block at 9 does not decode")
    assert record.startswith("The journal's record at 25 does not decode")
    for position in (10, 25):
        with pytest.raises(DataInconsistent, match="does not decode"):
            journal.record_at(Position(position))


def test_check_finds_wrong_counts(journal: SqliteJournal, tmp_path: Path) -> None:
    """A row whose count of entries is not that of its content is named."""
    spoil(tmp_path, "UPDATE open SET entries = 2 WHERE position = 28")
    spoil(tmp_path, "UPDATE sealed SET entries = 7 WHERE position = 1")
    assert journal.check() == [
        "The journal's block at 1 ends at 8 instead of 7",
        "The journal has no entries 8 to 8",
        "The journal's record at 28 has 1 entries, not 2",
    ]


def test_check_finds_damaged_pages(tmp_path: Path) -> None:
    """Bytes that changed on disk are found and told, not raised."""
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path)
    for number in range(200):
        journal.append([Request("event", number, "key", bytes(1_000))])
    journal.close()
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 4096)
    damaged = SqliteJournal(path)
    (problem, *_) = damaged.check()
    assert "damaged" in problem
    damaged.close()


def test_check_does_not_keep_the_log_from_beginning_anew(journal: SqliteJournal) -> None:
    """After a check no connection holds an old state."""
    assert journal.check() == []
    last = journal.append([Request("event", 0, "key", b"")])
    assert journal.record_at(last.position) == last
    assert journal.check() == []


def test_a_journal_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    """It is left as it is."""
    with closing(sqlite3.connect(tmp_path / "journal.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(DataInconsistent, match="newer program"):
        SqliteJournal(tmp_path / "journal.db")
