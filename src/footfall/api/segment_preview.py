"""`/footfall/v1/segments/preview`: whom a definition would find, before it is a segment."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, post
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.bodies import BODY, read_body
from footfall.api.contacts import ListedContact, listed
from footfall.api.parts import GivenParts, Parts
from footfall.api.timeliness import time_passed
from footfall.contacts import ContactId
from footfall.errors import InvalidParameter, MissingParameter, Unavailable
from footfall.segments.concerns import concerns
from footfall.segments.definition import (
    Definition,
    EventCondition,
    InList,
    InSegment,
    single_conditions,
)
from footfall.segments.evaluation import Context, Subject, find
from footfall.segments.intervals import THE_PAST
from footfall.segments.membership import Differing
from footfall.segments.preview import Ids, Question, Tally, ask, members, of_condition, some, total
from footfall.segments.reading import read_definition

SECONDS: Final = 2.0
"""How long the event store may take; past it the whole answer is an estimate."""
SHOWN: Final = 5
WITH_EVENTS: Final = 1_000
"""Contacts whose events are fetched."""


class PreviewBody(msgspec.Struct):
    """The definition of a segment to be."""

    definition: Annotated[
        dict[str, Any] | None,
        Meta(description="The JSON form of a condition; docs/reference/segments.md has it."),
    ] = None


class ConditionCount(msgspec.Struct):
    """For how many contacts one condition holds by itself."""

    place: str
    """In the definition."""
    type: str
    count: int
    margin: int
    """See `Preview.margin`."""


class Preview(msgspec.Struct, kw_only=True):
    """Whom a definition would find now."""

    count: int
    estimate: bool
    """Whether some contacts were looked at for all: then `count` may be off by `margin`."""
    margin: int
    """The true number lies within that distance of `count`, 95 times out of 100; 0 if exact."""
    contacts: int
    """How many contacts there are in all."""
    sample: list[ListedContact]
    """Five of those found, at the most."""
    conditions: list[ConditionCount]


@post(
    "/footfall/v1/segments/preview",
    opt=require("contacts:read") | {BODY: PreviewBody},
    status_code=200,
    operation_id="previewSegment",
    tags=["Footfall"],
)
async def preview(parts: GivenParts, request: Call) -> Response[Preview]:
    """How many contacts a definition finds, five of them, and how many each condition finds."""
    body = await read_body(request, PreviewBody)
    if body.definition is None:
        raise MissingParameter("definition is missing", "definition")
    definition = read_definition(body.definition, "definition")
    await time_passed(parts)
    return json_answer(await parts.in_turn(_preview, parts, definition))


def _preview(parts: Parts, definition: Definition) -> Preview:
    sizes = _sizes(parts, definition)
    now = parts.clock.now()
    question = ask(definition, parts.directory.contact_ids(), _differing(parts, definition, now))
    few = some(question.open, WITH_EVENTS) if _needs_events(question) else some(question.open)
    subjects = _subjects(parts, definition, few, question.doubtful, now)
    truths = members(question, subjects)
    found = total(question, truths)
    chosen = [one.contact.id for one, is_in in zip(subjects, truths, strict=True) if is_in]
    shown = [*map(int, question.certain[:SHOWN]), *chosen][:SHOWN]
    contacts = parts.directory.contacts(list(map(ContactId, shown)))
    return Preview(
        count=found.count,
        estimate=found.margin > 0,
        margin=found.margin,
        contacts=len(question.ids),
        sample=[listed(contacts[id_]) for id_ in sorted(contacts)],
        conditions=_counts(parts, question, sizes, subjects, now),
    )


def _sizes(parts: Parts, definition: Definition) -> dict[int, int]:
    """By number of a condition on a list or a segment: how many are in it."""
    state = parts.directory.state()
    lists = {one.id: one.size for one in state.lists}
    segments = {one.id: one.size for one in state.segments}
    sizes: dict[int, int] = {}
    places = single_conditions(definition.condition, "definition.condition")
    for number, (place, condition) in enumerate(places):
        if isinstance(condition, InList):
            sizes[number] = lists.get(condition.id, 0)
        elif isinstance(condition, InSegment):
            if condition.id not in segments:
                path = f"{place}.id"
                raise InvalidParameter(f"{path}: expected a segment that exists", path)
            sizes[number] = segments[condition.id]
    return sizes


def _differing(parts: Parts, definition: Definition, now: int) -> Differing | None:
    try:
        return parts.events.differing(definition, now, parts.zone, SECONDS)
    except Unavailable:
        return None


def _needs_events(question: Question) -> bool:
    """Whether very many contacts would have to be looked at with their events."""
    return len(question.doubtful) > WITH_EVENTS


def _subjects(
    parts: Parts, definition: Definition, ids: Ids, with_events: Collection[int], now: int
) -> list[Subject]:
    what = concerns(definition)
    asked = [ContactId(int(id_)) for id_ in ids]
    contacts = parts.directory.contacts(asked)
    within = parts.directory.segments_of(asked) if what.segments else {}
    doubtful = [id_ for id_ in asked if id_ in with_events]
    everything = dict.fromkeys(what.events, THE_PAST)
    histories = parts.events.histories(doubtful, everything, parts.directory.position())
    return [
        Subject(
            contacts[id_],
            histories.get(id_, ()),
            now,
            Context(zone=parts.zone, segments=within.get(id_, frozenset())),
        )
        for id_ in asked
        if id_ in contacts
    ]


def _counts(
    parts: Parts,
    question: Question,
    sizes: dict[int, int],
    seen: list[Subject],
    now: int,
) -> list[ConditionCount]:
    """`seen` are those of the open ones who were looked at already."""
    conditions = list(single_conditions(question.definition.condition, "definition.condition"))
    left = [
        number
        for number, known in enumerate(question.columns)
        if known is None and number not in sizes
    ]
    ids = some(question.ids, WITH_EVENTS) if left else question.ids[:0]
    needing = [number for number in left if isinstance(conditions[number][1], EventCondition)]
    with_events = set(map(int, ids)) if needing else frozenset()
    is_seen = question.knows_nothing and [one.contact.id for one in seen] == ids.tolist()
    subjects = seen if is_seen else _subjects(parts, question.definition, ids, with_events, now)
    counted = []
    for number, (place, condition) in enumerate(conditions):
        if number in sizes:
            tally = Tally(sizes[number])
        else:
            asked = subjects if number in left else ()
            truths = [find(condition, one).holds for one in asked]
            tally = of_condition(question, number, truths)
        kind = str(condition.__struct_config__.tag)
        counted.append(ConditionCount(place, kind, tally.count, tally.margin))
    return counted
