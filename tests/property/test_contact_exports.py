"""What is exported can be imported again, and is the same."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from footfall.attributes import AttributeDefinition, AttributeType, Value, fitting, read_text
from footfall.contact_exports import ExportOptions, header, lines
from footfall.contact_imports import csv_rows
from footfall.contacts import Contact, ContactId
from footfall.identifiers import EMAIL, EXT_ID

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
TYPES: dict[str, AttributeType] = {
    "T": "text",
    "F": "float",
    "B": "boolean",
    "M": "multiple-choice",
}
OPTION = st.text("abcdef ", min_size=1, max_size=8).map(str.strip).filter(bool)
ATTRIBUTES: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
    {},
    optional={
        "T": TEXT,
        "F": st.integers(-(2**53), 2**53)
        | st.floats(allow_nan=False, allow_infinity=False, width=32),
        "B": st.booleans(),
        "M": st.lists(OPTION, min_size=1, max_size=3, unique=True),
    },
)


def contact(number: int, attributes: dict[str, Any], **fields: Any) -> Contact:
    identifiers = {EMAIL: f"c{number}@example.com", EXT_ID: f"x-{number}"}
    return Contact(
        id=ContactId(number),
        created_at=0,
        modified_at=0,
        identifiers=identifiers,
        attributes=attributes,
        **fields,
    )


@given(st.lists(ATTRIBUTES, max_size=8))
@example([{"T": "\r"}])
@example([{"T": "\n"}])
def test_an_export_is_imported_as_it_was(given_attributes: list[dict[str, Value]]) -> None:
    """Identifiers and values of every type that a file can hold."""
    contacts = [contact(number, each) for number, each in enumerate(given_attributes, 1)]
    options = ExportOptions(selection="all", attributes=("EMAIL", "EXT_ID", *TYPES))
    text = (header(options) + b"".join(lines(options, contacts))).decode()
    rows = list(csv_rows(io.StringIO(text, newline=""), clear_empty=False))
    assert len(rows) == len(contacts)
    for row, each in zip(rows, contacts, strict=True):
        assert row.changes is not None
        assert row.changes.identifiers == each.identifiers
        read = {
            name: fitting(AttributeDefinition(name, TYPES[name]), read_text(TYPES[name], value))
            for name, value in row.changes.attributes.items()
        }
        assert read == each.attributes


@given(st.lists(st.sets(st.sampled_from(["email", "sms"])), max_size=8))
def test_a_contact_is_either_subscribed_or_not(blocked: list[set[str]]) -> None:
    """The two selections share everybody between them, and say what they select."""
    contacts = [
        contact(number, {}, blocked=tuple(sorted(each))) for number, each in enumerate(blocked, 1)
    ]

    def selected(selection: Any) -> list[bytes]:
        options = ExportOptions(
            selection=selection, attributes=("EMAIL",), statuses=("email_marketing",)
        )
        return lines(options, contacts)

    assert sorted(selected("subscribed") + selected("unsubscribed")) == sorted(selected("all"))
    assert all(line.endswith(b";subscribed\r\n") for line in selected("subscribed"))
    assert all(line.endswith(b";unsubscribed\r\n") for line in selected("unsubscribed"))
