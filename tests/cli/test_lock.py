"""Who may work on a data directory at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from footfall import lock
from footfall.errors import DataInUse
from footfall.lock import Use, hold


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "REMAINS_SECONDS", 0.1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("whole", "whole"),
        ("whole", "engine"),
        ("whole", "front"),
        ("engine", "whole"),
        ("engine", "engine"),
        ("front", "whole"),
    ],
)
def test_what_excludes_what(tmp_path: Path, first: Use, second: Use) -> None:
    """A server, rebuild or doctor has the directory to itself; an engine excludes another."""
    with (
        hold(tmp_path, tmp_path / "lock", first),
        pytest.raises(DataInUse),
        hold(tmp_path, tmp_path / "lock", second),
    ):
        pytest.fail("both hold it")


@pytest.mark.parametrize(("first", "second"), [("engine", "front"), ("front", "front")])
def test_what_shares(tmp_path: Path, first: Use, second: Use) -> None:
    """Roles that run apart share the directory."""
    with hold(tmp_path, tmp_path / "lock", first), hold(tmp_path, tmp_path / "lock", second):
        pass


def test_the_holder_is_named(tmp_path: Path) -> None:
    """The refusal names the process that holds the directory."""
    with (
        hold(tmp_path, tmp_path / "lock", "whole"),
        pytest.raises(DataInUse, match=f"by process {os.getpid()}:"),
        hold(tmp_path, tmp_path / "lock", "whole"),
    ):
        pytest.fail("both hold it")


def test_it_is_free_again_after_the_end(tmp_path: Path) -> None:
    """What was held can be held by the next."""
    for _ in range(2):
        with hold(tmp_path, tmp_path / "lock", "whole"):
            pass


def test_heirs_of_a_holder_keep_others_out_until_they_end(tmp_path: Path) -> None:
    """A process that inherited the hold keeps it after its parent let go, and no longer."""
    with hold(tmp_path, tmp_path / "lock", "whole") as handed_down:
        heir = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            pass_fds=(handed_down,),
        )
    with pytest.raises(DataInUse), hold(tmp_path, tmp_path / "lock", "whole"):
        pytest.fail("the heir does not hold it")
    heir.communicate()
    with hold(tmp_path, tmp_path / "lock", "whole"):
        pass
