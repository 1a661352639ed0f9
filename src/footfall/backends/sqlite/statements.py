"""The directory's SQL, by the names of its files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

_FOLDER: Final = files("footfall.backends.sqlite") / "sql" / "directory"


@cache
def statement(name: str) -> str:
    """The text of that file."""
    return (_FOLDER / f"{name}.sql").read_text("utf-8")
