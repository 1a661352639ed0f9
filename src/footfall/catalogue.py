"""The catalogue: what a sample of events shows of their properties, and what people note. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, Literal

import msgspec

from footfall.instants import parse_instant

MAX_PATHS: Final = 500
"""Paths of one event name that are told apart; what is seen past them is passed over."""
MAX_STEPS: Final = 20
"""Keys in one path."""
MAX_ELEMENTS: Final = 20
"""Elements of one list that are looked at."""
MAX_EXAMPLES: Final = 3
MAX_EXAMPLE: Final = 120
"""Characters of one example."""

is_event_name: Final = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII).fullmatch
"""Whether an event could have that name."""

MAX_DESCRIPTION: Final = 2_000
MAX_OWNER: Final = 100

PropertyType = Literal["text", "number", "boolean", "date", "list", "object"]
SeenType = PropertyType | Literal["null"]
Drift = Literal["", "mixed", "turned", "unexpected"]


class Note(msgspec.Struct, frozen=True):
    """What people say of an event name, or of one of its properties."""

    name: str
    path: str = ""
    """Of the property, as in `cart.items[].sku`; empty for the event itself."""
    description: str = ""
    owner: str = ""
    expected: PropertyType | Literal[""] = ""
    """The type that a property should have; empty where anything goes."""
    hidden: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether the note is as good as none."""
        return not (self.description or self.owner or self.expected or self.hidden)


class TypeSeen(msgspec.Struct):
    """One type of a property within a sample. Moments of receipt, nanoseconds since the epoch."""

    type: SeenType
    count: int
    """Events in which the property had a value of that type."""
    first_seen: int
    last_seen: int
    examples: list[str]
    """JSON texts, each another one, cut off after 120 characters."""


class PropertySeen(msgspec.Struct):
    """What a sample shows of one property."""

    path: str
    count: int
    """Events that have it."""
    types: list[TypeSeen]
    """The most frequent first."""


def properties_seen(sample: Iterable[tuple[int, str]]) -> list[PropertySeen]:
    """The properties of a sample of events of one name, each given by receipt and JSON text.

    In order of their paths. What stands in a list has `[]` in its path; a text counts as a date
    where every text at that path names a moment.
    """
    found: dict[str, dict[SeenType, TypeSeen]] = {}
    counts: dict[str, int] = {}
    for received_at, text in sample:
        here: set[tuple[str, SeenType]] = set()
        for path, value in _leaves("", msgspec.json.decode(text), MAX_STEPS):
            if path not in found:
                if len(found) >= MAX_PATHS:
                    continue
                found[path] = {}
            kind = _type_of(value)
            _note(found[path], kind, value, received_at, is_new=(path, kind) not in here)
            here.add((path, kind))
        for path in {path for path, _ in here}:
            counts[path] = counts.get(path, 0) + 1
    return [PropertySeen(path, counts[path], _ordered(found[path])) for path in sorted(found)]


def drift(seen: PropertySeen, expected: PropertyType | Literal[""]) -> Drift:
    """How the types seen differ from one another, or from the one that is expected.

    `turned`: values of one type came only after the last of another. null fits every type.
    """
    types = [each for each in seen.types if each.type != "null"]
    if expected:
        fitting = {"text", "date"} if expected == "text" else {expected}
        return "unexpected" if any(each.type not in fitting for each in types) else ""
    if len(types) < 2:
        return ""
    turned = any(one.last_seen < other.first_seen for one in types for other in types)
    return "turned" if turned else "mixed"


def _leaves(path: str, value: Any, steps: int) -> Iterator[tuple[str, Any]]:
    """Every value below the root with its path; objects and lists count as values too."""
    if path:
        yield path, value
    if steps == 0:
        return
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, child, steps - 1)
    elif isinstance(value, list) and path:
        for child in islice(value, MAX_ELEMENTS):
            yield from _leaves(f"{path}[]", child, steps - 1)


def _type_of(value: Any) -> SeenType:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "date" if _is_date(value) else "text"
        case list():
            return "list"
        case _:
            return "object"


def _is_date(text: str) -> bool:
    try:
        parse_instant(text)
    except ValueError:
        return False
    return True


def _note(
    types: dict[SeenType, TypeSeen], kind: SeenType, value: Any, at: int, *, is_new: bool
) -> None:
    """Add a value to what is known of its path; an event counts once for each type."""
    seen = types.get(kind)
    if seen is None:
        seen = types[kind] = TypeSeen(kind, 0, at, at, [])
    if is_new:
        seen.count += 1
    seen.first_seen = min(seen.first_seen, at)
    seen.last_seen = max(seen.last_seen, at)
    if len(seen.examples) < MAX_EXAMPLES and kind not in ("null", "list", "object"):
        example = msgspec.json.encode(value).decode()[:MAX_EXAMPLE]
        if example not in seen.examples:
            seen.examples.append(example)


def _ordered(types: dict[SeenType, TypeSeen]) -> list[TypeSeen]:
    """The most frequent first; dates among other texts are texts."""
    dates = types.get("date")
    texts = types.get("text")
    if dates and texts:
        texts.count += dates.count
        texts.first_seen = min(texts.first_seen, dates.first_seen)
        texts.last_seen = max(texts.last_seen, dates.last_seen)
        texts.examples = (texts.examples + dates.examples)[:MAX_EXAMPLES]
        del types["date"]
    return sorted(types.values(), key=lambda each: (-each.count, each.type))
