"""Applying commands that begin, carry on and end processes. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from footfall.attributes import attribute_name, read_text
from footfall.commands import (
    BeginExport,
    BeginImport,
    ContactChanges,
    CreateContact,
    EndNotification,
    EndProcess,
    ImportContact,
    StartProcess,
)
from footfall.contact_updates import find
from footfall.contacts import Contact, ContactBook, ContactId
from footfall.engine.contact_commands import create_contact, given_identifiers, some
from footfall.engine.decisions import Draft
from footfall.engine.outcomes import Done
from footfall.errors import DuplicateParameter, FootfallError, InvalidParameter, NotFound
from footfall.mentions import key_of
from footfall.processes import ImportOptions, Notification, Process, RowProblem


def begin_import(draft: Draft, now: int, command: BeginImport) -> Done:
    """A new process; its lists must exist, and its new list is made at once."""
    lists, options = draft.book.lists, command.options
    missing = [each for each in options.list_ids if each not in lists.lists]
    if missing:
        raise InvalidParameter(f"List ID does not exist: {some(missing)}", "listIds")
    if command.new_list:
        if command.folder_id not in lists.folders:
            raise InvalidParameter("Folder ID does not exist", "newList.folderId")
        new = lists.add_list(command.new_list, command.folder_id, now)
        options = msgspec.structs.replace(options, list_ids=(*options.list_ids, new.id))
    return Done(id=draft.processes.begin(options, command.notify_url, now).id, created=True)


def begin_export(draft: Draft, now: int, command: BeginExport) -> Done:
    """A new process; its list or segment must exist."""
    list_id = command.options.list_id
    if list_id and list_id not in draft.book.lists.lists:
        raise InvalidParameter("List ID does not exist", "customContactFilter.listId")
    segment_id = command.options.segment_id
    if segment_id and segment_id not in draft.segments.segments:
        raise InvalidParameter("Segment ID does not exist", "customContactFilter.segmentId")
    process = draft.processes.begin(command.options, command.notify_url, now)
    return Done(id=process.id, created=True)


def start_process(draft: Draft, _now: int, command: StartProcess) -> Done:
    """The process has its turn."""
    process = _active(draft, command.process_id)
    options = process.options
    if isinstance(options, ImportOptions):
        options = msgspec.structs.replace(options, format=command.format)
    draft.processes.put(
        msgspec.structs.replace(
            process,
            status="in_process",
            options=options,
            total=command.total,
            column_types=command.column_types,
        )
    )
    return Done(id=process.id)


def import_contact(draft: Draft, now: int, command: ImportContact) -> Done:
    """Create or change the contact of a row. A row that is refused is counted, and told."""
    process = _active(draft, command.process_id)
    if not isinstance(process.options, ImportOptions):
        raise InvalidParameter("The process imports nothing")
    if command.row != process.done + 1:
        raise DuplicateParameter(f"Row {process.done + 1} is next, not {command.row}")
    try:
        _check_not_erased(process, command)
        done = _import(draft, now, process, process.options, command)
    except FootfallError as problem:
        _refuse(draft, process, command, problem)
        raise
    _count(draft, process, command, done)
    return done


class ErasedMeanwhile(NotFound):
    """The row names somebody who was erased since the import was begun. It goes the same way."""

    def __init__(self, contact_id: int) -> None:
        super().__init__("The contact was erased while the import was under way")
        self.contact_id = ContactId(contact_id)


def _check_not_erased(process: Process, command: ImportContact) -> None:
    if not process.erased or command.changes is None:
        return
    for kind, value in command.changes.identifiers.items():
        contact_id = process.erased.get(key_of(kind, value).hex())
        if contact_id is not None:
            raise ErasedMeanwhile(contact_id)


def end_process(draft: Draft, now: int, command: EndProcess) -> Done:
    """Nothing more comes of the process."""
    process = _active(draft, command.process_id)
    draft.processes.put(
        msgspec.structs.replace(
            process,
            status="failed" if command.problem else "completed",
            ended_at=now,
            total=process.total or command.rows,
            done=process.done or command.rows,
            column_types={},
            erased={},
            message=command.problem,
            notification="due" if process.notify_url else "",
        )
    )
    return Done(id=process.id)


def end_notification(draft: Draft, _now: int, command: EndNotification) -> Done:
    """Nothing more is to be told."""
    process = draft.processes.active.get(command.process_id)
    if process is None or process.notification != "due":
        raise NotFound("Process ID does not exist, or nothing is to be told of it")
    told: Notification = "delivered" if command.delivered else "failed"
    draft.processes.put(msgspec.structs.replace(process, notification=told))
    return Done(id=process.id)


def _active(draft: Draft, process_id: int) -> Process:
    process = draft.processes.active.get(process_id)
    if process is None or process.has_ended:
        raise NotFound("Process ID does not exist, or the process has ended")
    return process


def _import(
    draft: Draft, now: int, process: Process, options: ImportOptions, command: ImportContact
) -> Done:
    if command.changes is None:
        raise InvalidParameter(command.problem, command.field)
    changes = _prepared(draft.book, process, options, command.changes)
    if not options.update_existing:
        known = find(draft.book, None, given_identifiers(changes))
        if known is not None:
            return _enlist(draft.book, now, known, changes)
    return create_contact(draft, now, CreateContact(changes, update_enabled=True))


def _prepared(
    book: ContactBook, process: Process, options: ImportOptions, changes: ContactChanges
) -> ContactChanges:
    """The row's changes with what the whole import says: lists that are there yet, and blocks."""
    attributes = changes.attributes
    if options.format == "csv":
        attributes = {name: _read(book, process, name, value) for name, value in attributes.items()}
    return msgspec.structs.replace(
        changes,
        attributes=attributes,
        list_ids=[each for each in options.list_ids if each in book.lists.lists],
        email_blocked=_blocked(options, "email"),
        sms_blocked=_blocked(options, "sms"),
    )


def _blocked(options: ImportOptions, channel: str) -> bool | None:
    blocked = options.block_email if channel == "email" else options.block_sms
    return True if blocked else None


def _read(book: ContactBook, process: Process, key: str, value: Any) -> Any:
    """A column's text as its attribute would have it."""
    if not isinstance(value, str) or not value:
        return value
    definition = book.definitions.get(attribute_name(key))
    if definition is not None:
        return read_text(definition.type, value)
    return read_text(process.column_types.get(key, "text"), value)


def _enlist(book: ContactBook, now: int, contact: Contact, changes: ContactChanges) -> Done:
    """The contact stays as it is, but comes onto the lists and is blocked as the import says."""
    for list_id in changes.list_ids:
        book.enlist(contact, list_id, now)
    if changes.email_blocked:
        book.block(contact, "email", True, now)
    if changes.sms_blocked:
        book.block(contact, "sms", True, now)
    return Done(id=contact.id, contact_id=contact.id)


def _refuse(draft: Draft, process: Process, command: ImportContact, problem: FootfallError) -> None:
    draft.processes.put(
        msgspec.structs.replace(process, done=command.row, refused=process.refused + 1)
    )
    draft.processes.note(
        RowProblem(
            process_id=process.id,
            row=command.row,
            refused=True,
            code=problem.code,
            field=_field(problem),
            message=problem.message,
        )
    )


def _field(problem: FootfallError) -> str:
    """Which field of the row was at fault: of identifiers that are taken, the first one's name."""
    if isinstance(problem, DuplicateParameter) and problem.metadata is not None:
        names = problem.metadata.get("duplicateIdentifiers")
        return str(names[0]) if isinstance(names, list) and names else ""
    return problem.path if isinstance(problem, InvalidParameter) else ""


def _count(draft: Draft, process: Process, command: ImportContact, done: Done) -> None:
    draft.processes.put(
        msgspec.structs.replace(
            process,
            done=command.row,
            created=process.created + done.created,
            updated=process.updated + (not done.created),
        )
    )
    if done.remarks:
        first = done.remarks[0]
        draft.processes.note(
            RowProblem(
                process_id=process.id,
                row=command.row,
                refused=False,
                code=first.code,
                field=first.field,
                message="; ".join(remark.message for remark in done.remarks),
            )
        )
