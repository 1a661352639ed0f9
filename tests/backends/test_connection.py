"""Opening SQLite files and migrating their tables."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from footfall.backends.sqlite import connection as module
from footfall.backends.sqlite.connection import connect, execute_patiently, migrate, transaction
from footfall.errors import DataInconsistent, OutOfSpace, Unavailable

FIRST: Final = "CREATE TABLE one (x INTEGER);\nINSERT INTO one VALUES (1);\n-- the end\n"
SECOND: Final = """
CREATE TABLE two (x TEXT);
CREATE TRIGGER keep AFTER INSERT ON two BEGIN
    INSERT INTO one VALUES (2);
    INSERT INTO one VALUES (3);
END;
"""


def migrations(folder: Path, scripts: Mapping[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, script in scripts.items():
        (folder / name).write_text(script)
    return folder


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [name for (name,) in rows.fetchall()]


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_a_connection_is_set_up(tmp_path: Path, durable: bool, synchronous: int) -> None:
    """WAL, the wanted durability, foreign keys, ten seconds of patience, autocommit."""
    with closing(connect(tmp_path / "a.db", durable=durable)) as connection:
        pragmas = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        assert pragmas == {
            "journal_mode": "wal",
            "synchronous": synchronous,
            "foreign_keys": 1,
            "busy_timeout": 10_000,
        }
        connection.execute("CREATE TABLE t (x INTEGER)")
        assert not connection.in_transaction


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    """Files are 0600 and a directory that is made is 0700; nothing else is left lying about."""
    path = tmp_path / "data" / "a.db"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE t (x INTEGER)")
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_directory_that_is_no_directory(tmp_path: Path) -> None:
    """A path that can't be made is Unavailable, and the message names it."""
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match=r"file/a\.db"):
        connect(tmp_path / "file" / "a.db")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A file of other content is Unavailable and stays as it is."""
    path = tmp_path / "a.db"
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(Unavailable, match="not a database"):
        connect(path)
    assert path.read_bytes() == b"something else entirely" * 100


def test_migrations_are_applied_in_order_and_once(tmp_path: Path) -> None:
    """Each file is applied once, whether a file is new or has some of them already."""
    folder = migrations(tmp_path / "m", {"0001_one.sql": FIRST, "readme.txt": "no migration"})
    with closing(connect(tmp_path / "a.db")) as connection:
        migrate(connection, folder)
        migrate(connection, folder)
        assert (version(connection), tables(connection)) == (1, ["one"])
        migrations(folder, {"0002_two.sql": SECOND})
        migrate(connection, folder)
        assert (version(connection), tables(connection)) == (2, ["one", "two"])
        connection.execute("INSERT INTO two VALUES ('x')")
        assert connection.execute("SELECT x FROM one").fetchall() == [(1,), (2,), (3,)]


def test_a_migration_is_whole_or_absent(tmp_path: Path) -> None:
    """One that fails half-way leaves nothing, and those before it stay."""
    broken = "CREATE TABLE half (x INTEGER);\nINSERT INTO nowhere VALUES (1);\n"
    folder = migrations(tmp_path / "m", {"0001_one.sql": FIRST, "0002_broken.sql": broken})
    with closing(connect(tmp_path / "a.db")) as connection:
        with pytest.raises(Unavailable, match="nowhere"):
            migrate(connection, folder)
        assert (version(connection), tables(connection)) == (1, ["one"])
        assert not connection.in_transaction


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    """A file of a later version of the tables is left alone, and the message says what to do."""
    folder = migrations(tmp_path / "m", {"0001_one.sql": FIRST})
    with closing(connect(tmp_path / "a.db")) as connection:
        connection.execute("PRAGMA user_version = 2")
        with pytest.raises(DataInconsistent, match="newer program"):
            migrate(connection, folder)
        assert tables(connection) == []


def test_a_gap_in_the_numbers_is_a_fault_of_the_program(tmp_path: Path) -> None:
    """Migrations are numbered from 0001 without a gap."""
    folder = migrations(tmp_path / "m", {"0001_one.sql": FIRST, "0003_three.sql": SECOND})
    with (
        closing(connect(tmp_path / "a.db")) as connection,
        pytest.raises(ValueError, match="expected 0002"),
    ):
        migrate(connection, folder)


OPEN_AND_MIGRATE: Final = """
import sys
from pathlib import Path
from footfall.backends.sqlite.connection import connect, migrate
print("ready", flush=True)
sys.stdin.readline()
connection = connect(Path(sys.argv[1]))
migrate(connection, Path(sys.argv[2]))
print(connection.execute("SELECT count(*) FROM one").fetchone()[0])
"""


def test_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """However many open it at the same moment, each succeeds and each migration is applied once.

    No draft of the file is left; SQLite may leave its own two where several close at once.
    """
    folder = migrations(tmp_path / "m", {"0001_one.sql": FIRST, "0002_two.sql": SECOND})
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_AND_MIGRATE, str(tmp_path / "d" / "a.db"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate()[0] for process in processes] == ["1\n"] * 6
    assert {"a.db"} <= set(os.listdir(tmp_path / "d")) <= {"a.db", "a.db-wal", "a.db-shm"}


def test_an_error_within_a_transaction_keeps_nothing(tmp_path: Path) -> None:
    """What the block wrote is gone, the lock is free, and the error comes through."""
    with (
        closing(connect(tmp_path / "a.db")) as connection,
        closing(connect(tmp_path / "a.db")) as other,
    ):
        connection.execute("CREATE TABLE t (x INTEGER UNIQUE)")
        with pytest.raises(sqlite3.IntegrityError), transaction(connection):
            connection.executemany("INSERT INTO t VALUES (?)", [(1,), (1,)])
        other.execute("INSERT INTO t VALUES (2)")
        assert connection.execute("SELECT x FROM t").fetchall() == [(2,)]


def test_a_writer_waits_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement goes through as soon as the lock is free, and fails when patience ends."""
    monkeypatch.setattr(module, "PATIENCE", 0.02)
    with (
        closing(connect(tmp_path / "a.db")) as connection,
        closing(connect(tmp_path / "a.db")) as other,
    ):
        connection.execute("CREATE TABLE t (x INTEGER)")
        connection.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            execute_patiently(connection, "INSERT INTO t VALUES (?)", (1,))
        other.execute("ROLLBACK")
        execute_patiently(connection, "INSERT INTO t VALUES (?)", (2,))
        assert connection.execute("SELECT x FROM t").fetchall() == [(2,)]


def test_a_file_that_may_not_grow_is_out_of_space(tmp_path: Path) -> None:
    """A full file is named OutOfSpace, for whoever asks again later."""
    with closing(connect(tmp_path / "a.db")) as connection:
        connection.execute("CREATE TABLE t (x BLOB)")
        connection.execute("PRAGMA max_page_count = 4")
        with pytest.raises(OutOfSpace), module.refusals_named("a.db"):
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
