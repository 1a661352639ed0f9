"""Commands: everything besides events that changes data, as the journal holds it. Pure.

A request of kind `command` has a list of commands for its body, and each takes a position of its
own. A command is complete: identifiers are in their compared form, names in upper case, so that it
means the same for ever. Whether it can be done is decided when it is applied, in order of position;
one that cannot is refused as a whole and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from footfall.attributes import AttributeCategory, AttributeDefinition
from footfall.catalogue import Note
from footfall.contact_exports import ExportOptions
from footfall.errors import InvalidParameter
from footfall.objects import Reference
from footfall.processes import ColumnType, ImportOptions, RowFormat

MAX_COMMANDS: Final = 10_000
"""In one request."""
MAX_BYTES: Final = 16 * 2**20
"""Of one request's commands."""


class Named(msgspec.Struct, frozen=True, array_like=True):
    """A contact, by its id or by one identifier. Neither names nobody."""

    contact_id: int = 0
    kind: str = ""
    value: str = ""


class ContactChanges(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What to change of a contact; what is left out stays."""

    identifiers: dict[str, str] = {}
    """Kind to compared value; "" takes the identifier away."""
    attributes: dict[str, Any] = {}
    """As they were given: what fits is known when the command is applied."""
    list_ids: list[int] = []
    unlink_list_ids: list[int] = []
    email_blocked: bool | None = None
    sms_blocked: bool | None = None
    blocked_senders: list[str] | None = None
    force_merge: bool = False


class Command(msgspec.Struct, frozen=True, tag_field="do", tag=True):
    """The root of all commands."""


class CreateContact(Command, frozen=True, tag="create_contact"):
    """A new contact; or the one that the identifiers name, where that may be updated."""

    changes: ContactChanges
    update_enabled: bool = False


class UpdateContact(Command, frozen=True, tag="update_contact"):
    """Change a contact that exists."""

    contact: Named
    changes: ContactChanges


class DeleteContact(Command, frozen=True, tag="delete_contact"):
    """Remove a contact with everything that belongs to it."""

    contact: Named


class MergeContacts(Command, frozen=True, tag="merge_contacts"):
    """Show two contacts as one, under the number of the older."""

    contact_id: int
    other_id: int


class UnmergeContact(Command, frozen=True, tag="unmerge_contact"):
    """Undo the merge of a contact into another."""

    contact_id: int


class CreateAttribute(Command, frozen=True, tag="create_attribute"):
    """A new attribute of the account."""

    definition: AttributeDefinition


class UpdateAttribute(Command, frozen=True, tag="update_attribute"):
    """Other choices of a category attribute, more options, or another formula."""

    category: AttributeCategory
    name: str
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    formula: str = ""


class DeleteAttribute(Command, frozen=True, tag="delete_attribute"):
    """Remove an attribute and every contact's value of it."""

    category: AttributeCategory
    name: str


class DeleteOption(Command, frozen=True, tag="delete_option"):
    """Remove an option of a multiple-choice attribute, from every contact's value too."""

    name: str
    option: str


class CreateFolder(Command, frozen=True, tag="create_folder"):
    """A new folder."""

    name: str


class UpdateFolder(Command, frozen=True, tag="update_folder"):
    """Another name for a folder."""

    folder_id: int
    name: str


class DeleteFolder(Command, frozen=True, tag="delete_folder"):
    """Remove a folder with its lists; their contacts stay."""

    folder_id: int


class CreateList(Command, frozen=True, tag="create_list"):
    """A new list in a folder."""

    name: str
    folder_id: int


class UpdateList(Command, frozen=True, tag="update_list"):
    """Another name or another folder for a list; None leaves it."""

    list_id: int
    name: str | None = None
    folder_id: int | None = None


class DeleteList(Command, frozen=True, tag="delete_list"):
    """Remove a list; its contacts stay."""

    list_id: int


class AddToList(Command, frozen=True, tag="add_to_list"):
    """Put contacts on a list."""

    list_id: int
    contacts: list[Named]


class RemoveFromList(Command, frozen=True, tag="remove_from_list"):
    """Take contacts off a list."""

    list_id: int
    contacts: list[Named]


class EmptyList(Command, frozen=True, tag="empty_list"):
    """Take every contact off a list."""

    list_id: int


class BeginImport(Command, frozen=True, tag="begin_import"):
    """A process that imports contacts, onto a new list too where one is named."""

    options: ImportOptions
    new_list: str = ""
    folder_id: int = 0
    """Of the new list."""
    notify_url: str = ""


class BeginExport(Command, frozen=True, tag="begin_export"):
    """A process that writes contacts to a file."""

    options: ExportOptions
    notify_url: str = ""


class StartProcess(Command, frozen=True, tag="start_process"):
    """The process has its turn: so much is there to do."""

    process_id: int
    total: int
    format: RowFormat
    column_types: dict[str, ColumnType] = {}


class ImportContact(Command, frozen=True, tag="import_contact"):
    """One row of an import. Rows come in order, each once."""

    process_id: int
    row: int
    changes: ContactChanges | None = None
    """None where the row says nothing that could be done; then `problem` says why."""
    problem: str = ""
    field: str = ""


class EndProcess(Command, frozen=True, tag="end_process"):
    """The process is done; or it failed, for that reason."""

    process_id: int
    problem: str = ""
    rows: int = 0
    """That were written."""


class DescribeEvent(Command, frozen=True, tag="describe_event"):
    """What people note of an event name or of a property; it replaces what was noted before."""

    note: Note


class EndNotification(Command, frozen=True, tag="end_notification"):
    """The end of the process was told, or could not be."""

    process_id: int
    delivered: bool


class CreateSegment(Command, frozen=True, tag="create_segment"):
    """A new segment."""

    name: str
    category: str
    definition: bytes
    """As `segments.definition.encode` made it: its numbers go beyond those of MessagePack."""


class UpdateSegment(Command, frozen=True, tag="update_segment"):
    """Another name, category or definition of a segment; None leaves it."""

    segment_id: int
    name: str | None = None
    category: str | None = None
    definition: bytes | None = None


class CancelSegmentChange(Command, frozen=True, tag="cancel_segment_change"):
    """Give a segment the definition back that it had, while members are found by another."""

    segment_id: int


class DeleteSegment(Command, frozen=True, tag="delete_segment"):
    """Remove a segment; its contacts stay."""

    segment_id: int


class ActivateSegment(Command, frozen=True, tag="activate_segment"):
    """From here on membership follows what happens: the engine has found all members."""

    segment_id: int
    revision: int


class PassTime(Command, frozen=True, tag="pass_time"):
    """Nothing but that it is as late as the request was received: timers may be due."""


class GivenAssociation(msgspec.Struct, frozen=True, array_like=True):
    """What a record is to be associated with, or not any more.

    A contact is named by its id alone, so that the journal says nothing else of it; 0 is nobody.
    """

    other: Reference
    is_linked: bool = True


class GivenRecord(msgspec.Struct, frozen=True, array_like=True):
    """A record as it was given: by its id, or by one of the caller's own, or by neither."""

    id: int
    ext_id: str
    attributes: dict[str, Any]
    associations: tuple[GivenAssociation, ...] = ()


class UpsertRecords(Command, frozen=True, tag="upsert_records"):
    """Create or change records of a type, which comes into being where it is not there."""

    object_type: str
    records: list[GivenRecord]


class DeleteRecords(Command, frozen=True, tag="delete_records"):
    """Remove records of a type."""

    object_type: str
    records: list[Reference]


AnyCommand = (
    CreateContact
    | UpdateContact
    | DeleteContact
    | MergeContacts
    | UnmergeContact
    | CreateAttribute
    | UpdateAttribute
    | DeleteAttribute
    | DeleteOption
    | CreateFolder
    | UpdateFolder
    | DeleteFolder
    | CreateList
    | UpdateList
    | DeleteList
    | AddToList
    | RemoveFromList
    | EmptyList
    | BeginImport
    | BeginExport
    | StartProcess
    | ImportContact
    | EndProcess
    | DescribeEvent
    | EndNotification
    | UpsertRecords
    | DeleteRecords
    | CreateSegment
    | UpdateSegment
    | CancelSegmentChange
    | DeleteSegment
    | ActivateSegment
    | PassTime
)

SWEEPING: Final = (
    DeleteContact,
    MergeContacts,
    UnmergeContact,
    DeleteAttribute,
    DeleteOption,
    DeleteFolder,
    DeleteList,
    EmptyList,
    CreateSegment,
    UpdateSegment,
    CancelSegmentChange,
    DeleteSegment,
    ActivateSegment,
)
"""Commands that may touch any number of contacts: each is applied by itself, in the stores."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[AnyCommand])


def is_sweeping(command: AnyCommand) -> bool:
    """Whether the command must be applied by itself."""
    if isinstance(command, CreateContact | UpdateContact):
        return command.changes.force_merge
    return isinstance(command, SWEEPING)


def encode_commands(commands: Sequence[AnyCommand]) -> bytes:
    """The body of a journaled request; raises `InvalidParameter` past the bounds.

    A sweeping command stands alone in its request.
    """
    if not commands or len(commands) > MAX_COMMANDS:
        raise InvalidParameter(f"A request has 1 to {MAX_COMMANDS} commands, not {len(commands)}")
    if len(commands) > 1 and any(map(is_sweeping, commands)):
        raise ValueError("A sweeping command stands alone in its request")
    body = _encoder.encode(commands)
    if len(body) > MAX_BYTES:
        raise InvalidParameter(f"A request's commands take at most {MAX_BYTES} bytes")
    return body


def encode_rest(commands: Sequence[AnyCommand]) -> bytes:
    """The body of a journaled request of which others are gone; it may have none."""
    return _encoder.encode(commands)


def decode_commands(body: bytes) -> list[AnyCommand]:
    """The commands that `encode_commands` made; raises `msgspec.MsgspecError` for other bytes."""
    return _decoder.decode(body)
