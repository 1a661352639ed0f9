"""What is left of journaled requests when a contact is erased. Pure.

An entry keeps its position, and of what it did only what others depend on, see `records.Erased`.
So a replay of the journal gives everybody else exactly what they have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw

from footfall.attributes import AttributeDefinition
from footfall.batches import accepted_events, joined
from footfall.bonds import Merge
from footfall.commands import (
    AddToList,
    AnyCommand,
    CreateContact,
    DeleteContact,
    ImportContact,
    Named,
    RemoveFromList,
    UpdateContact,
    decode_commands,
    encode_rest,
)
from footfall.contacts import ContactId
from footfall.engine.decisions import repeat_keys
from footfall.events import read_event
from footfall.mentions import CONTACT_ID, key_of
from footfall.ports import Trace
from footfall.processes import RowProblem
from footfall.records import Erased, Position, Record, Request
from footfall.verdicts import Verdict

_APPLIED: Final = "applied"
_object = msgspec.json.Decoder(dict[str, Raw])


class Knowledge(NamedTuple):
    """What is known of the entries that say something of one contact."""

    contact_id: ContactId
    traces: Mapping[Position, Trace]
    """By position, as all that follows."""
    verdicts: Mapping[Position, Verdict]
    introduced: Mapping[Position, Sequence[AttributeDefinition]]
    merges: Mapping[Position, Sequence[Merge]]
    remembered: frozenset[bytes]
    """Under which hashes rows of an import may still name those who were erased with it."""
    problem: Callable[[int, int], RowProblem | None]
    """What was wrong with a row of an import, by process and row."""


def without_contact(record: Record, known: Knowledge) -> Record:
    """The record without what it says of the contact. The same again where that is gone already."""
    requests = []
    for first, request in record.placed():
        gone = request.gone()
        due = [
            offset
            for offset in range(request.count)
            if Position(first + offset) in known.traces and offset not in gone
        ]
        requests.append(_without(first, request, due, known) if due else request)
    return Record(record.position, record.nonce, requests)


def _without(first: int, request: Request, due: Sequence[int], known: Knowledge) -> Request:
    if request.kind == "command":
        return _without_commands(first, request, due, known)
    return _without_events(first, request, due, known)


def _without_events(first: int, request: Request, due: Sequence[int], known: Knowledge) -> Request:
    is_batch = request.kind == "batch"
    texts = dict(accepted_events(request.body, request.refused)) if is_batch else {0: request.body}
    erased = list(request.erased)
    for offset, (index, text) in enumerate(list(texts.items())):
        if offset not in due:
            continue
        position = Position(first + offset)
        if known.traces[position].whole:
            erased.append(_erased_event(position, offset, index, text, request, known))
            texts[index] = b"null"
        else:
            texts[index] = _unnamed(text, known.traces[position].keys)
    request = msgspec.structs.replace(
        request, erased=tuple(sorted(erased, key=lambda each: each.offset))
    )
    if len(request.gone()) == request.count:
        return msgspec.structs.replace(request, body=_none_of(texts, is_batch), **_NOBODY)
    return msgspec.structs.replace(request, body=_body(texts, is_batch))


_NOBODY: Final = {"idempotency_key": "", "client": ""}
"""Of a request of which nothing is left."""


def _body(texts: Mapping[int, bytes], is_batch: bool) -> bytes:
    if not is_batch:
        return texts[0]
    return joined([texts.get(index) for index in range(max(texts) + 1)])


def _none_of(texts: Mapping[int, bytes], is_batch: bool) -> bytes:
    return joined([None] * (max(texts) + 1)) if is_batch else b""


def _erased_event(
    position: Position, offset: int, index: int, text: bytes, request: Request, known: Knowledge
) -> Erased:
    event = read_event(text)
    verdict = known.verdicts.get(position)
    what = _APPLIED if verdict is None else verdict.verdict
    has_keys = what != "duplicate" and request.replays is None
    keys = repeat_keys(event, request.idempotency_key, index) if has_keys else ()
    return Erased(
        offset=offset,
        verdict=what,
        contact_id=known.contact_id if what == _APPLIED else 0,
        creates=known.traces[position].creates,
        name=event.name if what == _APPLIED else "",
        repeat_keys=keys,
        introduced=tuple(known.introduced.get(position, ())),
        duplicate_of=0 if verdict is None else verdict.duplicate_of or 0,
        reason="" if verdict is None else verdict.reason,
    )


def _unnamed(text: bytes, keys: Collection[bytes]) -> bytes:
    """The event without the identifiers with these keys; all other texts to the letter."""
    event = _object.decode(text)
    identifiers = _object.decode(event["identifiers"])
    for kind, value in read_event(text).identifiers:
        if key_of(kind, value) in keys:
            del identifiers[kind]
    return msgspec.json.encode(event | {"identifiers": identifiers})


def _without_commands(
    first: int, request: Request, due: Sequence[int], known: Knowledge
) -> Request:
    commands = _commands(request)
    erased = {(each.offset, each.partly): each for each in request.erased}
    for offset in due:
        position = Position(first + offset)
        trace = known.traces[position]
        rest = None if trace.whole else _rest(commands[offset], trace.keys)
        entry = _erased_command(position, offset, commands[offset], known)
        if rest is None:
            del commands[offset]
            erased.pop((offset, True), None)
            erased[offset, False] = entry
        else:
            commands[offset] = rest
            erased[offset, True] = msgspec.structs.replace(entry, partly=True)
    return msgspec.structs.replace(
        request,
        body=encode_rest(list(commands.values())),
        erased=tuple(erased[place] for place in sorted(erased)),
    )


def _commands(request: Request) -> dict[int, AnyCommand]:
    """The commands that are there yet, by offset."""
    gone = request.gone()
    offsets = [offset for offset in range(request.count) if offset not in gone]
    return dict(zip(offsets, decode_commands(request.body), strict=True))


def _rest(command: AnyCommand, keys: Collection[bytes]) -> AnyCommand | None:
    """The command for all others that it names; None where it names nobody else."""
    if isinstance(command, CreateContact | UpdateContact):
        identifiers = {
            kind: value
            for kind, value in command.changes.identifiers.items()
            if key_of(kind, value) not in keys
        }
        changes = msgspec.structs.replace(command.changes, identifiers=identifiers)
        return msgspec.structs.replace(command, changes=changes)
    if not isinstance(command, AddToList | RemoveFromList):
        return None
    others = [name for name in command.contacts if _key(name) not in keys]
    return msgspec.structs.replace(command, contacts=others) if others else None


def _key(name: Named) -> bytes:
    return key_of(name.kind, name.value) if name.kind else key_of(CONTACT_ID, name.contact_id)


def _erased_command(
    position: Position, offset: int, command: AnyCommand, known: Knowledge
) -> Erased:
    verdict = known.verdicts.get(position)
    what = _APPLIED if verdict is None else verdict.verdict
    removes = what == _APPLIED and isinstance(command, DeleteContact)
    row = (command.process_id, command.row) if isinstance(command, ImportContact) else (0, 0)
    problem = known.problem(*row) if row[1] else None
    return Erased(
        offset=offset,
        verdict=what,
        contact_id=known.contact_id if what == _APPLIED else 0,
        creates=known.traces[position].creates,
        introduced=tuple(known.introduced.get(position, ())),
        reason="" if verdict is None else verdict.reason,
        removes=removes,
        keys=tuple(sorted(known.remembered)) if removes else (),
        merges=tuple(known.merges.get(position, ())),
        process_id=row[0],
        row=row[1],
        problem=(problem.code, problem.field, problem.message) if problem else None,
    )
