"""What to do with one command: apply it to the draft of the run, or refuse it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import msgspec

from footfall.bonds import Merge
from footfall.commands import (
    ActivateSegment,
    AddToList,
    AnyCommand,
    BeginExport,
    BeginImport,
    CancelSegmentChange,
    ContactChanges,
    CreateAttribute,
    CreateContact,
    CreateFolder,
    CreateList,
    CreateSegment,
    DeleteAttribute,
    DeleteContact,
    DeleteFolder,
    DeleteList,
    DeleteOption,
    DeleteRecords,
    DeleteSegment,
    DescribeEvent,
    EmptyList,
    EndNotification,
    EndProcess,
    ImportContact,
    MergeContacts,
    Named,
    PassTime,
    RemoveFromList,
    StartProcess,
    UnmergeContact,
    UpdateAttribute,
    UpdateContact,
    UpdateFolder,
    UpdateList,
    UpdateSegment,
    UpsertRecords,
    is_sweeping,
)
from footfall.contacts import ContactId
from footfall.engine import (
    attribute_commands,
    contact_commands,
    list_commands,
    merge_commands,
    object_commands,
    process_commands,
    segment_commands,
)
from footfall.engine.contact_commands import named
from footfall.engine.decisions import Draft, merge_again
from footfall.engine.outcomes import Done
from footfall.errors import FootfallError
from footfall.mentions import CONTACT_ID
from footfall.objects import CONTACT, Reference
from footfall.records import Position
from footfall.verdicts import Reason, Verdict


class Order(msgspec.Struct, frozen=True, gc=False):
    """One journaled command."""

    position: Position
    received_at: int
    command: AnyCommand
    is_cut: bool = False
    """Somebody was taken out of it, who was all that it could be done with, maybe."""
    merges: tuple[Merge, ...] = ()
    """What it merged before that, of those that are there yet."""

    @property
    def sweeps(self) -> bool:
        """Whether it may touch any number of contacts."""
        return is_sweeping(self.command)


def obey(draft: Draft, order: Order) -> None:
    """Apply the command, or refuse it as a whole; either way note the outcome.

    A command that is refused changed nothing.
    """
    is_import = isinstance(order.command, ImportContact)
    draft.book.begin(order.position, "import" if is_import else "request")
    merge_again(draft, order.merges, order.received_at)
    try:
        done = _do(draft, order.received_at, order.command)
    except FootfallError as refusal:
        if order.is_cut:
            _mention_those_meant(draft, order, Done())
            draft.totals["command"] += 1
            return
        draft.outcomes[order.position] = refusal
        if isinstance(refusal, process_commands.ErasedMeanwhile):
            draft.late[order.position] = refusal.contact_id
            draft.conclude(_refused(order.position, refusal, ""), "refused")
            return
        if not isinstance(order.command, MergeContacts | UnmergeContact):
            for name, contact in _meant(draft, order.command):
                _mention(draft, order.position, name, contact, whole=True)
        draft.conclude(_refused(order.position, refusal, refusal.message), "refused")
    else:
        _mention_those_meant(draft, order, done)
        draft.outcomes[order.position] = done
        verdict = Verdict(
            position=order.position,
            verdict="applied",
            contact_id=done.contact_id,
            remarks=done.remarks,
        )
        draft.conclude(verdict, "command")


def _refused(position: Position, refusal: FootfallError, message: str) -> Verdict:
    reason = cast(Reason, refusal.code)
    return Verdict(position=position, verdict="refused", reason=reason, message=message)


def _meant(draft: Draft, command: AnyCommand) -> Iterator[tuple[Named, ContactId | None]]:
    """Whom the command names, and which contact each of them is.

    For commands that left identifiers to whom they were: refused ones, and those on lists.
    """
    for name in touched(command):
        contact = named(draft.book, name)
        yield name, None if contact is None else contact.id


def _mention_those_meant(draft: Draft, order: Order, done: Done) -> None:
    """A command on one contact goes with that one; out of others whoever is named is taken."""
    if done.contact_id is not None:
        draft.mention(order.position, CONTACT_ID, done.contact_id, whole=True)
        if done.contact_id in draft.book.bonds:
            for name, contact in _meant(draft, order.command):
                if contact not in (None, done.contact_id):
                    _mention(draft, order.position, name, contact, whole=False)
    elif isinstance(order.command, AddToList | RemoveFromList):
        for name, contact in _meant(draft, order.command):
            _mention(draft, order.position, name, contact, whole=False)


def _mention(
    draft: Draft, position: Position, name: Named, contact: ContactId | None, *, whole: bool
) -> None:
    if contact is not None:
        draft.mention(position, CONTACT_ID, contact, whole=whole)
    if name.kind:
        draft.mention(position, name.kind, name.value, whole=whole)
    elif contact is None and name.contact_id:
        draft.mention(position, CONTACT_ID, name.contact_id, whole=whole)


def _do(draft: Draft, now: int, command: AnyCommand) -> Done:  # noqa: PLR0912 - one case a command
    match command:
        case CreateContact():
            return contact_commands.create_contact(draft, now, command)
        case UpdateContact():
            return contact_commands.update_contact(draft, now, command)
        case DeleteContact():
            return contact_commands.delete_contact(draft, now, command)
        case MergeContacts():
            return merge_commands.merge_contacts(draft, now, command)
        case UnmergeContact():
            return merge_commands.unmerge_contact(draft, now, command)
        case CreateAttribute():
            return attribute_commands.create_attribute(draft, now, command)
        case UpdateAttribute():
            return attribute_commands.update_attribute(draft, now, command)
        case DeleteAttribute():
            return attribute_commands.delete_attribute(draft, now, command)
        case DeleteOption():
            return attribute_commands.delete_option(draft, now, command)
        case CreateFolder():
            return list_commands.create_folder(draft, now, command)
        case UpdateFolder():
            return list_commands.update_folder(draft, now, command)
        case DeleteFolder():
            return list_commands.delete_folder(draft, now, command)
        case CreateList():
            return list_commands.create_list(draft, now, command)
        case UpdateList():
            return list_commands.update_list(draft, now, command)
        case DeleteList():
            return list_commands.delete_list(draft, now, command)
        case AddToList():
            return list_commands.add_to_list(draft, now, command)
        case RemoveFromList():
            return list_commands.remove_from_list(draft, now, command)
        case EmptyList():
            return list_commands.empty_list(draft, now, command)
        case BeginImport():
            return process_commands.begin_import(draft, now, command)
        case BeginExport():
            return process_commands.begin_export(draft, now, command)
        case StartProcess():
            return process_commands.start_process(draft, now, command)
        case ImportContact():
            return process_commands.import_contact(draft, now, command)
        case EndProcess():
            return process_commands.end_process(draft, now, command)
        case DescribeEvent():
            draft.notes[command.note.name, command.note.path] = command.note
            return Done()
        case UpsertRecords():
            return object_commands.upsert_records(draft, now, command)
        case DeleteRecords():
            return object_commands.delete_records(draft, now, command)
        case EndNotification():
            return process_commands.end_notification(draft, now, command)
        case CreateSegment():
            return segment_commands.create_segment(draft, now, command)
        case UpdateSegment():
            return segment_commands.update_segment(draft, now, command)
        case CancelSegmentChange():
            return segment_commands.cancel_segment_change(draft, now, command)
        case DeleteSegment():
            return segment_commands.delete_segment(draft, now, command)
        case ActivateSegment():
            return segment_commands.activate_segment(draft, now, command)
        case PassTime():
            return Done()


def touched(command: AnyCommand) -> Iterator[Named]:
    """Whom the command names, and whom its identifiers may name: all must be loaded before it."""
    match command:
        case CreateContact():
            yield from _identifiers(command.changes)
        case UpdateContact():
            yield command.contact
            yield from _identifiers(command.changes)
        case DeleteContact():
            yield command.contact
        case MergeContacts():
            yield Named(command.contact_id)
            yield Named(command.other_id)
        case UnmergeContact():
            yield Named(command.contact_id)
        case AddToList() | RemoveFromList():
            yield from command.contacts
        case ImportContact(changes=ContactChanges() as changes):
            yield from _identifiers(changes)
        case UpsertRecords():
            for other in _associated(command):
                if other.object_type == CONTACT:
                    yield Named(other.id)


def records_touched(command: AnyCommand) -> Iterator[Reference]:
    """The records of objects that the command names: all must be loaded before it."""
    match command:
        case UpsertRecords():
            for record in command.records:
                yield Reference(command.object_type, record.id, record.ext_id)
            for other in _associated(command):
                if other.object_type != CONTACT:
                    yield other
        case DeleteRecords():
            yield from command.records


def _associated(command: UpsertRecords) -> Iterator[Reference]:
    for record in command.records:
        for given in record.associations:
            yield given.other


def _identifiers(changes: ContactChanges) -> Iterator[Named]:
    for kind, value in changes.identifiers.items():
        if value:
            yield Named(kind=kind, value=value)
