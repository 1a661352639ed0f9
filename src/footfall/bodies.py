"""Bodies as JSON: the rules of the text itself, before any field has a meaning.

They go past RFC 8259, so that every reader of the journal sees the same: UTF-8 throughout, no key
twice in one object, no number that overflows, no nesting that a reader could choke on.
"""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from footfall.errors import MalformedBody

MAX_DEPTH: Final = 128
"""Levels of objects and lists in any one value of a body. Brevo names no bound."""

TOO_DEEP: Final = f"The body is nested deeper than {MAX_DEPTH} levels"
BAD_NUMBER: Final = "The body has a number that overflows a 64-bit float"
LARGEST_INTEGER: Final = 2**1024 - 2**970 - 1
"""The next one rounds to no 64-bit float."""
LEAST_INTEGER: Final = -LARGEST_INTEGER

_decode = msgspec.json.Decoder().decode


def read_tree(body: bytes) -> Any:
    """The whole body, exactly; raises `MalformedBody` for what no reader should have to bear."""
    try:
        tree = _decode(body)
    except UnicodeDecodeError as problem:
        raise MalformedBody("The body is not valid UTF-8") from problem
    except RecursionError as problem:
        raise MalformedBody(TOO_DEEP) from problem
    except msgspec.ValidationError as problem:
        raise MalformedBody(BAD_NUMBER) from problem
    except msgspec.DecodeError as problem:
        what = f"is no readable JSON: {problem}" if body.strip() else "is empty"
        raise MalformedBody(f"The body {what}") from problem
    _check_values(tree)
    json.loads(body.decode(), object_pairs_hook=_distinct)
    return tree


def _check_values(tree: Any) -> None:
    level: list[Any] = [[tree]]
    for _ in range(MAX_DEPTH + 2):
        deeper: list[Any] = []
        for container in level:
            for value in container.values() if isinstance(container, dict) else container:
                if isinstance(value, dict | list):
                    deeper.append(value)
                elif isinstance(value, int) and not LEAST_INTEGER <= value <= LARGEST_INTEGER:
                    raise MalformedBody(BAD_NUMBER)
        if not deeper:
            return
        level = deeper
    raise MalformedBody(TOO_DEEP)


def _distinct(pairs: list[tuple[str, Any]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            twice = json.dumps(name[:80])
            raise MalformedBody(f"The body has the key {twice} twice in one object")
        names.add(name)
