"""The `filter` of a listing of contacts: `equals(ATTRIBUTE,"value")`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date

import msgspec

from footfall.attributes import COMPUTED, AttributeDefinition, Value, attribute_name, fitting
from footfall.contact_requests import KINDS_OF_ATTRIBUTES
from footfall.contacts import ContactId
from footfall.errors import InvalidParameter
from footfall.identifiers import Identifier, normal
from footfall.ports import Condition, ContactQuery

_FORM = re.compile(r'\s*equals\(\s*([\w-]+)\s*,\s*(?:"([^"]*)"|([^")]*?))\s*\)\s*', re.DOTALL)

Owners = Callable[[Collection[Identifier]], Mapping[Identifier, ContactId]]


def condition(
    query: ContactQuery, text: str, definitions: list[AttributeDefinition], owners: Owners
) -> ContactQuery:
    """The query with what the filter asks for; raises `InvalidParameter` for what it cannot mean.

    An attribute that stands for an identifier is looked up by it. Of a multiple-choice attribute
    all options must be chosen; a category attribute is asked for by value or by label.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise InvalidParameter('filter must be equals(ATTRIBUTE,"value")', "filter")
    name = attribute_name(match[1])
    value = match[2] if match[2] is not None else match[3]
    if name in KINDS_OF_ATTRIBUTES:
        return _identified(query, KINDS_OF_ATTRIBUTES[name], value, owners)
    definition = next((each for each in definitions if each.name == name), None)
    if definition is None or definition.category in COMPUTED:
        raise InvalidParameter(f"filter: there is no attribute {name} to ask for", "filter")
    wanted = _wanted(definition, value)
    if wanted is None:
        raise InvalidParameter(
            f"filter: {name} is of type {definition.type}, which the value does not fit", "filter"
        )
    is_day = definition.type == "date" and _is_day(value)
    return msgspec.structs.replace(query, condition=Condition(name, wanted, is_day))


def _identified(query: ContactQuery, kind: str, value: str, owners: Owners) -> ContactQuery:
    try:
        identifier = normal(kind, value)
    except ValueError as problem:
        raise InvalidParameter(f"filter: the value {problem}", "filter") from problem
    owner = owners([identifier]).get(identifier)
    ids: tuple[ContactId, ...] = () if owner is None else (owner,)
    if query.ids is not None:
        ids = tuple(each for each in ids if each in query.ids)
    return msgspec.structs.replace(query, ids=ids)


def _wanted(definition: AttributeDefinition, text: str) -> Value | None:
    """The value as the attribute would hold it; None where it never would."""
    given: object = text
    match definition.type:
        case "float":
            given = _number(text)
        case "boolean":
            given = {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
        case "multiple-choice":
            given = [option for part in text.split(",") if (option := part.strip())]
    return fitting(definition, given)


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("YYYY-MM-DD")
