"""Contacts as lines of a CSV file. Pure.

What is written can be imported again. Source of the choices: Brevo's OpenAPI document for
requestContactExport.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal

import msgspec

from footfall.attributes import ATTRIBUTES_OF_IDENTIFIERS, Value
from footfall.contacts import Contact
from footfall.identifiers import EMAIL
from footfall.instants import format_milliseconds

DELIMITER: Final = ";"
Selection = Literal["all", "subscribed", "unsubscribed", "unsubscribed_per_list"]
Metadata = Literal["_listIds", "ADDED_TIME", "MODIFIED_TIME"]
Status = Literal["email_marketing", "sms_marketing"]

_KINDS: Final = {"EMAIL": EMAIL} | {name: kind for kind, name in ATTRIBUTES_OF_IDENTIFIERS.items()}


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True, tag="export_contacts"):
    """Which contacts are exported, and what of them."""

    selection: Selection
    list_id: int = 0
    """The list that it is about; 0 for none."""
    segment_id: int = 0
    """The segment that it is about; 0 for none. Without both it is about all contacts."""
    attributes: tuple[str, ...] = ()
    """In the order of their columns; those that stand for identifiers too."""
    metadata: tuple[Metadata, ...] = ()
    statuses: tuple[Status, ...] = ()


def header(options: ExportOptions) -> bytes:
    """The line of names."""
    return csv_lines([[*options.attributes, *options.metadata, *options.statuses]])


def lines(options: ExportOptions, contacts: Iterable[Contact]) -> list[bytes]:
    """A line for each contact that is selected."""
    return [
        csv_lines([_fields(options, contact)])
        for contact in contacts
        if _selected(options, contact)
    ]


def _selected(options: ExportOptions, contact: Contact) -> bool:
    match options.selection:
        case "all":
            return True
        case "subscribed":
            return "email" not in contact.blocked
        case "unsubscribed":
            return "email" in contact.blocked
        case "unsubscribed_per_list":
            return options.list_id in contact.unsubscribed_ids


def _fields(options: ExportOptions, contact: Contact) -> list[str]:
    return [
        *(_attribute(contact, name) for name in options.attributes),
        *(_METADATA[name](contact) for name in options.metadata),
        *(_status(contact, name) for name in options.statuses),
    ]


def _attribute(contact: Contact, name: str) -> str:
    kind = _KINDS.get(name)
    if kind is not None:
        return contact.identifiers.get(kind, "")
    return _text(contact.attributes.get(name))


def _text(value: Value | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return ",".join(value)
        case _:
            return str(value)


_METADATA: Final[dict[Metadata, Callable[[Contact], str]]] = {
    "_listIds": lambda contact: ",".join(map(str, contact.list_ids)),
    "ADDED_TIME": lambda contact: format_milliseconds(contact.created_at),
    "MODIFIED_TIME": lambda contact: format_milliseconds(contact.modified_at),
}


def _status(contact: Contact, name: Status) -> str:
    channel = "email" if name == "email_marketing" else "sms"
    return "unsubscribed" if channel in contact.blocked else "subscribed"


def csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as lines of a CSV file, which end as RFC 4180 has it.

    Python 3.11 quotes a character that may end a line only where the ends of lines have it.
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
