"""`footfall import contacts`: a file into a server that runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from footfall.cli import imports
from footfall.errors import ExitCode
from tests.cli.test_main import footfall
from tests.running import Footfall


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("imports") / "data") as running:
        yield running


def test_a_file_is_imported_and_its_bad_rows_are_told(server: Footfall, tmp_path: Path) -> None:
    """Contacts come onto the new list; a refused row makes the exit code 1."""
    file = tmp_path / "contacts.csv"
    file.write_text('EMAIL;NOTE\na@example.com;"two\nlines"\n\nnobody;x\nb@example.com;y\n')
    done = footfall(
        "import", "contacts", str(file), "--key", server.key, "--url", server.url, "--new-list", "n"
    )
    assert done.returncode == ExitCode.FAILED
    assert done.stdout == "3 rows: 2 contacts created, 0 updated, 1 rows refused\n"
    assert done.stderr.startswith("row 2 refused: email is not a valid e-mail address")
    with server.client() as client:
        contact = client.get("/v3/contacts/a@example.com").json()
        assert contact["attributes"] == {"NOTE": "two\nlines"}
        assert len(contact["listIds"]) == 1
    again = footfall("import", "contacts", str(file), "--key", server.key, "--url", server.url)
    assert "0 contacts created, 2 updated" in again.stdout


@pytest.mark.parametrize(
    ("text", "arguments", "problem", "code"),
    [
        (b"FIRSTNAME\nx\n", [], "names no identifier", ExitCode.FAILED),
        (b"EMAIL\na@example.com\n", ["--list-id", "99"], "List ID", ExitCode.FAILED),
        (b"EMAIL\na@example.com\n", ["--key", "wrong"], "Key not found", ExitCode.FAILED),
        (b"EMAIL\n\xff\n", [], "not in UTF-8", ExitCode.USAGE),
        (
            b"EMAIL\na@example.com\n",
            ["--url", "http://127.0.0.1:1"],
            "cannot be reached",
            ExitCode.UNAVAILABLE,
        ),
    ],
)
def test_what_stops_an_import_is_told_in_one_line(
    server: Footfall, tmp_path: Path, text: bytes, arguments: list[str], problem: str, code: int
) -> None:
    """And nothing is imported."""
    file = tmp_path / "contacts.csv"
    file.write_bytes(text)
    done = footfall(
        "import", "contacts", str(file), "--key", server.key, "--url", server.url, *arguments
    )
    assert done.returncode == code
    assert problem in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_large_file_goes_in_pieces_of_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every piece has the line of names, and no record is cut, whatever stands in its quotes."""
    monkeypatch.setattr(imports, "PIECE", 40)
    records = [f'c{number}@example.com;"a\n""b"";\r\n{number}"\r\n' for number in range(9)]
    file = tmp_path / "contacts.csv"
    file.write_bytes(("\ufeffEMAIL;A\r\n" + "".join(records)).encode())
    pieces = list(imports._pieces(file))
    assert all(piece.startswith("EMAIL;A\r\n") for piece in pieces)
    assert "".join(piece.removeprefix("EMAIL;A\r\n") for piece in pieces) == "".join(records)
    assert len(pieces) == 5


def test_a_file_without_rows_is_no_error(server: Footfall, tmp_path: Path) -> None:
    """Nothing is sent."""
    file = tmp_path / "contacts.csv"
    file.write_text("EMAIL")
    done = footfall("import", "contacts", str(file), "--key", server.key, "--url", server.url)
    assert (done.returncode, done.stdout[:6]) == (ExitCode.OK, "0 rows")
