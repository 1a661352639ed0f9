"""`POST /footfall/v1/events/replay`: events that were set aside, applied anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec
from litestar import Response, post
from msgspec import Meta

from footfall.admission import check_event
from footfall.api.answers import json_answer
from footfall.api.authentication import Call, actor
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import MAX_CLIENT
from footfall.api.journaled import event_texts, events_at
from footfall.api.moments import moment
from footfall.api.parts import GivenParts, Parts
from footfall.errors import FootfallError, NotFound
from footfall.instants import LATEST
from footfall.people import Change
from footfall.ports import Journal
from footfall.records import MAX_POSITION, Position, Replay, Request, parse_request_id
from footfall.verdicts import Verdict

MAX_LIMIT: Final = 1_000
MAX_BYTES: Final = 4 * 2**20
"""Of the events that one call replays; it may be passed by the last one."""
WAIT_SECONDS: Final = 30
"""How long a call waits for what it replayed to be applied."""


Place = Annotated[int, Meta(ge=0, le=MAX_POSITION)]
Limit = Annotated[int, Meta(ge=1, le=MAX_LIMIT)]


class ReplayBody(msgspec.Struct, kw_only=True):
    """Which events: of those that were set aside and not replayed yet, whatever all this fits."""

    reason: Annotated[
        Literal["unknown_contact_id", "unknown_attribute", "unreadable"] | None,
        Meta(description="Why they were set aside."),
    ] = None
    since: Annotated[
        str | None, Meta(description="Received then or later: YYYY-MM-DD or RFC 3339.")
    ] = None
    until: Annotated[str | None, Meta(description="Received before that.")] = None
    request_id: Annotated[str | None, Meta(description="Of that one request.")] = None
    dry_run: Annotated[bool | None, Meta(description="Count them and replay none.")] = None
    after: Annotated[
        Place | None, Meta(description="Where the call before ended: its `after`.")
    ] = None
    up_to: Annotated[
        Place | None, Meta(description="No later ones: `up_to` of the first call.")
    ] = None
    limit: Annotated[Limit | None, Meta(description="1,000 without it.")] = None


class Replayed(msgspec.Struct, kw_only=True):
    """What one call did; the next goes on after `after`, until that is null."""

    found: int
    applied: int = 0
    set_aside: int = 0
    """Again: their own verdicts say why, and they can be replayed again."""
    duplicate: int = 0
    """Somebody else replayed them at the same time."""
    pending: int = 0
    """Journaled, and not applied within the time that a call waits."""
    skipped: int = 0
    """They went by their age, or this version cannot read them."""
    after: int | None
    up_to: int


class _Due(msgspec.Struct):
    """What a stretch of the journal has to replay."""

    requests: list[Request]
    skipped: int
    last: Position
    """How far it was looked."""


@post(
    "/footfall/v1/events/replay",
    opt=require_with("admin", ReplayBody),
    status_code=200,
    operation_id="replayEvents",
    tags=["Footfall"],
)
async def replay_events(parts: GivenParts, request: Call) -> Response[Replayed]:
    """Apply events anew that were set aside, up to 1,000 a call.

    Each is journaled again, with the date that it had, and gets a verdict like any event; the first
    one says where. Nothing is replayed twice.
    """
    body = await read_body(request, ReplayBody)
    first, last = _range(parts.journal, body.request_id)
    after = Position(max(first - 1, body.after or 0))
    up_to = Position(min(last, parts.progress.position if body.up_to is None else body.up_to))
    limit = body.limit or MAX_LIMIT
    window = (moment(body.since, "since"), moment(body.until, "until"))
    found = await parts.read(parts.directory.set_aside, after, up_to, body.reason or "", limit)
    due = await parts.read(_due, parts.journal, found, window)
    is_last = len(found) < limit and (not found or due.last == found[-1].position)
    answer = Replayed(
        found=len(due.requests) + due.skipped,
        skipped=due.skipped,
        after=None if is_last else due.last,
        up_to=up_to,
    )
    if due.requests and not body.dry_run:
        verdicts = await _replay(parts, request, due.requests)
        answer = msgspec.structs.replace(answer, **verdicts)
    return json_answer(answer)


async def _replay(parts: Parts, call: Call, requests: Sequence[Request]) -> Counter[str]:
    """Journal them, and what they came to."""
    now, client = parts.clock.now(), call.headers.get("user-agent", "")[:MAX_CLIENT]
    record = await parts.submission.append(
        [
            msgspec.structs.replace(each, received_at=now, key_id=call.state.key_id, client=client)
            for each in requests
        ]
    )
    detail = f"{len(requests)} from position {record.position}"
    await parts.read(parts.people.note, Change(now, actor(call), "events_replayed", "", detail))
    await parts.progress.catch_up(WAIT_SECONDS)
    verdicts = await parts.read(parts.directory.verdicts, record.position, record.last)
    applied = parts.progress.position
    counts: Counter[str] = Counter()
    for place in range(record.position, record.last + 1):
        verdict = verdicts.get(Position(place))
        counts["pending" if place > applied else verdict.verdict if verdict else "applied"] += 1
    return counts


def _range(journal: Journal, request_id: str | None) -> tuple[Position, Position]:
    """The positions of the request's entries; all where none is given. Raises `NotFound`."""
    if request_id is None:
        return Position(1), journal.head()
    parsed = parse_request_id(request_id)
    record = None if parsed is None else journal.record_at(parsed[0])
    if parsed is None or record is None or record.nonce != parsed[1]:
        raise NotFound("No accepted request has that id")
    for first, request in record.placed():
        if first == parsed[0]:
            return first, Position(first + request.count - 1)
    raise NotFound("No accepted request has that id")


def _due(journal: Journal, found: Sequence[Verdict], window: tuple[int | None, int | None]) -> _Due:
    """What to replay, with the texts as they were received."""
    since, until = window
    due = _Due([], 0, found[-1].position if found else Position(0))
    size = 0
    for position, first, request in events_at(journal, [one.position for one in found]):
        if not (since or 0) <= request.received_at < (LATEST if until is None else until):
            continue
        text = _text(request, position - first)
        if text is None:
            due.skipped += 1
            continue
        replays = Replay(position, request.happened_at)
        due.requests.append(Request("event", 0, "", text, replays=replays))
        size += len(text)
        if size >= MAX_BYTES:
            due.last = position
            break
    return due


def _text(request: Request, offset: int) -> bytes | None:
    """The event's text; None where it is gone, or this version cannot read it."""
    try:
        text = event_texts(request)[offset]
        if text is not None:
            check_event(text)
    except FootfallError:
        return None
    return text
