"""What the port `Files` guarantees, whichever implementation is behind it."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footfall.backends.folder.files import FolderFiles
from footfall.errors import NotFound
from footfall.ports import Files

Open = Callable[[Path], Files]


def open_folder(path: Path) -> Files:
    return FolderFiles(path / "files")


@pytest.fixture(params=[pytest.param(open_folder, id="folder")])
def open_files(request: pytest.FixtureRequest) -> Open:
    opened: Open = request.param
    return opened


@pytest.fixture
def files(open_files: Open, tmp_path: Path) -> Files:
    return open_files(tmp_path)


def read(files: Files, name: str) -> bytes:
    with files.open(name) as file:
        return file.read()


def test_what_was_written_is_read_by_whoever_opens_it_next(
    files: Files, open_files: Open, tmp_path: Path
) -> None:
    """All chunks, in order, under the name."""
    files.write("a-1.csv", [b"one", b"", b"two"])
    assert read(files, "a-1.csv") == b"onetwo"
    assert read(open_files(tmp_path), "a-1.csv") == b"onetwo"
    assert list(files.names()) == ["a-1.csv"]


def test_a_file_is_there_whole_or_not_at_all(files: Files) -> None:
    """Where the chunks break off, nothing is kept, and an older file stays."""

    def broken() -> Iterator[bytes]:
        yield b"new"
        raise ConnectionError

    files.write("a.csv", [b"old"])
    for name in ("a.csv", "b.csv"):
        with pytest.raises(ConnectionError):
            files.write(name, broken())
    assert read(files, "a.csv") == b"old"
    assert list(files.names()) == ["a.csv"]


def test_a_draft_is_seen_once_it_is_kept(files: Files) -> None:
    """Until then, and for ever where it is dropped, the older file is there."""
    files.write("a.csv", [b"old"])
    for kept in (False, True):
        draft = files.draft("a.csv")
        draft.write(b"new")
        assert read(files, "a.csv") == b"old"
        assert list(files.names()) == ["a.csv"]
        if kept:
            draft.keep()
        draft.drop()
        assert read(files, "a.csv") == (b"new" if kept else b"old")
    assert list(files.names()) == ["a.csv"]


def test_what_was_removed_is_gone(files: Files) -> None:
    """To remove it once more is no error; to open it is."""
    files.write("a.csv", [b"x"])
    files.remove("a.csv")
    files.remove("a.csv")
    with pytest.raises(NotFound):
        files.open("a.csv")
    assert files.names() == {}


@pytest.mark.parametrize("name", ["../a.csv", "a/b.csv", "", "a", ".csv", "a.csv\0", "A.csv"])
def test_no_name_leads_elsewhere(files: Files, name: str) -> None:
    """A name is a name and never a path."""
    with pytest.raises(ValueError, match="is no name"):
        files.write(name, [b"x"])


def test_what_goes_while_names_are_listed_is_no_error(tmp_path: Path) -> None:
    """Another thread may remove a file at any moment."""
    files = FolderFiles(tmp_path / "files")
    files.write("a.csv", [b"x"])
    (tmp_path / "files" / "gone.csv").symlink_to(tmp_path / "nowhere")
    assert list(files.names()) == ["a.csv"]


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """Files hold personal data."""
    FolderFiles(tmp_path / "files").write("a.csv", [b"x"])
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("files", "files/a.csv")]
    assert modes == [0o700, 0o600]
