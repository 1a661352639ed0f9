"""Attributes: what an account keeps of its contacts, and which values each type holds. Pure."""

from __future__ import annotations

import math
import re
from typing import Final, Literal

import msgspec

from footfall.identifiers import EXT_ID, LANDLINE, PHONE, WHATSAPP
from footfall.instants import parse_instant

AttributeType = Literal[
    "text", "float", "date", "boolean", "category", "multiple-choice", "id", "user", "computed"
]
"""Of a calculated or global attribute `computed`: nobody can give it a value."""
AttributeCategory = Literal["normal", "transactional", "category", "calculated", "global"]
Value = str | int | float | bool | list[str]

MAX_TEXT: Final = 10_000
"""Characters of one text value."""
MAX_OPTIONS: Final = 1_000
MAX_OPTION: Final = 200
"""Characters of one option. Source: Brevo's createAttribute."""
MAX_ATTRIBUTE_NAME: Final = 255

COMPUTED: Final = frozenset({"calculated", "global"})
"""Categories whose attributes are formulas."""

ATTRIBUTES_OF_IDENTIFIERS: Final = {
    PHONE: "SMS",
    EXT_ID: "EXT_ID",
    WHATSAPP: "WHATSAPP",
    LANDLINE: "LANDLINE_NUMBER",
}
"""Under which attribute Brevo shows which identifier; the e-mail address has a field of its own."""
RESERVED: Final = frozenset({"EMAIL", *ATTRIBUTES_OF_IDENTIFIERS.values()})
"""Names that stand for identifiers; an event names those under `identifiers`."""

is_attribute_name: Final = re.compile(r"[A-Z0-9_-]{1,255}").fullmatch


is_number: Final = re.compile(
    r"\s*[+-]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?\s*"
).fullmatch
is_whole: Final = re.compile(r"[+-]?[0-9]+").fullmatch
BOOLEAN_TEXTS: Final = {
    "true": True,
    "yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
}
"""What texts stand for in a file, in lower case."""


class AttributeDefinition(msgspec.Struct, frozen=True):
    """One attribute of the account: its upper-case name, its type, and the options it offers."""

    name: str
    type: AttributeType
    options: tuple[str, ...] = ()
    """What a multiple-choice attribute offers, or the values of a category attribute."""
    category: AttributeCategory = "normal"
    labels: tuple[str, ...] = ()
    """What each value of a category attribute is called; the values themselves where empty."""
    formula: str = ""
    """Of a calculated or global attribute. Kept as it was given."""
    is_recurring: bool = False


def attribute_name(key: str) -> str:
    """The name that a key stands for: the key in upper case.

    A key beyond ASCII stays as it is, for it names nothing: "ß" is not the attribute "SS".
    """
    return key.upper() if key.isascii() else key


def fitting(definition: AttributeDefinition, value: object) -> Value | None:
    """`value` as the attribute holds it, or None where it is of the wrong type.

    0 and 1 count for a boolean, because some clients send true as 1. A category attribute takes a
    value of its own or the label of one, and holds the value.
    """
    match definition.type:
        case "text" | "user":
            return value if isinstance(value, str) and len(value) <= MAX_TEXT else None
        case "float":
            return _number(value)
        case "boolean":
            return bool(value) if isinstance(value, bool | int) and value in (0, 1) else None
        case "date":
            return value if isinstance(value, str) and _is_date(value) else None
        case "category":
            return _category_value(definition, value)
        case "multiple-choice":
            return _choices(value)
        case "id":
            return _id(value)
        case "computed":
            return None


_TAKES: Final[dict[AttributeType, str]] = {
    "text": f"a text of up to {MAX_TEXT} characters",
    "user": f"a text of up to {MAX_TEXT} characters",
    "float": "a number",
    "boolean": "true, false, 0 or 1",
    "date": "a date as in RFC 3339",
    "category": "one of its values or their labels",
    "multiple-choice": f"a list of up to {MAX_OPTIONS} texts of up to {MAX_OPTION} characters",
    "id": f"a text of up to {MAX_TEXT} characters or a whole number",
    "computed": "no value, for it is computed",
}
_GIVEN: Final[dict[type, str]] = {str: "text", int: "number", float: "number", bool: "boolean"}


def misfit(definition: AttributeDefinition, value: object) -> str:
    """Why the value, which does not fit, was ignored. The value itself is not repeated."""
    given = _GIVEN.get(type(value), "list")
    return (
        f"{definition.name} is of type {definition.type} and takes {_TAKES[definition.type]}; "
        f"the {given} that was sent was ignored"
    )


def read_text(kind: AttributeType, text: str) -> Value:
    """The value that a text stands for, as in a column of a CSV file; else the text itself.

    Options of a multiple-choice attribute are separated by commas, and may stand in brackets.
    """
    match kind:
        case "float" if is_number(text):
            return _read_number(text)
        case "boolean":
            return BOOLEAN_TEXTS.get(text.strip().lower(), text)
        case "multiple-choice":
            inside = text.strip().removeprefix("[").removesuffix("]")
            options = (each.strip().strip("\"'").strip() for each in inside.split(","))
            return [each for each in options if each]
        case _:
            return text


def _read_number(text: str) -> int | float:
    whole = is_whole(text)
    return int(text) if whole and len(text) <= 19 else float(text)


def seen_type(value: object) -> AttributeType | None:
    """The type of an attribute that is created from this value."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "float"
        case str():
            return "text"
        case list():
            return "multiple-choice"
        case _:
            return None


def _id(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return text if len(text) <= MAX_TEXT else None


def _number(value: object) -> int | float | None:
    """An integer of 64 bits or a finite float; a larger integer becomes the nearest float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _category_value(definition: AttributeDefinition, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    if text in definition.options:
        return text
    if text in definition.labels:
        return definition.options[definition.labels.index(text)]
    return None


def _choices(value: object) -> list[str] | None:
    if not isinstance(value, list) or len(value) > MAX_OPTIONS:
        return None
    if not all(isinstance(item, str) and len(item) <= MAX_OPTION for item in value):
        return None
    return list(dict.fromkeys(value))


def _is_date(value: str) -> bool:
    try:
        parse_instant(value)
    except ValueError:
        return False
    return True
