"""Looking for events: what people type, as conditions; what found events have in common. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, Final

import msgspec

from footfall.instants import DAY, SECOND
from footfall.segments.definition import Property
from footfall.segments.operators import (
    MAX_TEXT,
    AtLeast,
    AtMost,
    Contains,
    Equals,
    GreaterThan,
    IsNull,
    LessThan,
    Not,
    OneOf,
    Scalar,
    Test,
)
from footfall.segments.paths import parse_path

MAX_CONDITIONS: Final = 20
"""On properties, in one search."""
MAX_TERMS: Final = 20
"""Parts of a text that are looked for."""
MAX_BUCKETS: Final = 400
"""Stretches of time of one histogram."""
MAX_FACETS: Final = 30
"""Properties whose values are counted."""
MAX_FACET_VALUES: Final = 6
MAX_FACET_VALUE: Final = 200
"""Characters of a value that is counted."""

MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
STEPS: Final = (
    *(each * SECOND for each in (1, 5, 15, 30)),
    *(each * MINUTE for each in (1, 5, 15, 30)),
    *(each * HOUR for each in (1, 3, 6, 12)),
    *(each * DAY for each in (1, 7, 30, 365, 3_650)),
)
"""How long a stretch of a histogram may be, so that its bounds read well."""


class Written(msgspec.Struct, frozen=True):
    """A key with its value, or an element of a list, as JSON may write it."""

    key: str
    """With its quotes and the colon; empty for an element."""
    values: tuple[str, ...]
    """The value's JSON texts: in each event that passes stands one of them."""


class Search(msgspec.Struct, frozen=True):
    """What must stand in an event's texts; all conditions hold together."""

    words: tuple[str, ...] = ()
    """Runs of ASCII letters and digits, in lower case, that stand there whole, in any case."""
    passages: tuple[tuple[str, ...], ...] = ()
    """Of each, one of the ways in which JSON writes it stands there, in any case."""
    properties: tuple[Property, ...] = ()
    """Conditions on properties."""
    pairs: tuple[Written, ...] = ()
    """What stands in the properties by these conditions."""

    @property
    def is_indexed(self) -> bool:
        """Whether it is for something that few stretches of events have, as an index tells."""
        return bool(self.words or self.pairs)

    def __bool__(self) -> bool:
        return bool(self.words or self.passages or self.properties)


class Bucket(msgspec.Struct, frozen=True, array_like=True):
    """How many events of one name there are in one stretch of time."""

    start: int
    name: str
    count: int


class Facet(msgspec.Struct):
    """A property of found events with its most frequent values."""

    path: str
    count: int
    """Events that have it."""
    values: list[tuple[str, int]]
    """JSON texts of values, each with the number of its events."""


_CONDITION: Final = re.compile(r"([^=!<>~]+)(!=|>=|<=|=|>|<|~)(.*)", re.DOTALL).fullmatch
_WORD: Final = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_SAME_EVERYWHERE: Final = re.compile(r"[A-Za-z0-9 _.:;/@#$%*()!?|~^-]+", re.ASCII).fullmatch
"""A text that all programs write in the same way but for `/`, and that has no mark of JSON's."""
_PLAIN_FROM: Final = 1e-3
_PLAIN_TO: Final = 1e7
"""Between these all programs write a number without an exponent; Java is the first to use one."""
_PLAIN_WORD: Final = re.compile(r"[A-Za-z0-9]+", re.ASCII).fullmatch


def search(text: str, conditions: Sequence[str]) -> Search:
    """What is looked for: a text whose parts between blanks all stand somewhere, and conditions.

    A condition is a path, an operator and a value, as in `cart.total>=100`; see `read_condition`.
    Raises ValueError saying what is wrong with which part.
    """
    terms = text.split()
    if len(terms) > MAX_TERMS or len(text) > MAX_TEXT:
        raise ValueError(f"longer than {MAX_TERMS} words or {MAX_TEXT} characters")
    if len(conditions) > MAX_CONDITIONS:
        raise ValueError(f"more than {MAX_CONDITIONS} conditions")
    properties = tuple(read_condition(each) for each in conditions)
    words = [word for term in terms for word in whole_words(term)]
    passages = [written_ways(term) for term in terms if not _PLAIN_WORD(term)]
    pairs: list[Written] = []
    for each in properties:
        if values := _written_values(each.test):
            keys = parse_path(each.path).keys
            pairs.append(Written(f'"{keys[-1]}":' if keys else "", tuple(values)))
        elif isinstance(each.test, Equals) and isinstance(each.test.value, str):
            words += whole_words(each.test.value)
    return Search(tuple(dict.fromkeys(words)), tuple(passages), properties, tuple(pairs))


def read_condition(text: str) -> Property:
    """A condition on a property; raises ValueError.

    `=` and `!=` take a text, a number, true, false or null; a number stands for a text with the
    same digits too, and a text in quotes for a text alone. `>`, `>=`, `<` and `<=` take a number,
    `~` a part of a text. What a path through lists leads to need fit in one element only.
    """
    match = _CONDITION(text)
    if match is None:
        raise ValueError(f"no condition as in cart.total>=100: {text[:80]!r}")
    path, operator, value = match[1].strip(), match[2], match[3].strip()
    parse_path(path)
    if not value or len(value) > MAX_TEXT:
        raise ValueError(f"{path} is compared with no value, or with more than {MAX_TEXT} letters")
    return Property(path, _test(path, operator, value))


def _test(path: str, operator: str, value: str) -> Test:
    match operator:
        case "=":
            return _equal(value)
        case "!=":
            return Not(_equal(value))
        case "~":
            return Contains(value)
        case ">":
            return GreaterThan(_number(path, value))
        case ">=":
            return AtLeast(_number(path, value))
        case "<":
            return LessThan(_number(path, value))
        case _:
            return AtMost(_number(path, value))


def _equal(value: str) -> Equals | OneOf | IsNull:
    read = _scalar(value)
    if read is None:
        return IsNull()
    if isinstance(read, str):
        return Equals(read)
    return OneOf((read, value))


def _scalar(text: str) -> Scalar | None:
    """The JSON value that the text is, where it is one of no parts; else the text itself."""
    try:
        value = msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return text
    if value is None or isinstance(value, str | int | float):
        return value
    return text


def _number(path: str, text: str) -> int | float:
    value = _scalar(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{path} is compared with {text[:80]!r}, which is no number")
    return value


def _written_values(test: Test) -> list[str]:
    """The ways in which JSON writes what passes; empty where it may be written otherwise."""
    match test:
        case Equals(str() as text) if _SAME_EVERYWHERE(text):
            return _written_text(text)
        case OneOf((bool() as value, str() as text)):
            return [json.dumps(value), *_written_text(text)]
        case OneOf((int() | float() as number, str() as text)):
            return [*_written_number(number, text), *_written_text(text)]
    return []


def _written_text(text: str) -> list[str]:
    return [f'"{way}"' for way in written_ways(text)]


def _written_number(number: float, text: str) -> list[str]:
    """As typed, and as programs write it: by its digits, as an amount, or by an exponent."""
    exact = Decimal(repr(number))
    whole, _, decimals = format(exact, "f").partition(".")
    decimals = decimals.rstrip("0")
    ways = [text, f"{whole}.{decimals}" if decimals else whole]
    ways += [
        f"{whole}.{decimals.ljust(places, '0')}" for places in (1, 2) if len(decimals) < places
    ]
    if number == 0:
        ways += ["0", "0.0", "-0", "-0.0"]
    elif not _PLAIN_FROM <= abs(number) < _PLAIN_TO:
        exponent = exact.adjusted()
        first, *rest = (str(digit) for digit in exact.as_tuple().digits)
        others = "".join(rest).rstrip("0")
        sign = "-" if number < 0 else ""
        short = f"{sign}{first}.{others}" if others else f"{sign}{first}"
        long = f"{sign}{first}.{others or '0'}"
        ways += [
            f"{digits}{mark}{power}"
            for digits in (short, long)
            for mark in "eE"
            for power in (f"{exponent}", f"{exponent:+}", f"{exponent:+03}")
        ]
    return list(dict.fromkeys(ways))


def whole_words(text: str) -> list[str]:
    """The words of a value that stand whole in its JSON text, however that is written.

    A word beside a letter that JSON may write by an escape, as é or a line's end, may run into the
    escape, and does not count.
    """
    return [
        found[0].lower()
        for found in _WORD.finditer(text)
        if _parts(text[: found.start()][-1:]) and _parts(text[found.end() :][:1])
    ]


def _parts(neighbour: str) -> bool:
    return " " <= neighbour <= "~" or not neighbour


def written_ways(text: str) -> tuple[str, ...]:
    """The text as JSON may write it: with or without escapes for what is not ASCII, and for `/`."""
    plain = json.dumps(text, ensure_ascii=False)[1:-1]
    ways = (plain, json.dumps(text)[1:-1])
    return tuple(dict.fromkeys([*ways, *(each.replace("/", r"\/") for each in ways)]))


def step_for(start: int, end: int, buckets: int) -> int:
    """How long each stretch is where so many at most are to cover the time; nanoseconds."""
    for step in STEPS:
        if (end - start) // step < buckets:
            return step
    return STEPS[-1]


def joined(buckets: Iterable[Bucket], step: int) -> list[Bucket]:
    """The same counts in stretches of a multiple of their length; in order of time and name."""
    counts: Counter[tuple[int, str]] = Counter()
    for each in buckets:
        counts[each.start - each.start % step, each.name] += each.count
    return [Bucket(start, name, count) for (start, name), count in sorted(counts.items())]


def facets(sample: Iterable[str]) -> list[Facet]:
    """The properties that most of a sample of JSON texts have, with their most frequent values.

    Without those that hardly repeat, as ids do: they lead nowhere.
    """
    found: dict[str, Counter[str]] = {}
    for text in sample:
        for path, value in dict.fromkeys(_scalars("", msgspec.json.decode(text))):
            found.setdefault(path, Counter())[value] += 1
    counted = [
        Facet(path, values.total(), values.most_common(MAX_FACET_VALUES))
        for path, values in found.items()
        if len(values) == 1 or len(values) <= values.total() // 2
    ]
    counted.sort(key=lambda each: (-each.count, each.path))
    return counted[:MAX_FACETS]


def _scalars(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, child in islice(value.items(), 200):
            yield from _scalars(f"{path}.{key}" if path else key, child)
    elif isinstance(value, list):
        for child in islice(value, 20):
            yield from _scalars(f"{path}[]", child)
    else:
        text = msgspec.json.encode(value).decode()
        if path and len(text) <= MAX_FACET_VALUE:
            yield path, text
