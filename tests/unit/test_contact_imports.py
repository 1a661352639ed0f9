"""Reading rows of contacts: what a file says, and what is wrong with a row."""

from __future__ import annotations

import pytest

from footfall.contact_imports import (
    Row,
    column_types,
    csv_rows,
    format_of,
    json_rows,
    lines_of,
    read_columns,
)
from footfall.errors import InvalidParameter, MissingParameter
from footfall.identifiers import EMAIL, EXT_ID, PHONE


def rows(text: str, *, clear_empty: bool = False) -> list[Row]:
    return list(csv_rows(text.splitlines(keepends=True), clear_empty=clear_empty))


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_columns_may_be_separated_in_three_ways(delimiter: str) -> None:
    """Semicolons, commas and tabs are told by the line of names."""
    text = delimiter.join(("Email", "firstname", "SMS")) + "\n"
    text += delimiter.join((" JANE@example.com", "Jane", "+33 6 12 34 56 78")) + "\n"
    [row] = rows(text)
    assert row.number == 1
    assert row.changes is not None
    assert row.changes.identifiers == {EMAIL: "jane@example.com", PHONE: "+33612345678"}
    assert row.changes.attributes == {"FIRSTNAME": "Jane"}


def test_a_field_in_quotes_may_hold_lines_and_delimiters() -> None:
    """Quotes protect what they enclose, and rows are counted as rows."""
    first, second = rows('EMAIL;NOTE\na@example.com;"two\nlines; ""quoted"""\nb@example.com;x\n')
    assert first.changes is not None
    assert first.changes.attributes == {"NOTE": 'two\nlines; "quoted"'}
    assert second.number == 2


def test_a_byte_order_mark_and_empty_lines_are_passed_over() -> None:
    """What spreadsheets add does no harm."""
    [row] = rows("\ufeffEMAIL;A\r\n\r\na@example.com;1\r\n\r\n")
    assert row == Row(1, row.changes)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("no address;x", "email"),
        ("a@example.com;x;y", ""),
        (";x", "email"),
    ],
)
def test_what_is_wrong_is_told_of_the_row(line: str, field: str) -> None:
    """A bad row says why, by its number; its neighbours are read."""
    before, bad, after = rows(f"EMAIL;A\na@example.com;1\n{line}\nb@example.com;2\n")
    assert before.changes is not None
    assert after.changes is not None
    assert (bad.number, bad.changes, bad.field) == (2, None, field)
    assert bad.problem


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", MissingParameter),
        ("FIRSTNAME;LASTNAME", MissingParameter),
        ("EMAIL;a;A", InvalidParameter),
        ("EMAIL;first name", InvalidParameter),
        (";".join(f"A{number}" for number in range(501)), InvalidParameter),
    ],
)
def test_a_line_of_names_that_cannot_be_meant_is_refused(line: str, error: type[Exception]) -> None:
    """Nothing is imported under names that would lose or mix up columns."""
    with pytest.raises(error):
        read_columns(line)


def test_columns_of_an_exported_file_that_are_the_servers_own_are_passed_over() -> None:
    """A file that Brevo exported can be imported as it is."""
    text = "CONTACT ID;EMAIL;ADDED_TIME;_listIds;email_marketing\n"
    [row] = rows(f"{text}7;a@example.com;2024-01-01;1,2;subscribed\n")
    assert row.changes is not None
    assert row.changes.attributes == {}


@pytest.mark.parametrize(
    ("clear_empty", "attributes"), [(False, {"B": "x"}), (True, {"A": "", "B": "x"})]
)
def test_empty_fields_clear_only_where_that_is_wanted(
    clear_empty: bool, attributes: dict[str, str]
) -> None:
    """An empty field is passed over, or clears; an identifier is never cleared by it."""
    [row] = rows("EMAIL;A;B;SMS\na@example.com;;x;\n", clear_empty=clear_empty)
    assert row.changes is not None
    assert row.changes.attributes == attributes
    assert row.changes.identifiers == {EMAIL: "a@example.com"}


def test_types_are_those_that_every_value_of_a_column_has() -> None:
    """Numbers and truth are told from texts; what may be a postcode or a phone number is a text."""
    text = (
        "EMAIL;AGE;ACTIVE;POSTCODE;PHONE;MIXED;EMPTY\n"
        "a@example.com;31;true;01234;+3361;1;\n"
        "b@example.com;-2.5;No;20095;1;x;\n"
    )
    total, types = column_types(text.splitlines(keepends=True))
    assert total == 2
    assert types == {"AGE": "float", "ACTIVE": "boolean"}


def test_json_rows_are_read_like_those_of_a_file() -> None:
    """Each line is a contact by itself; a bad one is told, and its neighbours are read."""
    lines = [
        b'{"email":"A@example.com","attributes":{"AGE":31,"EXT_ID":"x","NOTHING":null}}',
        b'{"email":7}',
        b"[]",
        b'{"attributes":{"TAGS":{"a":1},"EMAIL":"b@example.com"}}',
        b'{"email":"c@example.com","extId":"z"}',
        b'{"ext_id":"y"}',
    ]
    good, *bad, last = json_rows(lines, clear_empty=False)
    assert good.changes is not None
    assert good.changes.identifiers == {EXT_ID: "x", EMAIL: "a@example.com"}
    assert good.changes.attributes == {"AGE": 31}
    assert [(row.number, row.changes is None, bool(row.problem)) for row in bad] == [
        (2, True, True),
        (3, True, True),
        (4, True, True),
        (5, True, True),
    ]
    assert last.changes is not None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b'\xef\xbb\xbf [ {"email":\n"a"},\r\n7 ]', [b'{"email": "a"}\n', b"7\n"]),
        (b'{"email":"a"}\n{"email":"b"}\n', [b'{"email":"a"}\n{"email":"b"}\n']),
        (b"[]", []),
    ],
)
def test_a_json_file_is_a_list_or_lines(text: bytes, lines: list[bytes]) -> None:
    """Each item of a list gets a line of its own, whatever white space stands inside."""
    assert format_of(text) == "json"
    assert list(lines_of(text)) == lines


def test_a_json_file_that_is_broken_is_refused() -> None:
    """As a whole, for its items cannot be told apart."""
    with pytest.raises(InvalidParameter):
        list(lines_of(b'[{"email":'))


def test_all_other_files_are_csv() -> None:
    """A line of names begins with neither bracket nor brace."""
    assert format_of(b"EMAIL;A\n") == "csv"
    assert format_of(b"") == "csv"
