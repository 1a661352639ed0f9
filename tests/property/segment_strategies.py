"""Definitions, contacts and histories that meet each other: few names, few values, near edges."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from footfall.instants import SECOND, format_instant, parse_instant
from tests.property.naive_segments import Happening, Json, Person

ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "America/Sao_Paulo"]
).map(ZoneInfo)

EVENTS = ("seen", "bought", "left")
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
CLOSE = st.sampled_from([0, 0, 0, -1, 1, -1_000, 1_000, 999, -1_001])
STEPS = st.sampled_from(
    [0, HOUR, 2 * HOUR, DAY, 2 * DAY, 7 * DAY, 28 * DAY, 29 * DAY, 30 * DAY, 31 * DAY, 365 * DAY]
)

# The end of a month of 31 days, a leap day, and days on which clocks change.
NOWS = st.builds(
    lambda text, step: parse_instant(text) + step,
    st.sampled_from(
        [
            "2024-03-31T00:30:00Z",
            "2024-03-31T12:00:00Z",
            "2024-02-29T23:59:59.999999999Z",
            "2018-11-04T03:00:00Z",
            "2024-11-03T05:30:00Z",
        ]
    ),
    CLOSE,
)


@st.composite
def moments(draw: st.DrawFn, now: int) -> int:
    """Moments around now and around the edges of windows that end or begin now."""
    moment = now + draw(st.sampled_from([-1, -1, -1, 1])) * draw(STEPS)
    if draw(st.integers(0, 3)) == 0:
        moment -= moment % DAY
    return moment + draw(CLOSE)


def written_dates(now: int) -> SearchStrategy[str]:
    """Texts that are dates, nearly all of them."""
    return st.one_of(
        moments(now).map(format_instant),
        moments(now).map(lambda moment: format_instant(moment)[:10]),
        st.sampled_from(
            [
                "2024-02-30",
                "2024-02-29",
                "0002-01-01",
                "9998-12-31",
                "9999-12-31T23:59:59.999999999-00:01",
                "2024-03-31T02:30:00+0100",
                "2024-03-31t12:00",
                "2024-03-31 12:00:60 UTC",
                "2024-03-31T12:00:00.5",
                "2024-13-01",
                "2024-03-31T24:00:00Z",
                "0000-12-31",
                "2024-03-31\n",
            ]
        ),
    )


NUMBERS = st.sampled_from(
    [
        "0",
        "-0",
        "-0.0",
        "1",
        "2",
        "5",
        "5.0",
        "50e-1",
        "0.1",
        "0.2",
        "0.3",
        "0.30000000000000004",
        "-7",
        "100",
        "1e2",
        "99.9999999",
        "9007199254740993",
        "18446744073709551615",
        "1.5E7",
    ]
)
STRANGE_NUMBERS = st.sampled_from(
    [
        "18446744073709551616",
        "-9223372036854775809",
        "1e308",
        "-1e20",
        "5e-324",
        "1e100",
        "1.0E-12",
        "123456789012345678901234567890",
        "12345678901.5e9",
    ]
)
WORDS = (
    "a",
    "ab",
    "abc",
    "ABC",
    "5",
    "5.0",
    "-7",
    "007",
    "1e2",
    "",
    "é😀",
    "a\nb",
    "\u0000",
    "true",
)
TEXTS = st.sampled_from(WORDS)
PATTERNS = ("^a", "b$", "a.b", "(?i)abc", "[0-9]+", "^$", "x|c", "(?s)a.b", "\\Ab|c\\z", ".")


def _written(value: object, escaped: bool) -> str:
    return json.dumps(value, ensure_ascii=escaped)


def scalars(now: int) -> SearchStrategy[str]:
    """JSON texts of values that tests meet, now and then strange ones."""
    texts = st.one_of(TEXTS, TEXTS, written_dates(now))
    return st.one_of(
        NUMBERS,
        NUMBERS,
        st.builds(_written, texts, st.booleans()),
        st.builds(_written, texts, st.booleans()),
        st.sampled_from(["true", "false", "null", "{}", "[]", "[5]", '{"n":1}']),
    )


@st.composite
def properties(draw: st.DrawFn, now: int, strange: bool = True) -> str:
    """The JSON text of an event's properties."""
    value = scalars(now)
    if strange and draw(st.integers(0, 30)) == 0:
        value = st.one_of(value, STRANGE_NUMBERS)
    fields = {}
    for key in draw(st.lists(st.sampled_from(["n", "s", "d"]), unique=True, max_size=3)):
        fields[key] = draw(value)
    if draw(st.booleans()):
        fields["o"] = draw(st.one_of(_objects(value, ("n", "s")), value))
    if draw(st.booleans()):
        item = st.one_of(_objects(value, ("sku", "n", "tags")), value)
        fields["items"] = draw(st.one_of(_arrays(item), _arrays(item), value))
    keys = [f'"{key}"' if draw(st.integers(0, 9)) else _escaped(key) for key in fields]
    blank = draw(st.sampled_from(["", " ", "\n\t"]))
    pairs = (f"{key}:{blank}{text}" for key, text in zip(keys, fields.values(), strict=True))
    return f"{{{blank}{','.join(pairs)}}}"


def _escaped(key: str) -> str:
    return '"' + "".join(f"\\u{ord(letter):04x}" for letter in key) + '"'


@st.composite
def _objects(draw: st.DrawFn, value: SearchStrategy[str], keys: tuple[str, ...]) -> str:
    chosen = draw(st.lists(st.sampled_from(keys), unique=True))
    texts = [draw(_arrays(value)) if key == "tags" else draw(value) for key in chosen]
    pairs = (f'"{key}":{text}' for key, text in zip(chosen, texts, strict=True))
    return f"{{{','.join(pairs)}}}"


@st.composite
def _arrays(draw: st.DrawFn, value: SearchStrategy[str]) -> str:
    return f"[{','.join(draw(st.lists(value, max_size=3)))}]"


@st.composite
def people(draw: st.DrawFn, now: int, number: int, strange: bool = True) -> Person:
    """A contact with up to eight events."""
    attributes: Json = {}
    for name in draw(st.lists(st.sampled_from(["AGE", "CITY", "SINCE", "TAGS"]), unique=True)):
        attributes[name] = draw(_ATTRIBUTES[name](now))
    identifiers = draw(
        st.sampled_from(
            [{}, {"email_id": "a@example.com"}, {"ext_id": "a", "phone_id": "+33612345678"}]
        )
    )
    history = [
        Happening(draw(moments(now)), position, name, draw(properties(now, strange)))
        for position, name in enumerate(
            draw(st.lists(st.sampled_from(EVENTS), max_size=8)), start=number * 100
        )
    ]
    created = draw(moments(now))
    return Person(
        id=number,
        created_at=created,
        modified_at=max(created, draw(moments(now))),
        identifiers=identifiers,
        attributes=attributes,
        lists=draw(st.sampled_from([[], [1], [1, 2]])),
        segments=draw(st.sampled_from([[], [3]])),
        history=draw(st.permutations(history)),
    )


_ATTRIBUTES: Final[dict[str, Callable[[int], SearchStrategy[Any]]]] = {
    "AGE": lambda _: st.sampled_from([5, 30, 30.0, 0.1, True, "5"]),
    "CITY": lambda _: TEXTS,
    "SINCE": written_dates,
    "TAGS": lambda _: st.lists(TEXTS, unique=True, max_size=3),
}


@st.composite
def durations(draw: st.DrawFn, months: bool = True) -> Json:
    """Lengths near those that lie between the moments above."""
    units = {"minutes": [60, 1_440], "hours": [1, 2, 24, 720], "days": [1, 7, 28, 30], "weeks": [1]}
    if months:
        units["months"] = [1, 1, 12]
    unit = draw(st.sampled_from(sorted(units)))
    return {"amount": draw(st.sampled_from(units[unit])), "unit": unit}


@st.composite
def ends(draw: st.DrawFn, now: int) -> Any:
    """What a window may begin or end with."""
    kind = draw(st.sampled_from(["day", "time", "now", "attribute"]))
    if kind == "day":
        return format_instant(draw(moments(now)))[:10]
    if kind == "time":
        return format_instant(draw(moments(now)))
    shift = draw(st.one_of(st.just({}), durations()))
    if shift and draw(st.booleans()):
        shift = {**shift, "amount": -shift["amount"]}
    named = {"attribute": draw(st.sampled_from(["SINCE", "CITY"]))} if kind == "attribute" else {}
    return {"relative_to": kind, **named, **shift}


@st.composite
def windows(draw: st.DrawFn, now: int) -> Json:
    """Every kind of window."""
    kind = draw(
        st.sampled_from(["ever", "last", "last", "next", "before", "after", "between", "calendar"])
    )
    if kind in ("last", "next"):
        return {"type": kind, **draw(durations())}
    if kind in ("before", "after"):
        return {"type": kind, "moment": draw(ends(now))}
    if kind == "between":
        first, last = draw(ends(now)), draw(ends(now))
        if isinstance(first, str) and isinstance(last, str):
            if len(first) != len(last):
                last = first
            first, last = sorted((first, last), key=parse_instant)
        return {"type": kind, "from": first, "to": last}
    if kind == "calendar":
        periods = ["today", "yesterday", "this_week", "last_week"]
        periods += ["this_month", "last_month", "this_year", "last_year"]
        return {"type": kind, "period": draw(st.sampled_from(periods))}
    return {"type": kind}


OPERANDS = st.sampled_from([0, 1, 5, 5.0, -7, 0.1, 0.3, 100, 9007199254740992, 1e308, 2**64])
READINGS = st.sampled_from([{}, {}, {"as": "number"}])


@st.composite
def plain_tests(draw: st.DrawFn, now: int) -> Json:
    """Every operator but `not`."""
    operator = draw(
        st.sampled_from(
            [
                "equals",
                "equals",
                "one_of",
                "contains",
                "starts_with",
                "ends_with",
                "matches",
                "exists",
                "is_null",
                "less_than",
                "at_most",
                "greater_than",
                "at_least",
                "between",
                "date",
                "date",
            ]
        )
    )
    reading = draw(READINGS)
    operands = OPERANDS if reading else st.one_of(OPERANDS, TEXTS, st.booleans())
    match operator:
        case "equals":
            return {"operator": operator, "value": draw(operands), **reading}
        case "one_of":
            values = draw(st.lists(operands, min_size=1, max_size=4))
            return {"operator": operator, "values": values, **reading}
        case "contains" | "starts_with" | "ends_with":
            return {"operator": operator, "value": draw(TEXTS.filter(bool))}
        case "matches":
            return {"operator": operator, "pattern": draw(st.sampled_from(PATTERNS))}
        case "exists" | "is_null":
            return {"operator": operator}
        case "between":
            low, high = sorted((draw(OPERANDS), draw(OPERANDS)))
            return {"operator": operator, "from": low, "to": high, **reading}
        case "date":
            return {"operator": operator, "when": draw(windows(now))}
        case _:
            return {"operator": operator, "value": draw(OPERANDS), **reading}


@st.composite
def tests(draw: st.DrawFn, now: int) -> Json:
    """Every test of a value."""
    test = draw(plain_tests(now))
    return {"operator": "not", "test": test} if draw(st.integers(0, 4)) == 0 else test


@st.composite
def counts(draw: st.DrawFn) -> Json:
    """How many."""
    operator = draw(st.sampled_from(["at_least", "at_most", "exactly"]))
    return {"operator": operator, "value": draw(st.integers(0, 3))}


def elements() -> SearchStrategy[Any]:
    """Which elements must pass."""
    return st.one_of(st.sampled_from(["any", "every"]), counts())


PATHS = st.sampled_from(
    [
        "n",
        "s",
        "d",
        "o",
        "o.n",
        "o.s",
        "items",
        "items[]",
        "items[].n",
        "items[].sku",
        "items[].tags[]",
        "items[][]",
        "d.n",
        "o.n.n",
        "0",
    ]
)


@st.composite
def filters(draw: st.DrawFn, now: int, depth: int = 2) -> Json:
    """Tests of properties, in groups now and then."""
    if depth and draw(st.integers(0, 4)) == 0:
        of = draw(st.lists(filters(now, depth - 1), min_size=1, max_size=3))
        return {"type": draw(st.sampled_from(["all", "any", "none"])), "of": of}
    path = draw(PATHS)
    made = {"type": "property", "path": path, "test": draw(tests(now))}
    if "[]" in path and draw(st.booleans()):
        made["elements"] = draw(elements())
    return made


@st.composite
def asked_events(draw: st.DrawFn, now: int, *fields: str) -> Json:
    """The fields that say which events are meant."""
    names = draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2, unique=True))
    made: Json = {"event": names if draw(st.booleans()) else names[0]}
    if draw(st.booleans()):
        made["where"] = draw(st.lists(filters(now), max_size=2))
    if "when" in fields and draw(st.integers(0, 2)):
        made["when"] = draw(windows(now))
    if "occurrence" in fields and draw(st.integers(0, 2)) == 0:
        made["occurrence"] = draw(st.sampled_from(["any", "first", "last"]))
    return made


@st.composite
def event_conditions(draw: st.DrawFn, now: int) -> Json:
    """Conditions on events."""
    kind = draw(st.sampled_from(["did", "did", "did_not", "aggregate", "followed", "not_followed"]))
    if kind == "did":
        made = draw(asked_events(now, "when", "occurrence"))
        if made.get("occurrence", "any") == "any" and draw(st.booleans()):
            made["count"] = draw(counts())
    elif kind == "did_not":
        made = draw(asked_events(now, "when"))
    elif kind == "aggregate":
        made = draw(asked_events(now, "when")) | draw(_amounts())
    else:
        made = {
            "first": draw(asked_events(now, "when", "occurrence")),
            "then": draw(asked_events(now)),
        }
        if draw(st.integers(0, 2)):
            made["within"] = draw(durations(months=False))
    return {"type": kind, **made}


@st.composite
def _amounts(draw: st.DrawFn) -> Json:
    operators = ["equals", "less_than", "at_most", "greater_than", "at_least"]
    value = draw(st.sampled_from([0, 1, 2, 5, 0.3, 5.1, 10, -7, 99.9999999, 15_000_000]))
    return {
        "function": draw(st.sampled_from(["sum", "min", "max", "average", "distinct"])),
        "path": draw(PATHS),
        "comparison": {"operator": draw(st.sampled_from(operators)), "value": value},
        **draw(READINGS),
    }


@st.composite
def contact_conditions(draw: st.DrawFn, now: int) -> Json:
    """Conditions on the contact itself."""
    kind = draw(
        st.sampled_from(
            ["attribute", "attribute", "identifier", "list", "segment", "created", "changed"]
        )
    )
    match kind:
        case "attribute":
            name = draw(st.sampled_from(["AGE", "city", "SINCE", "TAGS", "TAGS[]", "NONE"]))
            some = {"elements": draw(elements())} if "[]" in name else {}
            return {"type": kind, "name": name, "test": draw(tests(now)), **some}
        case "identifier":
            test = draw(
                st.sampled_from(
                    [
                        {"operator": "exists"},
                        {"operator": "equals", "value": "A@example.com"},
                        {"operator": "contains", "value": "@EXAMPLE"},
                    ]
                )
            )
            return {"type": kind, "kind": "email_id", "test": test}
        case "list" | "segment":
            return {"type": kind, "id": draw(st.integers(1, 3))}
        case _:
            return {"type": kind, "when": draw(windows(now))}


@st.composite
def conditions(draw: st.DrawFn, now: int, depth: int = 3) -> Json:
    """Conditions, in groups now and then."""
    if depth and draw(st.integers(0, 3)) == 0:
        of = draw(st.lists(conditions(now, depth - 1), min_size=1, max_size=3))
        return {"type": draw(st.sampled_from(["all", "any", "none"])), "of": of}
    if draw(st.integers(0, 3)) == 0:
        return draw(contact_conditions(now))
    return draw(event_conditions(now))


def definitions(now: int) -> SearchStrategy[Json]:
    """Whole definitions."""
    return conditions(now).map(lambda condition: {"version": 1, "condition": condition})
