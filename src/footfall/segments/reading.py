"""Making a definition of what a client sent, and telling it where and why that is none."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from footfall.errors import InvalidParameter, MissingParameter
from footfall.segments.definition import Definition
from footfall.segments.expectations import expected_at
from footfall.segments.rules import faults

_PLACE = re.compile(r" - at `\$([^`]*)`$")
_FIELD = re.compile(r"^Object (missing required|contains unknown) field `([^`]*)`")
_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def read_definition(tree: Any, place: str = "") -> Definition:
    """The definition in decoded JSON.

    Raises `InvalidParameter` or `MissingParameter`, whose path names the place in the definition
    (below `place`, where one is given) and whose message says what was expected there.
    """
    try:
        definition = msgspec.convert(tree, Definition)
    except msgspec.ValidationError as problem:
        raise _misshapen(str(problem), tree, place) from problem
    except RecursionError as problem:
        raise InvalidParameter(
            f"{place or 'The definition'} is nested too deeply", place
        ) from problem
    for fault in faults(definition):
        path = _join(place, fault.place)
        raise InvalidParameter(f"{path}: expected {fault.expected}", path)
    return definition


def _misshapen(problem: str, tree: Any, place: str) -> InvalidParameter:
    found = _PLACE.search(problem)
    where = found[1] if found else ""
    field = _FIELD.match(problem)
    if field is not None:
        where = f"{where}.{field[2]}"
    where = where.removeprefix(".")
    steps = [int(step[2]) if step[2] else step[1] for step in _STEP.finditer(where)]
    path = _join(place, where)
    message = f"{path or 'The definition'}: expected {expected_at(steps, tree)}"
    if field is not None and field[1] == "missing required":
        return MissingParameter(message, path)
    return InvalidParameter(message, path)


def _join(place: str, inner: str) -> str:
    return f"{place}.{inner}" if place and inner else place or inner
