"""Rows of contacts, as a CSV file or JSON has them, read into what the journal keeps. Pure.

A row is read by itself: what is wrong with one is told of that row, and loses no other. Source of
the formats: Brevo's OpenAPI document for importContacts.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from footfall.attributes import (
    BOOLEAN_TEXTS,
    RESERVED,
    attribute_name,
    is_attribute_name,
)
from footfall.commands import ContactChanges
from footfall.contact_requests import (
    KINDS_OF_ATTRIBUTES,
    CreateContactBody,
    check_names_somebody,
    read_changes,
)
from footfall.errors import InvalidParameter, MissingParameter
from footfall.processes import ColumnType, RowFormat

MAX_ROWS: Final = 2_000_000
"""In one import."""
MAX_ROW: Final = 2**20
"""Characters of one row."""
MAX_COLUMNS: Final = 500
DELIMITERS: Final = ";,\t"
"""One of these stands between the columns; the semicolon is Brevo's."""
NO_ATTRIBUTES: Final = frozenset(
    {
        *("CONTACT ID", "CONTACT_ID", "ADDED_TIME", "MODIFIED_TIME"),
        *("_LISTIDS", "EMAIL_MARKETING", "SMS_MARKETING"),
    }
)
"""Columns that an exported file has, and that are the server's own to know."""

_TOO_LARGE: Final = f"The row is larger than {MAX_ROW} characters"
_IN_ONE_LINE: Final = bytes.maketrans(b"\r\n", b"  ")
"""In JSON a line's end stands between values only."""
_plain_number = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?").fullmatch
"""A number that is written as one: no phone number and no postcode with a leading zero."""


class Row(NamedTuple):
    """What one row says, or what is wrong with it."""

    number: int
    """From 1; a CSV file's line of names does not count, nor do empty lines."""
    changes: ContactChanges | None
    problem: str = ""
    field: str = ""


class JsonRow(msgspec.Struct):
    """One contact of `jsonBody`."""

    email: str | None = None
    ext_id: str | None = None
    attributes: dict[str, Any] | None = None
    misspelt: Any = msgspec.field(name="extId", default=None)


class Columns(NamedTuple):
    """The line of names of a CSV file."""

    delimiter: str
    names: tuple[str, ...]
    """In upper case; empty for a column that is passed over."""


def read_columns(line: str) -> Columns:
    """What the columns are; raises `InvalidParameter` or `MissingParameter`.

    The delimiter is the one that stands in the line most often.
    """
    line = line.removeprefix("\ufeff").rstrip("\r\n")
    delimiter = max(DELIMITERS, key=line.count)
    given = next(csv.reader([line], delimiter=delimiter), [])
    if len(given) > MAX_COLUMNS:
        raise InvalidParameter(f"The file has more than {MAX_COLUMNS} columns")
    names = tuple(_column(name, number) for number, name in enumerate(given, 1))
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise InvalidParameter(f"The file has two columns {min(twice)}")
    if RESERVED.isdisjoint(names):
        raise MissingParameter(
            f"The file's first line names no identifier: one of {', '.join(sorted(RESERVED))}"
        )
    return Columns(delimiter, names)


def _column(given: str, number: int) -> str:
    name = attribute_name(given.strip())
    if not name or name in NO_ATTRIBUTES:
        return ""
    if is_attribute_name(name) is None:
        raise InvalidParameter(
            f"Column {number} of the file, {given.strip()[:80]!r}, is not the name of an "
            "attribute: 1 to 255 characters of A-Z 0-9 _ -"
        )
    return name


def csv_rows(lines: Iterable[str], *, clear_empty: bool) -> Iterator[Row]:
    """The rows of a CSV file, the first line of which names its columns."""
    rest = iter(lines)
    columns = read_columns(next(rest, ""))
    for number, fields in enumerate(_records(rest, columns.delimiter), 1):
        yield _csv_row(number, columns.names, fields, clear_empty)


def column_types(lines: Iterable[str]) -> tuple[int, dict[str, ColumnType]]:
    """How many rows the file has, and which columns hold nothing but numbers, or true and false."""
    rest = iter(lines)
    columns = read_columns(next(rest, ""))
    total = 0
    possible: dict[str, set[ColumnType]] = {
        name: {"boolean", "float"} for name in columns.names if name and name not in RESERVED
    }
    filled: set[str] = set()
    for fields in _records(rest, columns.delimiter):
        total += 1
        if isinstance(fields, str):
            continue
        for name, value in zip(columns.names, fields, strict=False):
            if value and (kinds := possible.get(name)):
                filled.add(name)
                kinds.difference_update(_impossible(value.strip(), kinds))
    found = {name: kinds for name, kinds in possible.items() if kinds and name in filled}
    return total, {
        name: "float" if "float" in kinds else "boolean" for name, kinds in found.items()
    }


def _impossible(text: str, kinds: set[ColumnType]) -> list[ColumnType]:
    gone: list[ColumnType] = []
    if "float" in kinds and _plain_number(text) is None:
        gone.append("float")
    if "boolean" in kinds and text.lower() not in BOOLEAN_TEXTS:
        gone.append("boolean")
    return gone


def json_rows(lines: Iterable[bytes], *, clear_empty: bool) -> Iterator[Row]:
    """The rows of a file with one JSON value in each line."""
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_ROW:
            yield Row(number, None, _TOO_LARGE)
            continue
        try:
            item = msgspec.json.decode(line, type=JsonRow)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
            yield Row(number, None, f"The row is not readable: {problem}")
            continue
        if item.misspelt is not None and item.ext_id is None:
            yield Row(number, None, "extId is not a field: it must be written ext_id", "ext_id")
            continue
        attributes = item.attributes or {}
        yield _row(number, item.email, item.ext_id, attributes, clear_empty)


def format_of(beginning: bytes) -> RowFormat:
    """What a file is, by its first bytes: JSON begins with a list or an object."""
    return "json" if beginning.removeprefix(BOM_UTF8).lstrip()[:1] in (b"[", b"{") else "csv"


def lines_of(text: bytes) -> Iterator[bytes]:
    """The items of a list in JSON, one in each line; of a text without a list the text itself.

    Raises `InvalidParameter`.
    """
    text = text.removeprefix(BOM_UTF8)
    if not text.lstrip().startswith(b"["):
        yield text
        return
    try:
        items = msgspec.json.decode(text, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise InvalidParameter(f"The file is not readable: {problem}") from problem
    for item in items:
        yield bytes(item).translate(_IN_ONE_LINE) + b"\n"


def _records(lines: Iterator[str], delimiter: str) -> Iterator[list[str] | str]:
    """Each record's fields, or why it has none. Empty lines are passed over."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield f"The row is not readable: {problem}"
        else:
            if fields:
                yield fields


def _csv_row(number: int, names: Sequence[str], fields: list[str] | str, clear_empty: bool) -> Row:
    if isinstance(fields, str):
        return Row(number, None, fields)
    if sum(map(len, fields)) > MAX_ROW:
        return Row(number, None, _TOO_LARGE)
    if len(fields) > len(names):
        problem = f"The row has {len(fields)} fields, the first line {len(names)}"
        return Row(number, None, problem)
    attributes: dict[str, Any] = {
        name: value for name, value in zip(names, fields, strict=False) if name
    }
    email = attributes.pop("EMAIL", None)
    return _row(number, email, None, attributes, clear_empty)


def _row(
    number: int,
    email: str | None,
    ext_id: str | None,
    attributes: dict[str, Any],
    clear_empty: bool,
) -> Row:
    kept = {
        name: value
        for name, value in attributes.items()
        if value not in (None, "", [])
        or (clear_empty and attribute_name(name) not in KINDS_OF_ATTRIBUTES)
    }
    try:
        changes = read_changes(
            CreateContactBody(email=email or None, ext_id=ext_id or None, attributes=kept)
        )
        check_names_somebody(changes)
    except InvalidParameter as problem:
        return Row(number, None, problem.message, problem.path)
    return Row(number, changes)
