"""New files in the place of old ones: whatever is killed when, usable ones are left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from footfall import replacement


class Killed(BaseException):
    """Stands for SIGKILL: nothing in the code may handle it."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    (tmp_path / "directory.db").write_text("old")
    (tmp_path / "directory.db-wal").write_text("old")
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "part").write_text("old")
    (tmp_path / "journal.db").write_text("journal")
    return tmp_path


def make(directory: Path) -> None:
    """What a rebuild does."""
    making = replacement.begin(directory)
    (making / "directory.db").write_text("new")
    (making / "events").mkdir()
    (making / "events" / "part").write_text("new")
    replacement.complete(directory)


def state(directory: Path) -> tuple[str, str]:
    return (directory / "directory.db").read_text(), (directory / "events" / "part").read_text()


def test_complete_files_take_the_place_of_the_old(old: Path) -> None:
    """Afterwards the new files are there, their old side files are gone, the rest is untouched."""
    make(old)
    assert state(old) == ("new", "new")
    assert sorted(os.listdir(old)) == ["directory.db", "events", "journal.db"]
    assert (old / "journal.db").read_text() == "journal"


def test_an_interrupted_rebuild_leaves_the_old_files(old: Path) -> None:
    """What is not complete is dropped."""
    (replacement.begin(old) / "directory.db").write_text("half")
    replacement.finish(old)
    assert state(old) == ("old", "old")
    assert (old / "directory.db-wal").exists()
    assert not (old / replacement.MAKING).exists()


def test_a_rebuild_begins_empty_whatever_the_one_before_left(old: Path) -> None:
    """What was cut short is dropped; what was complete, and not yet moved, is moved first."""
    (replacement.begin(old) / "directory.db").write_text("half")
    making = replacement.begin(old)
    assert list(making.iterdir()) == []
    (making / "directory.db").write_text("whole")
    making.rename(old / replacement.COMPLETE)
    assert list(replacement.begin(old).iterdir()) == []
    assert (old / "directory.db").read_text() == "whole"


def killing_after(steps: int, patch: pytest.MonkeyPatch) -> None:
    """Let every change of the file system past the first `steps` die before it is made."""
    left = iter(range(steps))

    def limited(function: object, left: Iterator[int]) -> object:
        def step(*args: object, **kwargs: object) -> object:
            if next(left, None) is None:
                raise Killed
            return function(*args, **kwargs)  # type: ignore[operator]

        return step

    for owner, name in ((Path, "rename"), (Path, "unlink"), (Path, "rmdir"), (shutil, "rmtree")):
        patch.setattr(owner, name, limited(getattr(owner, name), left))


@pytest.mark.parametrize("steps", range(12))
def test_killed_at_any_step_it_ends_with_old_or_new(old: Path, steps: int) -> None:
    """Whoever comes next finds files that belong together: all old, or all new."""
    with pytest.MonkeyPatch.context() as patch:
        killing_after(steps, patch)
        try:
            make(old)
            done = True
        except Killed:
            done = False
    replacement.finish(old)
    assert state(old) in {("old", "old"), ("new", "new")}
    assert state(old) == ("new", "new") or not done
    assert (old / "directory.db-wal").exists() == (state(old) == ("old", "old"))
    assert (old / "journal.db").read_text() == "journal"
    assert not (old / replacement.COMPLETE).exists()
