"""Applying commands on records of objects. Pure.

A request is a process that has ended when it is applied: what became of each record is told there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from footfall.commands import DeleteRecords, GivenAssociation, UpsertRecords
from footfall.contacts import ContactId
from footfall.engine.decisions import Draft
from footfall.engine.outcomes import Done
from footfall.errors import FootfallError, InvalidParameter, NotFound
from footfall.objects import CONTACT, RecordKey, Reference
from footfall.processes import ObjectOptions, RowProblem


def upsert_records(draft: Draft, now: int, command: UpsertRecords) -> Done:
    """Create or change each record, and what it is associated with.

    One that cannot be, or that is to be associated with what is not there, stays as it was: that is
    told, and loses no other.
    """
    draft.objects.ensure(command.object_type, now)

    def upsert(number: int) -> bool:
        given = command.records[number]
        reference = Reference(command.object_type, given.id, given.ext_id)
        others = [_other(draft, each, reference) for each in given.associations]
        record, is_new = draft.objects.upsert(reference, given.attributes, now)
        for each, other in zip(given.associations, others, strict=True):
            if each.is_linked:
                draft.objects.associate(record, other, now)
            elif other[1]:
                draft.objects.part(record, other, now)
        return is_new

    return _carry_out(draft, now, ObjectOptions(action="upsert"), command.records, upsert)


def delete_records(draft: Draft, now: int, command: DeleteRecords) -> Done:
    """Remove each record; one that is not there is told."""
    if command.object_type not in draft.objects.types:
        raise InvalidParameter("invalid object type", "object_type")

    def delete(number: int) -> bool:
        draft.objects.remove(command.records[number])
        return False

    return _carry_out(draft, now, ObjectOptions(action="delete"), command.records, delete)


def _other(draft: Draft, given: GivenAssociation, own: Reference) -> RecordKey:
    """What is meant; id 0 where it is not there and need not be. Raises where it must be."""
    object_type, id_ = given.other.object_type, given.other.id
    if object_type == CONTACT:
        found = id_ if ContactId(id_) in draft.book.contacts else 0
    else:
        record = draft.objects.find(given.other)
        found = 0 if record is None else record.id
        if found and given.is_linked and record == draft.objects.find(own):
            raise InvalidParameter("A record cannot be associated with itself", "associations")
    if not found and given.is_linked:
        raise NotFound(f"There is no such record of type {object_type} to be associated with")
    return object_type, found


def _carry_out(
    draft: Draft,
    now: int,
    options: ObjectOptions,
    records: Sequence[object],
    do: Callable[[int], bool],
) -> Done:
    """Begin a process, do each record by its index, and end the process."""
    processes = draft.processes
    id_ = processes.begin(options, "", now).id
    created = refused = 0
    for number in range(len(records)):
        try:
            created += do(number)
        except FootfallError as problem:
            refused += 1
            processes.note(
                RowProblem(
                    process_id=id_,
                    row=number + 1,
                    refused=True,
                    code=problem.code,
                    field=problem.path if isinstance(problem, InvalidParameter) else "",
                    message=problem.message,
                )
            )
    processes.put(
        msgspec.structs.replace(
            processes.active[id_],
            status="completed",
            ended_at=now,
            total=len(records),
            done=len(records),
            created=created,
            updated=len(records) - created - refused,
            refused=refused,
        )
    )
    return Done(id=id_, created=True)
