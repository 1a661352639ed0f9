"""Who an event belongs to, and what it says of its contact."""

from __future__ import annotations

from typing import Any

import pytest

from footfall.attributes import (
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_TEXT,
    RESERVED,
    AttributeDefinition,
    AttributeType,
    Value,
    attribute_name,
    fitting,
    seen_type,
)
from footfall.contact_updates import add_identifiers, find, unknown_attributes, update_attributes
from footfall.contacts import Contact, ContactBook, ContactId, Remark, UnknownAttributes
from footfall.identifiers import EMAIL, EXT_ID, LANDLINE, PHONE, WHATSAPP, Identifier

JANE = Identifier(EMAIL, "jane@example.com")
JOHN = Identifier(EMAIL, "john@example.com")
U1 = Identifier(EXT_ID, "u-1")
CALL = Identifier(PHONE, "+33612345678")
CHAT = Identifier(WHATSAPP, "+33612345678")
DESK = Identifier(LANDLINE, "+33123456789")


def book(*definitions: AttributeDefinition) -> ContactBook:
    """An empty book in which the next contact is number 1."""
    return ContactBook(1, definitions)


def contact_with(book: ContactBook, *identifiers: Identifier, now: int = 0) -> Contact:
    """A contact of the book with these identifiers."""
    contact = book.create(now)
    for identifier in identifiers:
        book.give(contact, identifier, now)
    return contact


def update(
    book: ContactBook,
    contact: Contact,
    properties: dict[str, Any],
    unknown: UnknownAttributes = "create",
    now: int = 1,
) -> list[str]:
    """The fields of the remarks that an update makes, all of them about ignored attributes."""
    remarks = update_attributes(book, contact, properties, unknown, now)
    assert {remark.code for remark in remarks} <= {"attribute_ignored"}
    return [remark.field for remark in remarks]


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("float", "s3cret", "AGE is of type float and takes a number; the text that was sent"),
        ("float", True, "takes a number; the boolean that was sent"),
        ("text", 7, "takes a text of up to 10000 characters; the number"),
        ("text", "x" * 10_001, "takes a text of up to 10000 characters; the text"),
        ("boolean", "true", "takes true, false, 0 or 1; the text"),
        ("boolean", 2, "takes true, false, 0 or 1; the number"),
        ("date", "soon", "takes a date as in RFC 3339; the text"),
        (
            "multiple-choice",
            "a",
            "takes a list of up to 1000 texts of up to 200 characters; the text",
        ),
        ("category", "z", "takes one of its values or their labels; the text"),
        ("text", ["a"], "; the list"),
        ("computed", 1, "takes no value, for it is computed; the number"),
    ],
)
def test_an_ignored_value_is_explained(kind: AttributeType, value: Any, told: str) -> None:
    """The remark says what the attribute takes and what kind of value came, and not the value."""
    people = book(AttributeDefinition("AGE", kind))
    contact = contact_with(people, JANE)
    [remark] = update_attributes(people, contact, {"age": value}, "create", 1)
    assert (remark.code, remark.field) == ("attribute_ignored", "contact_properties.age")
    assert told in remark.message
    assert "s3cret" not in remark.message


def test_contact_id_wins() -> None:
    """contact_id names the contact, whoever the other identifiers belong to."""
    people = book()
    first, second = contact_with(people, JANE), contact_with(people, U1)
    assert find(people, 1, (U1, JANE)) is first
    assert find(people, 2, (JANE,)) is second


def test_unknown_contact_id_names_nobody() -> None:
    """An unknown contact_id names nobody, even where the other identifiers would."""
    people = book()
    contact_with(people, JANE)
    assert find(people, 9, (JANE,)) is None


def test_first_known_identifier_decides() -> None:
    """Without contact_id the first identifier that is known decides, in the order given."""
    people = book()
    first, second = contact_with(people, JANE), contact_with(people, CALL)
    assert find(people, None, (U1, JANE, CALL)) is first
    assert find(people, None, (U1, CALL)) is second
    assert find(people, None, (U1, CHAT)) is None
    assert find(people, None, ()) is None


def test_identifier_known_to_name_nobody() -> None:
    """An identifier that was looked up in vain is passed over, and can still be given."""
    people = book()
    people.owners[JANE] = None
    contact = contact_with(people, U1)
    assert find(people, None, (JANE, U1)) is contact
    assert add_identifiers(people, contact, (JANE, U1), now=5) == []
    assert find(people, None, (JANE,)) is contact


def test_same_value_of_another_kind_is_another_identifier() -> None:
    """A telephone number and the same number for WhatsApp are two identifiers."""
    people = book()
    contact = contact_with(people, CALL)
    assert find(people, None, (CHAT,)) is None
    assert add_identifiers(people, contact, (CHAT, DESK), now=1) == []
    assert contact.identifiers == {
        PHONE: CALL.value,
        WHATSAPP: CHAT.value,
        LANDLINE: DESK.value,
    }


def test_further_identifiers_are_added() -> None:
    """What the contact lacks is added to it, and the moment of the change is noted."""
    people = book()
    contact = contact_with(people, JANE, now=1)
    people.settle()
    assert add_identifiers(people, contact, (U1, JANE), now=7) == []
    assert contact.identifiers == {EMAIL: JANE.value, EXT_ID: U1.value}
    assert (contact.created_at, contact.modified_at) == (1, 7)
    assert people.new_identifiers == {U1: contact.id}
    assert people.changed_contacts == {contact.id}


def test_identifier_of_somebody_else_stays_there() -> None:
    """What belongs to another contact is taken from nobody, and a remark names both."""
    people = book()
    first, second = contact_with(people, JANE), contact_with(people, U1)
    people.settle()
    remarks = add_identifiers(people, second, (U1, JANE), now=7)
    assert remarks == [
        Remark(
            "identifier_conflict",
            "identifiers.email_id",
            "belongs to contact 1; the event went to contact 2",
        )
    ]
    assert find(people, None, (JANE,)) is first
    assert EMAIL not in second.identifiers
    assert not people.changed_contacts


def test_other_identifier_of_the_same_kind_is_kept() -> None:
    """A contact keeps the identifier that it has of a kind, and a remark says so."""
    people = book()
    contact = contact_with(people, U1, JANE)
    people.settle()
    remarks = add_identifiers(people, contact, (U1, JOHN), now=7)
    assert [(remark.code, remark.field) for remark in remarks] == [
        ("identifier_kept", "identifiers.email_id")
    ]
    assert contact.identifiers[EMAIL] == JANE.value
    assert find(people, None, (JOHN,)) is None
    assert not people.changed_contacts


def test_contact_numbers_are_never_used_twice() -> None:
    """Contacts are numbered from the next id on, without gaps."""
    people = ContactBook(41, ())
    assert [people.create(now=3).id for _ in range(3)] == [41, 42, 43]
    assert people.next_id == 44
    assert people.changed_contacts == {41, 42, 43}


def test_settling_forgets_changes_only() -> None:
    """Once changes are committed they are forgotten, and everybody stays known."""
    people = book()
    contact = contact_with(people, JANE)
    update(people, contact, {"AGE": 1})
    people.settle()
    assert not people.changed_contacts
    assert not people.new_identifiers
    assert not people.changed_definitions
    assert find(people, None, (JANE,)) is contact
    assert "AGE" in people.definitions


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("a", "text"),
        ("2024-02-06", "text"),
        (1, "float"),
        (0, "float"),
        (1.5, "float"),
        (True, "boolean"),
        (False, "boolean"),
        (["a"], "multiple-choice"),
    ],
)
def test_unknown_attribute_is_created_with_the_type_seen(value: Value, kind: AttributeType) -> None:
    """An attribute that does not exist is created with the type of its first value."""
    people = book()
    contact = contact_with(people, JANE)
    assert update(people, contact, {"Field": value}) == []
    assert contact.attributes == {"FIELD": value}
    assert people.definitions["FIELD"].type == kind == seen_type(value)
    assert people.changed_definitions == {"FIELD"}


def test_value_that_no_attribute_can_hold() -> None:
    """A value of no type creates nothing."""
    people = book()
    contact = contact_with(people, JANE)
    assert seen_type({}) is None
    assert update(people, contact, {"A": {"b": 1}}) == ["contact_properties.A"]
    assert not people.definitions


@pytest.mark.parametrize("unknown", ["ignore", "refuse"])
def test_other_policies_create_nothing(unknown: UnknownAttributes) -> None:
    """Unless unknown attributes are to be created, their values are ignored and named."""
    people = book(AttributeDefinition("AGE", "float"))
    contact = contact_with(people, JANE)
    assert update(people, contact, {"age": 3, "City": "Paris"}, unknown) == [
        "contact_properties.City"
    ]
    assert contact.attributes == {"AGE": 3}
    assert list(people.definitions) == ["AGE"]


def test_unknown_attributes() -> None:
    """Unknown is what carries a value and has no definition, identifiers' names aside."""
    people = book(AttributeDefinition("AGE", "float"))
    properties = {"age": 3, "City": "Paris", "EMAIL": "x", "A": None, "B": "", "C": [], "D": False}
    assert unknown_attributes(people, properties) == ["CITY", "D"]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_reserved_names(name: str) -> None:
    """Names of identifiers are no attributes: an event sets identifiers under identifiers."""
    people = book()
    contact = contact_with(people, JANE)
    assert update(people, contact, {name.lower(): "x"}) == [f"contact_properties.{name.lower()}"]
    assert not contact.attributes
    assert not people.definitions


@pytest.mark.parametrize(
    "key",
    [
        "",
        " ",
        "A B",
        "A.B",
        "É",
        "ß",
        "ŉ",
        "ﬁ",
        "\u0131",
        "\u017f",
        "A\x00",
        "A\n",
        "X" * 256,
        "\uff21",
    ],
)
def test_bad_attribute_names(key: str) -> None:
    """A name is 1 to 255 of A-Z, 0-9, underscore and hyphen; others create and change nothing."""
    people = book(AttributeDefinition("SS", "float"), AttributeDefinition("I", "float"))
    contact = contact_with(people, JANE)
    assert update(people, contact, {key: 1}) == [f"contact_properties.{key[:255]}"]
    assert contact.attributes == {}
    assert set(people.definitions) == {"SS", "I"}


@pytest.mark.parametrize("key", ["a", "A-b_C-9", "-", "_", "0", "x" * 255])
def test_good_attribute_names(key: str) -> None:
    """Names compare in upper case."""
    people = book()
    contact = contact_with(people, JANE)
    assert update(people, contact, {key: 1}) == []
    assert update(people, contact, {key.upper(): 2}) == []
    assert contact.attributes == {attribute_name(key): 2} == {key.upper(): 2}


@pytest.mark.parametrize("nothing", [None, "", []])
def test_clearing(nothing: object) -> None:
    """null, the empty text and the empty list clear an attribute and create none."""
    people = book()
    contact = contact_with(people, JANE)
    update(people, contact, {"AGE": 3, "CITY": "Paris"}, now=5)
    people.settle()
    assert update(people, contact, {"age": nothing, "NEW": nothing, "A B": nothing}, now=9) == []
    assert contact.attributes == {"CITY": "Paris"}
    assert contact.modified_at == 9
    assert people.changed_contacts == {contact.id}
    assert set(people.definitions) == {"AGE", "CITY"}


def test_clearing_what_is_not_there_changes_nothing() -> None:
    """Clearing an attribute that the contact lacks is no change."""
    people = book(AttributeDefinition("AGE", "float"))
    contact = contact_with(people, JANE, now=1)
    people.settle()
    assert update(people, contact, {"AGE": None}, now=9) == []
    assert contact.modified_at == 1
    assert not people.changed_contacts


def test_same_value_changes_nothing() -> None:
    """Setting what is there already is no change, but 1, 1.0 and true are three values."""
    people = book(AttributeDefinition("SCORE", "float"))
    contact = contact_with(people, JANE)
    update(people, contact, {"SCORE": 1}, now=5)
    people.settle()
    update(people, contact, {"SCORE": 1}, now=6)
    assert contact.modified_at == 5
    assert not people.changed_contacts
    update(people, contact, {"SCORE": 1.0}, now=7)
    assert contact.modified_at == 7
    assert type(contact.attributes["SCORE"]) is float


def test_last_of_equal_names_counts() -> None:
    """Where two keys name one attribute, the later one counts."""
    people = book()
    contact = contact_with(people, JANE)
    update(people, contact, {"age": 1, "AGE": 2, "Age": 3})
    assert contact.attributes == {"AGE": 3}


@pytest.mark.parametrize(
    ("kind", "given", "held"),
    [
        ("text", "a", "a"),
        ("text", "x" * MAX_TEXT, "x" * MAX_TEXT),
        ("text", "x" * (MAX_TEXT + 1), None),
        ("text", 5, None),
        ("text", True, None),
        ("text", ["a"], None),
        ("float", 5, 5),
        ("float", -1.5, -1.5),
        ("float", 0, 0),
        ("float", 2**63 - 1, 2**63 - 1),
        ("float", -(2**63), -(2**63)),
        ("float", 2**63, 2.0**63),
        ("float", 10**300, 1e300),
        ("float", 10**400, None),
        ("float", float("nan"), None),
        ("float", float("inf"), None),
        ("float", "5", None),
        ("float", True, None),
        ("boolean", True, True),
        ("boolean", False, False),
        ("boolean", 1, True),
        ("boolean", 0, False),
        ("boolean", 2, None),
        ("boolean", 1.0, None),
        ("boolean", "true", None),
        ("date", "2024-02-06", "2024-02-06"),
        ("date", "2024-02-06T12:00:00+01:00", "2024-02-06T12:00:00+01:00"),
        ("date", "tomorrow", None),
        ("date", 1707220763, None),
        ("category", "Gold", "Gold"),
        ("category", 2, "2"),
        ("category", "gold", None),
        ("category", True, None),
        ("category", 1.0, None),
        ("multiple-choice", ["b", "a", "b"], ["b", "a"]),
        ("multiple-choice", ["x" * MAX_OPTION], ["x" * MAX_OPTION]),
        ("multiple-choice", ["x" * (MAX_OPTION + 1)], None),
        ("multiple-choice", ["a"] * (MAX_OPTIONS + 1), None),
        ("multiple-choice", "a", None),
        ("multiple-choice", ["a", 1], None),
    ],
)
def test_fitting(kind: AttributeType, given: object, held: Value | None) -> None:
    """A type holds what it can, as it is, and nothing else; 0 and 1 count for a boolean."""
    definition = AttributeDefinition("A", kind, ("Gold", "2", "True"))
    value = fitting(definition, given)
    assert value == held
    assert type(value) is type(held)


def test_wrong_type_is_ignored_and_named() -> None:
    """A value of the wrong type changes nothing and is named; the others still count."""
    people = book(AttributeDefinition("AGE", "float"), AttributeDefinition("VIP", "boolean"))
    contact = contact_with(people, JANE)
    update(people, contact, {"AGE": 3})
    assert update(people, contact, {"age": "three", "vip": 1}) == ["contact_properties.age"]
    assert contact.attributes == {"AGE": 3, "VIP": True}
    assert people.definitions["AGE"].type == "float"


def test_first_value_too_large() -> None:
    """A value that its own type could not hold creates no attribute."""
    people = book()
    contact = contact_with(people, JANE)
    properties = {"A": "x" * (MAX_TEXT + 1), "B": 10**400, "C": ["x" * (MAX_OPTION + 1)]}
    assert len(update(people, contact, properties)) == 3
    assert not people.definitions


def test_options_grow() -> None:
    """A multiple-choice attribute offers every choice that came, in order of coming."""
    people = book()
    contact = contact_with(people, JANE)
    update(people, contact, {"TAGS": ["b", "a", "b"]})
    update(people, contact, {"TAGS": ["c", "a"]})
    assert people.definitions["TAGS"].options == ("b", "a", "c")
    assert contact.attributes["TAGS"] == ["c", "a"]
    people.settle()
    update(people, contact, {"TAGS": ["a", "c"]})
    assert not people.changed_definitions
    assert people.changed_contacts == {contact.id}


def test_options_are_bounded() -> None:
    """Past a thousand options a new choice is ignored and named, and the old ones still count."""
    people = book(
        AttributeDefinition("TAGS", "multiple-choice", tuple(map(str, range(MAX_OPTIONS))))
    )
    contact = contact_with(people, JANE)
    assert update(people, contact, {"TAGS": ["1", "new"]}) == ["contact_properties.TAGS"]
    assert contact.attributes == {}
    assert update(people, contact, {"TAGS": ["1", "999"]}) == []
    assert contact.attributes == {"TAGS": ["1", "999"]}
    assert len(people.definitions["TAGS"].options) == MAX_OPTIONS


def test_messages_do_not_grow() -> None:
    """Remarks stay short, however long the names that they are about."""
    people = book()
    contact = contact_with(people, JANE)
    remarks = update_attributes(people, contact, {"X" * 100_000: 1}, "ignore", 1)
    assert len(remarks[0].field) + len(remarks[0].message) < 500


def test_loaded_contact() -> None:
    """Contacts that were loaded are found and changed like new ones."""
    people = ContactBook(8, ())
    loaded = Contact(
        id=ContactId(7), created_at=1, modified_at=1, identifiers={EMAIL: JANE.value}, attributes={}
    )
    people.contacts[loaded.id] = loaded
    people.owners[JANE] = loaded.id
    assert find(people, None, (JANE,)) is loaded
    update(people, loaded, {"AGE": 1}, now=2)
    assert people.changed_contacts == {7}
    assert people.create(3).id == 8
