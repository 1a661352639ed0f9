"""Bodies as JSON: the rules of the text itself, before any field has a meaning.

They go past RFC 8259, so that every reader of the journal sees the same: UTF-8 throughout, no key
twice in one object, no number that overflows, no nesting that a reader could choke on.
"""

from __future__ import annotations

import codecs
import json
from typing import Any, Final, NoReturn

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
        raise MalformedBody(f"The body {_unreadable(body, problem)}") from problem
    _check_values(tree)
    json.loads(body.decode(), object_pairs_hook=_distinct)
    return tree


def _unreadable(body: bytes, problem: msgspec.DecodeError) -> str:
    """What is wrong with a body that is no JSON; the decoder does not name all of it well."""
    if not body.strip():
        return "is empty"
    if body.startswith(codecs.BOM_UTF8):
        return "begins with a byte order mark: send UTF-8 without one"
    if b"\0" in body[:4] or body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "is in UTF-16 or UTF-32: send UTF-8"
    try:
        json.loads(body, parse_constant=_refuse_constant)
    except _Constant as constant:
        return f"is no readable JSON: {constant} is no number"
    except (ValueError, RecursionError):
        return f"is no readable JSON: {problem}"
    return "has half of a surrogate pair: a \\u escape that is no character without its other half"


class _Constant(Exception):
    """NaN or an infinity, which Python's reader would take."""


def _refuse_constant(name: str) -> NoReturn:
    raise _Constant(name)


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
