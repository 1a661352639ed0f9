"""What tests and builds make on demand is made once, however many ask for it at a time."""

from __future__ import annotations

import threading
from pathlib import Path

from tools.build_web import alone


def test_only_one_makes_something_in_a_directory(tmp_path: Path) -> None:
    """Whoever asks for the same directory waits until the one within has ended."""
    asked, entered = threading.Event(), threading.Event()

    def make() -> None:
        asked.set()
        with alone(tmp_path):
            entered.set()

    other = threading.Thread(target=make)
    with alone(tmp_path):
        other.start()
        assert asked.wait(30)
        assert not entered.wait(0.1)
    assert entered.wait(30)
    other.join()


def test_one_that_fails_lets_the_next_in(tmp_path: Path) -> None:
    """A failure within the block gives the directory back."""
    try:
        with alone(tmp_path):
            raise RuntimeError("failed")
    except RuntimeError:
        pass
    with alone(tmp_path):
        pass
