"""What may stand at a place in a definition, in words, read from the classes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from msgspec import inspect

from footfall.segments.definition import Definition


@cache
def _root() -> inspect.Type:
    return inspect.type_info(Definition)


def expected_at(steps: Sequence[str | int], tree: Any) -> str:
    """What may stand there; `steps` are the fields and indexes that lead to it in `tree`."""
    here, value = _root(), tree
    for depth, step in enumerate(steps):
        here = _chosen(here, value)
        if isinstance(step, int):
            here = _item(here)
        elif isinstance(here, inspect.StructType):
            fields = {field.encode_name: field.type for field in here.fields}
            if step not in fields:
                return _unknown(here, step, fields)
            here = fields[step]
        elif depth == len(steps) - 1:
            return _tags(here)
        value = _below(value, step)
    return _words(here)


def _below(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (LookupError, TypeError):
        return None


def _chosen(here: inspect.Type, value: Any) -> inspect.Type:
    """The member of a union that the value means to be."""
    if isinstance(here, inspect.Metadata):
        here = here.type
    if not isinstance(here, inspect.UnionType):
        return here
    members = [one.type if isinstance(one, inspect.Metadata) else one for one in here.types]
    if isinstance(value, dict):
        for one in _structs(here):
            if one.tag_field is None or value.get(one.tag_field) == one.tag:
                return one
    if isinstance(value, list):
        return next((one for one in members if isinstance(one, inspect.VarTupleType)), here)
    return here


def _item(here: inspect.Type) -> inspect.Type:
    return here.item_type if isinstance(here, inspect.VarTupleType) else here


def _unknown(here: inspect.StructType, step: str, fields: dict[str, inspect.Type]) -> str:
    if step == here.tag_field:
        return f"{here.tag!r}"
    known = [here.tag_field] if here.tag_field else []
    return f"no such field, but only {', '.join([*known, *fields])}"


def _structs(here: inspect.Type) -> list[inspect.StructType]:
    members = here.types if isinstance(here, inspect.UnionType) else (here,)
    return [one for one in members if isinstance(one, inspect.StructType)]


def _tags(here: inspect.Type) -> str:
    return f"one of {', '.join(str(one.tag) for one in _structs(here))}"


def _words(here: inspect.Type) -> str:
    match here:
        case inspect.Metadata():
            return _words(here.type)
        case inspect.UnionType():
            return _alternatives(here)
        case inspect.StructType():
            return f"an object with {', '.join(field.encode_name for field in here.fields)}"
        case inspect.VarTupleType():
            return f"a list of {_bounds(here)}items"
        case inspect.StrType():
            return f"a text of {_bounds(here)}characters" if here.max_length else "a text"
        case inspect.LiteralType():
            values = ", ".join(map(str, here.values))
            return f"one of {values}" if len(here.values) > 1 else values
        case inspect.IntType():
            return f"a whole number{_range(here)}"
        case _:
            return _PLAIN[type(here)]


_PLAIN: Final[dict[type[inspect.Type], str]] = {
    inspect.FloatType: "a number",
    inspect.BoolType: "true or false",
    inspect.NoneType: "null",
}


def _alternatives(here: inspect.UnionType) -> str:
    tagged = [one for one in _structs(here) if one.tag_field]
    words = [_words(one) for one in here.types if one not in tagged]
    if "a number" in words:
        words = [word for word in words if not word.startswith("a whole number")]
    if tagged:
        names = ", ".join(str(one.tag) for one in tagged)
        words.append(f"an object whose {tagged[0].tag_field} is one of {names}")
    return " or ".join(dict.fromkeys(words))


def _bounds(here: inspect.StrType | inspect.VarTupleType) -> str:
    least, most = here.min_length, here.max_length
    if least and most:
        return f"{least} to {most} "
    return f"at most {most} " if most else ""


def _range(here: inspect.IntType) -> str:
    if here.ge is not None and here.le is not None:
        return f" from {here.ge} to {here.le}"
    return f" from {here.ge}" if here.ge is not None else ""
