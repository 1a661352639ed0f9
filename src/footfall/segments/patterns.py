"""Patterns in RE2's syntax, which take time in proportion to the text and never more."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Protocol, cast

import re2

MAX_MEMORY: Final = 2**20
"""Bytes that a compiled pattern may take: an eighth of what ClickHouse allows."""


class Pattern(Protocol):
    """A compiled pattern."""

    def search(self, text: str) -> object | None:
        """Something, where the pattern is found anywhere in the text."""
        ...


@lru_cache(maxsize=1_024)
def compiled(pattern: str) -> Pattern:
    """The pattern; raises ValueError saying what is wrong with it.

    A dot does not match the end of a line unless the pattern says `(?s)`, and `^` and `$` are the
    ends of the text unless it says `(?m)`.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_MEMORY
    try:
        return cast(Pattern, re2.compile(pattern, options))
    except re2.error as problem:
        reason = problem.args[0] if problem.args else "not a pattern"
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(text) from problem
