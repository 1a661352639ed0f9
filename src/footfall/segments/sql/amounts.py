"""What values of events amount to, in steps: found in each row, brought together, compared."""

from __future__ import annotations

from typing import Final, NamedTuple

from footfall.segments.aggregates import LARGEST, MILLION, threshold
from footfall.segments.definition import Aggregate
from footfall.segments.paths import parse_path
from footfall.segments.sql.binding import Binding
from footfall.segments.sql.filters import COMPARISONS, Value, items

_LIMB: Final = 2**31
"""The embedded ClickHouse has no integers beyond 64 bits. A sum is therefore kept in two of them:
how many times this, and what is left."""
_MOST: Final = 2**32
"""More than any average's upper part, and small enough to be multiplied by a count."""

_NUMBERS: Final = "arrayMap(one -> assumeNotNull(one), arrayFilter(one -> isNotNull(one), {}))"
_WHOLES: Final = (
    f"arrayMap(one -> toInt64(roundBankers(greatest(least(one, {LARGEST:.1f}), -{LARGEST:.1f})"
    f" * {MILLION:.1f})), {{}})"
)


class Amount(NamedTuple):
    """Expressions for one condition."""

    found: str
    """An array, for each event: what of it counts. Then named `found`."""
    together: str
    """Columns over a contact's events."""
    wanted: str
    """Whether these are as the condition wants."""


def amount(condition: Aggregate, binding: Binding) -> Amount:
    """How the condition is computed."""
    operator = COMPARISONS[condition.comparison.operator]
    value, elements = _elements(condition, binding)
    limit = binding.number(float(condition.comparison.value))
    number = value.number(condition.reading)
    numbers = _NUMBERS.format(f"arrayMap(item -> {number}, {elements})")
    match condition.function:
        case "distinct":
            keys = f"arrayMap(item -> {_key(value, number)}, {elements})"
            found = f"arrayFilter(one -> one != '', {keys})"
            return Amount(found, "uniqExactArray(found) AS amount", f"amount {operator} {limit}")
        case "min" | "max" as function:
            together = f"sum(length(found)) AS parts, {function}Array(found) AS amount"
            return Amount(numbers, together, f"parts > 0 AND amount {operator} {limit}")
        case "sum" | "average":
            together = (
                f"sum(length(found)) AS parts, sumArray(arrayMap(one -> {_upper('one')}, found))"
                f" AS upper_part, sumArray(arrayMap(one -> {_lower('one')}, found)) AS lower_part"
            )
            return Amount(_WHOLES.format(numbers), together, _total(condition, binding))


def _elements(condition: Aggregate, binding: Binding) -> tuple[Value, str]:
    """What is asked of an element, named `item`, and the elements' texts."""
    path = parse_path(condition.path)
    elements = items(path, binding) if path.arrays else "[properties]"
    return Value("item", path.keys, binding), elements


def _key(value: Value, number: str) -> str:
    """A text that differs where the values do, in type or otherwise; empty where none counts."""
    # -0 and 0 are one number, and become so by adding 0.
    bits = f"hex(reinterpretAsUInt64(assumeNotNull({number}) + 0.))"
    return (
        f"multiIf(isNotNull({number}), concat('number ', {bits}),"
        f" {value.type} = 'String', concat('text ', {value.text}),"
        f" {value.type} = 'Bool', concat('truth ', toString({value.truth})), '')"
    )


def _total(condition: Aggregate, binding: Binding) -> str:
    """Whether the sum stands as it should to the threshold, or to that many times it."""
    limit, parts = threshold(condition.comparison), "1"
    upper, lower = divmod(limit, _LIMB)
    if condition.function == "average":
        upper, parts = min(max(upper, -_MOST), _MOST), "toInt64(parts)"
    wanted = _carried(f"({binding.whole(upper)} * {parts})", f"({binding.whole(lower)} * {parts})")
    operator = COMPARISONS[condition.comparison.operator]
    compared = f"{_carried('upper_part', 'lower_part')} {operator} {wanted}"
    return compared if condition.function == "sum" else f"parts > 0 AND {compared}"


def _carried(upper: str, lower: str) -> str:
    """The two parts, with what is too much for the lower one carried over to the upper one."""
    return f"({upper} + {_upper(lower)}, {_lower(lower)})"


def _lower(whole: str) -> str:
    return f"bitAnd({whole}, {_LIMB - 1})"


def _upper(whole: str) -> str:
    return f"intDiv({whole} - {_lower(whole)}, {_LIMB})"
