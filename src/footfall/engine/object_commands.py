"""Applying commands on records of objects. Pure.

A request is a process that has ended when it is applied: what became of each record is told there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from footfall.commands import DeleteRecords, UpsertRecords
from footfall.engine.decisions import Draft
from footfall.engine.outcomes import Done
from footfall.errors import FootfallError, InvalidParameter
from footfall.objects import Reference
from footfall.processes import ObjectOptions, RowProblem


def upsert_records(draft: Draft, now: int, command: UpsertRecords) -> Done:
    """Create or change each record; one that cannot be is told, and loses no other."""
    draft.objects.ensure(command.object_type, now)

    def upsert(number: int) -> bool:
        given = command.records[number]
        reference = Reference(command.object_type, given.id, given.ext_id)
        _, is_new = draft.objects.upsert(reference, given.attributes, now)
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
