"""What a segment's definition means, stated a second time and as plainly as possible.

It works on the definition's JSON and on the events' JSON, with the calendar of `datetime`, and says
of each event whether it is in a window by asking when the event leaves it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.property.rules import moment_of

Json = dict[str, Any]
MISSING = object()
SECONDS = {"minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}


class Happening(NamedTuple):
    """An event: when, in which order, what, and the text of its properties."""

    date: int
    position: int
    name: str
    text: str


class Person(NamedTuple):
    """A contact and all that is asked of it."""

    id: int
    created_at: int
    modified_at: int
    identifiers: dict[str, str]
    attributes: Json
    lists: list[int]
    segments: list[int]
    history: list[Happening]


class World(NamedTuple):
    """The moment and the account's time zone."""

    now: int
    zone: ZoneInfo


def is_member(definition: Json, person: Person, world: World) -> bool:
    """Whether the person is in the segment."""
    return condition_holds(definition["condition"], person, world)


def condition_holds(condition: Json, person: Person, world: World) -> bool:
    """Whether one condition, or group of them, holds."""
    kind = condition["type"]
    if kind in ("all", "any", "none"):
        outcomes = [condition_holds(part, person, world) for part in condition["of"]]
        return {"all": all(outcomes), "any": any(outcomes), "none": True not in outcomes}[kind]
    if kind == "attribute":
        return attribute_holds(condition, person, world)
    if kind == "identifier":
        known = {**person.identifiers, "contact_id": person.id}
        value = known.get(condition["kind"], MISSING)
        test = {
            field: one.lower() if field == "value" else one
            for field, one in condition["test"].items()
        }
        return passes(test, value, person, world)
    if kind == "list":
        return condition["id"] in person.lists
    if kind == "segment":
        return condition["id"] in person.segments
    if kind in ("created", "changed"):
        moment = person.created_at if kind == "created" else person.modified_at
        return is_within(condition["when"], moment, person, world)
    if kind in ("followed", "not_followed"):
        return sequence_holds(condition, person, world)
    chosen = chosen_events(condition, person, world)
    if kind == "did_not":
        return chosen == []
    if kind == "did":
        wanted = condition.get("count", {"operator": "at_least", "value": 1})
        return compare(wanted["operator"], len(chosen), wanted["value"])
    return aggregate_holds(condition, chosen)


def attribute_holds(condition: Json, person: Person, world: World) -> bool:
    name = condition["name"].upper()
    if not name.endswith("[]"):
        value = person.attributes.get(name, MISSING)
        return passes(condition["test"], value, person, world)
    value = person.attributes.get(name[:-2])
    parts = value if isinstance(value, list) else []
    outcomes = [passes(condition["test"], part, person, world) for part in parts]
    return enough(condition.get("elements", "any"), outcomes)


def chosen_events(condition: Json, person: Person, world: World) -> list[Happening]:
    """The events that count, in order."""
    wanted = condition["event"]
    wanted = [wanted] if isinstance(wanted, str) else wanted
    events = sorted(one for one in person.history if one.name in wanted)
    if condition.get("occurrence", "any") == "first":
        events = events[:1]
    if condition.get("occurrence", "any") == "last":
        events = events[-1:]
    return [
        one
        for one in events
        if is_within(condition.get("when", {"type": "ever"}), one.date, person, world)
        and all(
            filter_holds(part, json.loads(one.text), person, world)
            for part in condition.get("where", [])
        )
    ]


def sequence_holds(condition: Json, person: Person, world: World) -> bool:
    longest = condition.get("within")
    limit = 10**30 if longest is None else longest["amount"] * SECONDS[longest["unit"]] * 10**9
    for one in chosen_events(condition["first"], person, world):
        answered = any(
            other > one and other.date < one.date + limit
            for other in chosen_events(condition["then"], person, world)
        )
        if condition["type"] == "followed" and answered:
            return True
        waited = longest is None or world.now >= one.date + limit
        if condition["type"] == "not_followed" and waited and not answered:
            return True
    return False


def aggregate_holds(condition: Json, chosen: list[Happening]) -> bool:
    found = [value for one in chosen for value in at_path(json.loads(one.text), condition["path"])]
    texts_count = condition.get("as") == "number"
    numbers = [n for value in found if (n := as_number(value, texts_count)) is not None]
    operator, limit = condition["comparison"]["operator"], condition["comparison"]["value"]
    function = condition["function"]
    if function == "distinct":
        kinds = {
            ("n", n) if (n := as_number(value, texts_count)) is not None else (type(value), value)
            for value in found
            if isinstance(value, str | bool | int | float)
        }
        return compare(operator, len(kinds), limit)
    if function in ("min", "max"):
        return numbers != [] and compare(
            operator, (min if function == "min" else max)(numbers), float(limit)
        )
    micro = [round(max(-9e12, min(9e12, number)) * 1e6) for number in numbers]
    if function == "sum":
        return compare(operator, sum(micro), round(limit * 1e6))
    return micro != [] and compare(operator, sum(micro), len(micro) * round(limit * 1e6))


def compare(operator: str, left: float, right: float) -> bool:
    return {
        "equals": left == right,
        "exactly": left == right,
        "less_than": left < right,
        "at_most": left <= right,
        "greater_than": left > right,
        "at_least": left >= right,
    }[operator]


def filter_holds(part: Json, properties: Json, person: Person, world: World) -> bool:
    if part["type"] != "property":
        outcomes = [filter_holds(one, properties, person, world) for one in part["of"]]
        return {"all": all(outcomes), "any": any(outcomes), "none": True not in outcomes}[
            part["type"]
        ]
    found = at_path(properties, part["path"])
    outcomes = [passes(part["test"], value, person, world) for value in found]
    return enough(part.get("elements", "any"), outcomes)


def enough(elements: Any, outcomes: list[bool]) -> bool:
    if elements == "any":
        return True in outcomes
    if elements == "every":
        return outcomes != [] and False not in outcomes
    return compare(elements["operator"], outcomes.count(True), elements["value"])


def at_path(tree: Any, path: str) -> list[Any]:
    """Everything that stands at the path, one key at a time."""
    found = [tree]
    for step in path.replace("[]", ".[]").split("."):
        if step == "[]":
            found = [one for part in found if isinstance(part, list) for one in part]
        else:
            found = [
                part[step] if isinstance(part, dict) and step in part else MISSING for part in found
            ]
    return found


def as_number(value: Any, texts_count: bool) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if texts_count and isinstance(value, str):
        whole, dot, rest = value.removeprefix("-").partition(".")
        parts = [whole, rest] if dot else [whole]
        if all(1 <= len(part) <= 18 and set(part) <= set("0123456789") for part in parts):
            return float(value)
    return None


def passes(test: Json, value: Any, person: Person, world: World) -> bool:
    operator = test["operator"]
    if value is MISSING:
        return False
    if operator == "not":
        return not passes(test["test"], value, person, world)
    if operator == "exists":
        return True
    if operator == "is_null":
        return value is None
    if operator == "date":
        moment = date_of(value, world.zone)
        return moment is not None and is_within(test["when"], moment, person, world)
    if operator in ("equals", "one_of"):
        wanted = test["values"] if operator == "one_of" else [test["value"]]
        return any(is_same(value, one, test.get("as") == "number") for one in wanted)
    if operator in ("contains", "starts_with", "ends_with", "matches"):
        return isinstance(value, str) and text_passes(test, value)
    number = as_number(value, test.get("as") == "number")
    if number is None:
        return False
    if operator == "between":
        return float(test["from"]) <= number <= float(test["to"])
    return compare(operator, number, float(test["value"]))


def is_same(value: Any, wanted: Any, texts_count: bool) -> bool:
    if isinstance(wanted, bool):
        return isinstance(value, bool) and value == wanted
    if isinstance(wanted, str):
        return isinstance(value, str) and value == wanted
    return as_number(value, texts_count) == float(wanted)


def text_passes(test: dict[str, str], value: str) -> bool:
    if test["operator"] == "contains":
        return value.find(test["value"]) >= 0
    if test["operator"] == "starts_with":
        return value[: len(test["value"])] == test["value"]
    if test["operator"] == "ends_with":
        return value[-len(test["value"]) :] == test["value"]
    # What Python's own patterns mean otherwise: the end of the text.
    pattern = test["pattern"].replace("$", r"\Z").replace(r"\z", r"\Z")
    return re.search(pattern, value, re.ASCII) is not None


def date_of(value: Any, zone: ZoneInfo) -> int | None:
    if not isinstance(value, str):
        return None
    moment = moment_of(value)
    if moment is not None and len(value) == 10:
        return midnight(date.fromisoformat(value), zone)
    return moment


def is_within(window: Json, moment: int, person: Person, world: World) -> bool:
    """Whether the moment is in the window, seen from now."""
    now, zone = world
    kind = window["type"]
    if kind == "ever":
        return True
    if kind == "last":
        return moment <= now < moved(moment, window["amount"], window["unit"], zone)
    if kind == "next":
        return now < moment <= moved(now, window["amount"], window["unit"], zone)
    if kind == "calendar":
        return same_period(window["period"], moment, now, zone)
    ends = {
        field: span(window[field], person, world)
        for field in ("moment", "from", "to")
        if field in window
    }
    if None in ends.values():
        return False
    known = {field: end for field, end in ends.items() if end is not None}
    if kind == "before":
        return moment < known["moment"][0]
    if kind == "after":
        return moment > known["moment"][1]
    return known["from"][0] <= moment <= known["to"][1]


def span(moment: Any, person: Person, world: World) -> tuple[int, int] | None:
    """The first and last nanosecond of what is named; None where it names nothing."""
    if isinstance(moment, str):
        return whole_day(moment, world.zone)
    amount, unit = moment.get("amount", 0), moment.get("unit", "days")
    if moment["relative_to"] == "now":
        now = moved(world.now, amount, unit, world.zone)
        return now, now
    value = person.attributes.get(moment["attribute"].upper())
    found = whole_day(value, world.zone) if isinstance(value, str) else None
    if found is None:
        return None
    first, last = found
    start = moved(first, amount, unit, world.zone)
    if first == last:
        return start, start
    return start, moved(last + 1, amount, unit, world.zone) - 1


def whole_day(text: str, zone: ZoneInfo) -> tuple[int, int] | None:
    moment = date_of(text, zone)
    if moment is None:
        return None
    if len(text) == 10:
        return moment, midnight(date.fromisoformat(text) + timedelta(days=1), zone) - 1
    return moment, moment


def midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 10**9


def local_day(moment: int, zone: ZoneInfo) -> date:
    seconds = moment // 10**9
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone).date()


def moved(moment: int, amount: int, unit: str, zone: ZoneInfo) -> int:
    """That many units later, or earlier."""
    if unit != "months":
        return moment + amount * SECONDS[unit] * 10**9
    day = local_day(moment, zone)
    months = day.year * 12 + day.month - 1 + amount
    since = moment - midnight(day, zone)
    try:
        target = day.replace(year=months // 12, month=months % 12 + 1)
    except ValueError:
        after = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
        return midnight(after, zone) - (amount < 0)
    end = midnight(target + timedelta(days=1), zone)
    return min(midnight(target, zone) + since, end - (amount < 0))


def same_period(period: str, moment: int, now: int, zone: ZoneInfo) -> bool:
    """Whether both days are in one period, the moment's one earlier where it is the last one."""
    word, _, unit = {"today": "this_day", "yesterday": "last_day"}.get(period, period).partition(
        "_"
    )
    numbers = []
    for day in (local_day(moment, zone), local_day(now, zone)):
        numbers.append(
            {
                "day": day.toordinal(),
                "week": (day.toordinal() - 1) // 7,
                "month": day.year * 12 + day.month,
                "year": day.year,
            }[unit]
        )
    return numbers[0] == numbers[1] - (word == "last")
