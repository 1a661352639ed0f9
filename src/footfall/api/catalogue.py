"""`/footfall/v1/catalogue`: which events come, what they have, and what people note of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec
from litestar import Response, get, put
from litestar.params import FromPath
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, actor, require
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.parts import GivenParts, Parts
from footfall.catalogue import (
    MAX_DESCRIPTION,
    MAX_OWNER,
    Drift,
    Note,
    PropertySeen,
    PropertyType,
    SeenType,
    TypeSeen,
    drift,
    is_event_name,
    properties_seen,
)
from footfall.commands import DescribeEvent
from footfall.errors import InvalidParameter, NotFound
from footfall.instants import format_instant
from footfall.people import Change
from footfall.ports import EventRow, NameVolume
from footfall.records import Position
from footfall.segments.concerns import mentioned
from footfall.segments.paths import parse_path

MAX_NAMES: Final = 200
"""Event names of which the properties are sampled for the whole catalogue."""
SAMPLE: Final = 4_000
"""Events that are sampled for the whole catalogue."""
NAME_SAMPLE: Final = 1_000
"""Events that are sampled for one name."""
LATEST: Final = 1_000
"""The last positions are always in a sample, so that what begins to drift is seen at once."""

_NOTHING: Final = Note("")


class PropertyName(msgspec.Struct):
    """A property of an event by its path, with the type that most of its values have."""

    path: str
    type: SeenType


class CatalogueEntry(msgspec.Struct):
    """An event name of the catalogue."""

    name: str
    count: int
    """Events of that name that were applied."""
    first_seen: str | None
    """By receipt; null for a name that was noted and never came."""
    last_seen: str | None
    description: str
    owner: str
    hidden: bool
    drifting: list[str]
    """Paths of properties that drift, in the sample."""
    properties: list[PropertyName] | None
    """Those seen in the sample, but for hidden ones; null where the name was not sampled."""


class Catalogue(msgspec.Struct):
    """Every event name that came or was noted, the most frequent first."""

    events: list[CatalogueEntry]
    sampled: int
    """Events from which properties and drift are known."""


class ShownType(msgspec.Struct):
    """One type that a property had within the sample."""

    type: SeenType
    count: int
    first_seen: str
    last_seen: str
    examples: list[str]
    """JSON texts, cut off after 120 characters."""


class ShownProperty(msgspec.Struct):
    """One property of an event."""

    path: str
    count: int
    """Events of the sample that have it."""
    types: list[ShownType]
    """The most frequent first; none for a property that was noted and is not in the sample."""
    drift: Drift
    description: str
    expected: PropertyType | Literal[""]
    hidden: bool


class UsingSegment(msgspec.Struct):
    """A segment whose definition mentions an event."""

    id: int
    name: str
    paths: list[str]
    """Properties of the event that it asks for."""


class CatalogueEvent(msgspec.Struct):
    """Everything the catalogue knows of one event name."""

    name: str
    count: int
    first_seen: str | None
    last_seen: str | None
    description: str
    owner: str
    hidden: bool
    sampled: int
    """Events from which the properties are known: some of all, and every one of the latest."""
    properties: list[ShownProperty]
    segments: list[UsingSegment]
    """By their ids."""


class EventNote(msgspec.Struct, kw_only=True):
    """What to note of an event name; what is left out is noted as nothing."""

    description: Annotated[str, Meta(max_length=MAX_DESCRIPTION)] = ""
    owner: Annotated[str, Meta(max_length=MAX_OWNER)] = ""
    hidden: bool = False


class PropertyNote(msgspec.Struct, kw_only=True):
    """What to note of a property; what is left out is noted as nothing."""

    description: Annotated[str, Meta(max_length=MAX_DESCRIPTION)] = ""
    expected: PropertyType | Literal[""] = ""
    hidden: bool = False


@get(
    "/footfall/v1/catalogue",
    opt=require("events:read"),
    operation_id="getCatalogue",
    tags=["Catalogue"],
)
async def read_catalogue(parts: GivenParts) -> Response[Catalogue]:
    """Event names with volume, notes, and the properties that a sample of events shows."""
    return json_answer(await parts.read(_catalogue, parts))


@get(
    "/footfall/v1/catalogue/{name:str}",
    opt=require("events:read"),
    operation_id="getCatalogueEvent",
    tags=["Catalogue"],
)
async def read_catalogue_event(parts: GivenParts, name: FromPath[str]) -> Response[CatalogueEvent]:
    """One event name: its properties with shares of types, examples, drift and notes."""
    return json_answer(await parts.read(_event, parts, name))


@put(
    "/footfall/v1/catalogue/{name:str}",
    opt=require_with("admin", EventNote),
    status_code=204,
    operation_id="describeEvent",
    tags=["Catalogue"],
)
async def describe_event(parts: GivenParts, request: Call, name: FromPath[str]) -> None:
    """Note what an event name means, and whose it is; a name may be noted before it comes."""
    body = await read_body(request, EventNote)
    note = Note(_name(name), "", body.description.strip(), body.owner.strip(), "", body.hidden)
    await _describe(parts, request, note)


@put(
    "/footfall/v1/catalogue/{name:str}/properties/{path:str}",
    opt=require_with("admin", PropertyNote),
    status_code=204,
    operation_id="describeProperty",
    tags=["Catalogue"],
)
async def describe_property(
    parts: GivenParts, request: Call, name: FromPath[str], path: FromPath[str]
) -> None:
    """Note what a property means and which type it should have, as in `cart.items[].sku`."""
    body = await read_body(request, PropertyNote)
    description = body.description.strip()
    note = Note(_name(name), _path(path), description, "", body.expected, body.hidden)
    await _describe(parts, request, note)


async def _describe(parts: Parts, request: Call, note: Note) -> None:
    await command(parts, request, DescribeEvent(note))
    subject = f"{note.name} {note.path}".strip()
    change = Change(parts.clock.now(), actor(request), "event_described", subject, _details(note))
    await parts.read(parts.people.note, change)


def _details(note: Note) -> str:
    said = (
        note.owner and f"owner {note.owner}",
        note.expected and f"expected {note.expected}",
        note.hidden and "hidden",
        note.description,
    )
    return ", ".join(each for each in said if each)[:500]


def _catalogue(parts: Parts) -> Catalogue:
    volumes = parts.directory.names()
    notes = {(note.name, note.path): note for note in parts.directory.notes()}
    names = sorted(volumes, key=lambda name: (-volumes[name].count, name))
    sampled = names[:MAX_NAMES]
    rows = _sample(parts, {name: volumes[name] for name in sampled}, SAMPLE)
    listed = [_listed(name, volumes[name], notes, rows.get(name)) for name in names]
    noted = sorted({name for name, _ in notes} - volumes.keys())
    listed += [_listed(name, None, notes, None) for name in noted]
    return Catalogue(listed, sum(map(len, rows.values())))


def _listed(
    name: str,
    volume: NameVolume | None,
    notes: Mapping[tuple[str, str], Note],
    rows: list[EventRow] | None,
) -> CatalogueEntry:
    note = notes.get((name, ""), Note(name))
    seen = [(each, notes.get((name, each.path), _NOTHING)) for each in _seen(rows or [])]
    shown = [(each, noted) for each, noted in seen if not noted.hidden]
    drifting = [each.path for each, noted in shown if drift(each, noted.expected)]
    properties = [PropertyName(each.path, each.types[0].type) for each, _ in shown]
    return CatalogueEntry(
        name,
        *_volume(volume),
        note.description,
        note.owner,
        note.hidden,
        drifting,
        None if rows is None else properties,
    )


def _event(parts: Parts, name: str) -> CatalogueEvent:
    volume = parts.directory.names().get(name)
    notes = {note.path: note for note in parts.directory.notes() if note.name == name}
    if volume is None and not notes:
        raise NotFound("No event of that name came, and nothing is noted of it")
    rows = [] if volume is None else _sample(parts, {name: volume}, NAME_SAMPLE)[name]
    seen = {each.path: each for each in _seen(rows)}
    note = notes.get("", Note(name))
    properties = [
        _property(seen.get(path) or PropertySeen(path, 0, []), notes.get(path, _NOTHING))
        for path in sorted(seen.keys() | notes.keys() - {""})
    ]
    return CatalogueEvent(
        name,
        *_volume(volume),
        note.description,
        note.owner,
        note.hidden,
        len(rows),
        properties,
        _segments(parts, name),
    )


def _segments(parts: Parts, name: str) -> list[UsingSegment]:
    found = []
    for segment in parts.directory.state().segments:
        paths = mentioned(segment.definition).get(name)
        if paths is not None:
            found.append(UsingSegment(segment.id, segment.name, sorted(paths)))
    return found


def _sample(
    parts: Parts, volumes: Mapping[str, NameVolume], size: int
) -> dict[str, list[EventRow]]:
    """About as many events as that, as many of each name, from all the time that there is."""
    each = size // max(1, len(volumes))
    one_in = {name: max(1, volume.count // each) for name, volume in volumes.items()}
    since = Position(max(0, parts.progress.position - LATEST))
    rows: dict[str, list[EventRow]] = {name: [] for name in volumes}
    for row in parts.events.sample(one_in, each, since):
        rows[row.name].append(row)
    return rows


def _seen(rows: list[EventRow]) -> list[PropertySeen]:
    return properties_seen((row.received_at, row.properties) for row in rows)


def _property(seen: PropertySeen, note: Note) -> ShownProperty:
    return ShownProperty(
        seen.path,
        seen.count,
        [_type(each) for each in seen.types],
        drift(seen, note.expected),
        note.description,
        note.expected,
        note.hidden,
    )


def _type(seen: TypeSeen) -> ShownType:
    first, last = format_instant(seen.first_seen), format_instant(seen.last_seen)
    return ShownType(seen.type, seen.count, first, last, seen.examples)


def _volume(volume: NameVolume | None) -> tuple[int, str | None, str | None]:
    if volume is None:
        return 0, None, None
    return volume.count, format_instant(volume.first_seen), format_instant(volume.last_seen)


def _name(text: str) -> str:
    if not is_event_name(text):
        raise InvalidParameter("name must have 1 to 255 characters of A-Z a-z 0-9 _ -", "name")
    return text


def _path(text: str) -> str:
    try:
        parse_path(text)
    except ValueError as problem:
        raise InvalidParameter(f"path is {problem}", "path") from problem
    return text
