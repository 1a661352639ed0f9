"""Exported files, which go when a contact is erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.backends.folder.files import FolderFiles
from footfall.engine.exported import ExportedFiles


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path)


def written(exported: ExportedFiles, number: int) -> bool:
    """Write the file of that process, and whether it was kept."""
    drops, draft = exported.drops, exported.draft(number)
    draft.write(b"x")
    kept = exported.keep(draft, drops)
    draft.drop()
    return kept


def test_a_file_is_there_once_it_is_kept(files: FolderFiles) -> None:
    """Under the id of its process; other files are none of its business."""
    exported = ExportedFiles(files)
    files.write("import-1.csv", [b"y"])
    files.write("export-x.csv", [b"y"])
    assert written(exported, 7)
    assert exported.ids() == {7}
    with exported.open(7) as file:
        assert file.read() == b"x"


def test_what_was_begun_before_an_erasure_is_not_kept(files: FolderFiles) -> None:
    """Neither what is there nor what is being written; what is begun after it is."""
    exported = ExportedFiles(files)
    written(exported, 1)
    drops, draft = exported.drops, exported.draft(2)
    draft.write(b"x")
    files.write("import-1.csv", [b"y"])
    exported.drop_all()
    assert not exported.keep(draft, drops)
    draft.drop()
    assert exported.ids() == set()
    assert written(exported, 2)
    assert set(files.names()) == {"export-2.csv", "import-1.csv"}


def test_old_files_go(files: FolderFiles) -> None:
    """Those written before a moment."""
    exported = ExportedFiles(files)
    written(exported, 1)
    at = files.names()["export-1.csv"]
    exported.drop_older_than(at)
    assert exported.ids() == {1}
    exported.drop_older_than(at + 1)
    assert exported.ids() == set()
