"""Applying commands that create, change and remove segments. Pure.

Which contacts are members is not decided here: that is a later step of the pipeline.
"""

from __future__ import annotations

from footfall.commands import (
    ActivateSegment,
    CancelSegmentChange,
    CreateSegment,
    DeleteSegment,
    UpdateSegment,
)
from footfall.engine.decisions import Draft
from footfall.engine.outcomes import Done
from footfall.errors import InvalidParameter, NotFound
from footfall.segments.concerns import concerns, find_cycle
from footfall.segments.definition import Definition, InSegment, decode, single_conditions
from footfall.segments.registry import MAX_SEGMENTS, Segment, Segments


def create_segment(draft: Draft, now: int, command: CreateSegment) -> Done:
    """A new segment; it may mention those that exist."""
    segments = draft.segments
    if len(segments.segments) >= MAX_SEGMENTS:
        raise InvalidParameter(f"There are {MAX_SEGMENTS} segments already, which is the most")
    definition = decode(command.definition)
    _check_mentions(segments, segments.next_id, definition)
    new = segments.create(command.name, command.category, definition, now)
    return Done(id=new.id, created=True)


def update_segment(draft: Draft, now: int, command: UpdateSegment) -> Done:
    """Another name, category or definition."""
    segment = _existing(draft, command.segment_id)
    definition = segment.definition if command.definition is None else decode(command.definition)
    _check_mentions(draft.segments, segment.id, definition)
    draft.segments.change(
        segment,
        segment.name if command.name is None else command.name,
        segment.category if command.category is None else command.category,
        definition,
        now,
    )
    return Done(id=segment.id)


def cancel_segment_change(draft: Draft, now: int, command: CancelSegmentChange) -> Done:
    """Another definition, of which the members are not found yet, gives way to the former one."""
    segment = _existing(draft, command.segment_id)
    if segment.former is None:
        raise InvalidParameter("No change of this segment is under way that could be cancelled")
    _check_mentions(draft.segments, segment.id, segment.former)
    draft.segments.change(segment, segment.name, segment.category, segment.former, now)
    return Done(id=segment.id)


def delete_segment(draft: Draft, _now: int, command: DeleteSegment) -> Done:
    """Remove the segment, unless another one mentions it."""
    segment = _existing(draft, command.segment_id)
    dependents = sorted(draft.segments.index.dependents.get(segment.id, ()))
    if dependents:
        raise InvalidParameter(f"Segment {dependents[0]} mentions this one; change it first")
    draft.segments.remove(segment.id)
    return Done(id=segment.id)


def activate_segment(draft: Draft, _now: int, command: ActivateSegment) -> Done:
    """The members are known from here on, unless the segment was changed meanwhile."""
    segment = _existing(draft, command.segment_id)
    if segment.state == "live" or segment.revision != command.revision:
        raise InvalidParameter("The segment was changed, and its members are to be found anew")
    draft.segments.activate(segment.id)
    draft.activated.add(segment.id)
    return Done(id=segment.id)


def _existing(draft: Draft, segment_id: int) -> Segment:
    found = draft.segments.segments.get(segment_id)
    if found is None:
        raise NotFound("Segment ID does not exist")
    return found


def _check_mentions(segments: Segments, segment_id: int, definition: Definition) -> None:
    """Every segment that is mentioned exists, and none of them mentions this one in turn."""
    known = segments.index.concerns
    mentions = {id_: what.segments for id_, what in known.items()}
    mentions[segment_id] = concerns(definition).segments
    for place, condition in single_conditions(definition.condition, "definition.condition"):
        if isinstance(condition, InSegment):
            path = f"{place}.id"
            if condition.id not in mentions:
                raise InvalidParameter(f"{path}: expected a segment that exists", path)
            if find_cycle(mentions):
                message = "expected a segment that does not mention this one in turn"
                raise InvalidParameter(f"{path}: {message}", path)
