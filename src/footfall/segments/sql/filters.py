"""Filters and tests on properties as expressions over an event's row.

Properties are JSON text. ClickHouse converts as it reads (a text "5" is read as 5), so every test
of a value also asks for its type. Cheap and telling parts come first; the rest is not computed
where they fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from footfall.instants import DAY, EARLIEST, LATEST, MICROSECOND
from footfall.segments.definition import (
    AllFilters,
    AnyFilter,
    Filter,
    Filters,
    NoFilter,
    Property,
)
from footfall.segments.operators import (
    AtLeast,
    AtMost,
    Contains,
    Count,
    Date,
    EndsWith,
    Equals,
    Exists,
    GreaterThan,
    InRange,
    IsNull,
    LessThan,
    Matches,
    Not,
    OneOf,
    Reading,
    Scalar,
    StartsWith,
    Test,
)
from footfall.segments.paths import Path, parse_path
from footfall.segments.sql.binding import Binding, Edges
from footfall.segments.values import NUMBER_IN_TEXT
from footfall.segments.windows import Window

_IS_NUMBER: Final = "IN ('Int64', 'UInt64', 'Double')"
COUNTS: Final = {"at_least": ">=", "at_most": "<=", "exactly": "="}
COMPARISONS: Final = {
    "equals": "=",
    "less_than": "<",
    "at_most": "<=",
    "greater_than": ">",
    "at_least": ">=",
}


class Value:
    """What stands at keys below a JSON text, as expressions."""

    def __init__(self, source: str, keys: tuple[str, ...], binding: Binding) -> None:
        self._arguments = ", ".join((source, *map(binding.text, keys)))
        self._binding = binding

    @property
    def type(self) -> str:
        """Its type; 'Null' for what is not there, too."""
        return f"JSONType({self._arguments})"

    @property
    def exists(self) -> str:
        """Whether it is there."""
        return f"JSONHas({self._arguments})"

    @property
    def text(self) -> str:
        """Its text, where it is one."""
        return f"JSONExtractString({self._arguments})"

    @property
    def truth(self) -> str:
        """Its truth, where it is true or false."""
        return f"JSONExtractBool({self._arguments})"

    @property
    def float(self) -> str:
        """Its number, where it is one."""
        return f"JSONExtractFloat({self._arguments})"

    @property
    def array(self) -> str:
        """The texts of its elements; empty where it is no array."""
        return f"JSONExtractArrayRaw({self._arguments})"

    def number(self, reading: Reading) -> str:
        """Its number, or NULL where it counts as none."""
        if reading == "received":
            return f"if({self.type} {_IS_NUMBER}, {self.float}, NULL)"
        form = self._binding.text(f"^(?:{NUMBER_IN_TEXT})$")
        return (
            f"multiIf({self.type} {_IS_NUMBER}, {self.float},"
            f" {self.type} = 'String' AND match({self.text}, {form}),"
            f" toFloat64OrNull({self.text}), NULL)"
        )


def conjunction(parts: Iterable[str]) -> str:
    """All of them, but for those that are empty; true where there are none."""
    there = [part for part in parts if part]
    return f"({' AND '.join(there)})" if there else "1"


def admits(filters: Filters, binding: Binding) -> str:
    """Whether an event passes all filters."""
    return conjunction(_admits(part, binding) for part in filters)


def _admits(part: Filter, binding: Binding) -> str:
    match part:
        case AllFilters(of):
            return admits(of, binding)
        case AnyFilter(of):
            return f"({' OR '.join(_admits(one, binding) for one in of)})"
        case NoFilter(of):
            return f"NOT ({' OR '.join(_admits(one, binding) for one in of)})"
        case Property(path, test, elements):
            return _property(parse_path(path), test, elements, binding)
        case _:
            assert_never(part)


def _property(path: Path, test: Test, elements: str | Count, binding: Binding) -> str:
    if not path.arrays:
        return _passes(test, Value("properties", path.keys, binding), binding)
    found = items(path, binding)
    condition = f"item -> {_passes(test, Value('item', path.keys, binding), binding)}"
    if isinstance(elements, Count):
        wanted = f"{COUNTS[elements.operator]} {binding.whole(elements.value)}"
        return f"(arrayCount({condition}, {found}) {wanted})"
    if elements == "every":
        return f"(notEmpty({found}) AND arrayAll({condition}, {found}))"
    return f"arrayExists({condition}, {found})"


def items(path: Path, binding: Binding) -> str:
    """The texts of all elements of the arrays that the path passes."""
    first, *others = path.arrays
    found = Value("properties", first, binding).array
    for keys in others:
        inner = Value("part", keys, binding).array
        found = f"arrayFlatten(arrayMap(part -> {inner}, {found}))"
    return found


def _passes(test: Test, value: Value, binding: Binding) -> str:
    match test:
        case Equals(expected, reading):
            return _one_of((expected,), reading, value, binding)
        case OneOf(values, reading):
            return _one_of(values, reading, value, binding)
        case Contains() | StartsWith() | EndsWith() | Matches():
            return f"({_is_like(test, value.text, binding)} AND {value.type} = 'String')"
        case Exists():
            return value.exists
        case IsNull():
            return f"({value.type} = 'Null' AND {value.exists})"
        case LessThan() | AtMost() | GreaterThan() | AtLeast() | InRange():
            return _in_order(test, value, binding)
        case Date(when):
            return f"({value.type} = 'String' AND {_is_date(value.text, when, binding)})"
        case Not(inner):
            return f"({value.exists} AND NOT {_passes(inner, value, binding)})"
        case _:
            assert_never(test)


def _one_of(values: tuple[Scalar, ...], reading: Reading, value: Value, binding: Binding) -> str:
    texts = [one for one in values if isinstance(one, str)]
    truths = sorted({one for one in values if isinstance(one, bool)})
    floats = [float(one) for one in values if not isinstance(one, str | bool)]
    parts = []
    if len(texts) == 1:
        parts.append(f"({value.text} = {binding.text(texts[0])} AND {value.type} = 'String')")
    elif texts:
        parts.append(f"({value.text} IN {binding.texts(texts)} AND {value.type} = 'String')")
    if truths:
        listed = ", ".join(str(int(one)) for one in truths)
        parts.append(f"({value.type} = 'Bool' AND {value.truth} IN ({listed}))")
    if len(floats) == 1:
        parts.append(_compare(value, reading, "= {}", floats, binding))
    elif floats:
        found = f"ifNull({value.number(reading)}, nan)"
        parts.append(f"has({binding.numbers(floats)}, {found})")
    return f"({' OR '.join(parts)})"


def _is_like(test: Contains | StartsWith | EndsWith | Matches, text: str, binding: Binding) -> str:
    match test:
        case Contains(wanted):
            return f"position({text}, {binding.text(wanted)}) > 0"
        case StartsWith(wanted):
            return f"startsWith({text}, {binding.text(wanted)})"
        case EndsWith(wanted):
            return f"endsWith({text}, {binding.text(wanted)})"
        case Matches(pattern):
            # ClickHouse lets a dot match the end of a line, which RE2 by itself does not.
            return f"match({text}, {binding.text(f'(?-s){pattern}')})"


def _in_order(
    test: LessThan | AtMost | GreaterThan | AtLeast | InRange, value: Value, binding: Binding
) -> str:
    match test:
        case LessThan(limit, reading):
            return _compare(value, reading, "< {}", [limit], binding)
        case AtMost(limit, reading):
            return _compare(value, reading, "<= {}", [limit], binding)
        case GreaterThan(limit, reading):
            return _compare(value, reading, "> {}", [limit], binding)
        case AtLeast(limit, reading):
            return _compare(value, reading, ">= {}", [limit], binding)
        case InRange(low, high, reading):
            return _compare(value, reading, "BETWEEN {} AND {}", [low, high], binding)


def _compare(
    value: Value, reading: Reading, form: str, limits: list[float], binding: Binding
) -> str:
    comparison = form.format(*(binding.number(float(limit)) for limit in limits))
    if reading == "received":
        return f"({value.float} {comparison} AND {value.type} {_IS_NUMBER})"
    return f"ifNull({value.number(reading)} {comparison}, 0)"


def within(microseconds: str, nanos: str, edges: Edges) -> str:
    """Whether a moment lies between the edges; empty where there are none.

    Whole microseconds come first, for the index.
    """
    parts = []
    if edges.start:
        parts.append(
            f"{microseconds} >= {edges.start}"
            f" AND ({microseconds} > {edges.start} OR {nanos} >= {edges.start_nanos})"
        )
    if edges.end:
        parts.append(
            f"{microseconds} <= {edges.end}"
            f" AND ({microseconds} < {edges.end} OR {nanos} < {edges.end_nanos})"
        )
    return " AND ".join(parts)


_LEAP: Final = r"(?:0[48]|[2468][048]|[13579][26])"
_DAY: Final = (
    r"(?:[0-9]{4}-(?:(?:0[13578]|1[02])-31|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|(?:[0-9]{{2}}{_LEAP}|(?:{_LEAP}|00)00)-02-29)"
)
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):?[0-5][0-9]"
_VALID: Final = (
    rf"^{_DAY}(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:\.[0-9]{{1,9}})?)?"
    rf"(?:[Zz]| ?UTC| ?[+-]{_CLOCK})?)?$"
)
"""What `instants.parse_instant` takes, but for dates that are out of its years."""
_PARTS: Final = (
    r"^(....)-(..)-(..)(?:.(..):(..)(?::(..)(?:\.([0-9]+))?)?"
    r"(?:[Zz]| ?UTC| ?\+(..):?(..)| ?-(..):?(..))?)?$"
)
# Days since 1970 by days_from_civil (see `calendars`); a year begins in March, z counts months.
_NUMBER_OF_DAY: Final = (
    "365 * intDiv(z, 12) + intDiv(z, 48) - intDiv(z, 1200) + intDiv(z, 4800)"
    " + intDiv(153 * (z % 12) + 2, 5) + n[3] - 719469"
)
_SECONDS: Final = (
    f"({_NUMBER_OF_DAY}) * 86400 + (n[4] - n[8] + n[10]) * 3600 + (n[5] - n[9] + n[11]) * 60 + n[6]"
)
_FRACTION: Final = "toInt64OrZero(rightPad(part[7], 9, '0'))"
_MOMENT: Final = f"(({_SECONDS}) * 1000000 + intDiv({_FRACTION}, 1000), {_FRACTION} % 1000)"
_YEARS: Final = f"BETWEEN {EARLIEST // MICROSECOND} AND {LATEST // MICROSECOND}"
_DAY_IN_MICROSECONDS: Final = DAY // MICROSECOND


def _is_date(text: str, when: Window, binding: Binding) -> str:
    """Whether the text is a date or date-time in the window.

    The arithmetic of `instants.parse_instant`, because ClickHouse's own dates end in 2299. A date
    alone is compared by the number of its day, so that no zone is needed here.

    Arrays of a single element give names to what is used more than once. They stand side by side,
    not within each other: ClickHouse resolves what stands in a lambda again for each one around it.
    """
    parts = f"[extractGroups({text}, {binding.text(_PARTS)})]"
    numbers = f"arrayMap(part -> arrayMap(one -> toInt64OrZero(one), part), {parts})"
    months = f"arrayMap(n -> 12 * n[1] + n[2] - 3, {numbers})"
    moment = f"arrayMap((part, n, z) -> {_MOMENT}, {parts}, {numbers}, {months})"
    edges, (first, end) = binding.edges(when), binding.days(when)
    if edges.start:
        start = f"if(length({text}) = 10, {first} * {_DAY_IN_MICROSECONDS}, {edges.start})"
        nanos = f"if(length({text}) = 10, 0, {edges.start_nanos})"
        edges = edges._replace(start=start, start_nanos=nanos)
    if edges.end:
        stop = f"if(length({text}) = 10, {end} * {_DAY_IN_MICROSECONDS}, {edges.end})"
        nanos = f"if(length({text}) = 10, 0, {edges.end_nanos})"
        edges = edges._replace(end=stop, end_nanos=nanos)
    lies = conjunction([f"found.1 {_YEARS}", _tuple_within(edges)])
    return f"(match({text}, {binding.text(_VALID)}) AND arrayExists(found -> {lies}, {moment}))"


def _tuple_within(edges: Edges) -> str:
    parts = []
    if edges.start:
        parts.append(f"found >= ({edges.start}, {edges.start_nanos})")
    if edges.end:
        parts.append(f"found < ({edges.end}, {edges.end_nanos})")
    return " AND ".join(parts)
