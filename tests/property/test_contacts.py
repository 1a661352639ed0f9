"""Identifiers and contacts against a naive model, over any sequence of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from footfall.attributes import AttributeDefinition
from footfall.contact_updates import add_identifiers, find, unknown_attributes, update_attributes
from footfall.contacts import Contact, ContactBook, UnknownAttributes
from footfall.identifiers import DECIDING_ORDER, Identifier
from tests.payload_shapes import Json
from tests.property.rules import NAME_CHARACTERS, is_integer, moment_of

RESERVED = ("EMAIL", "SMS", "EXT_ID", "WHATSAPP", "LANDLINE_NUMBER")
Outcome = Literal["applied", "unknown_contact_id", "unknown_attribute"]


class Defined(NamedTuple):
    """An attribute of the model."""

    name: str
    kind: str
    options: list[str]


@dataclass
class Person:
    """A contact of the model: plain lists, nothing indexed."""

    number: int
    identifiers: list[Identifier] = field(default_factory=list)
    attributes: list[tuple[str, Json]] = field(default_factory=list)
    created_at: int = 0
    modified_at: int = 0


class Model:
    """Every rule said once more, in the simplest way: search from the front until it is found."""

    def __init__(self, unknown: UnknownAttributes, defined: list[Defined]) -> None:
        self.unknown = unknown
        self.people: list[Person] = []
        self.defined = defined

    def receive(
        self,
        number: int | None,
        identifiers: list[Identifier],
        properties: dict[str, Json],
        now: int,
    ) -> tuple[Outcome, int, list[tuple[str, str]]]:
        """Apply an event: what became of it, whose it is, and what it remarks on which field."""
        if self.unknown == "refuse" and any(
            self.definition(upper(key)) is None and upper(key) not in RESERVED
            for key, value in properties.items()
            if not is_nothing(value)
        ):
            return "unknown_attribute", 0, []
        person = self.winner(number, identifiers)
        if person is None and number is not None:
            return "unknown_contact_id", 0, []
        if person is None:
            person = Person(len(self.people) + 1, created_at=now, modified_at=now)
            self.people.append(person)
        remarks = []
        for identifier in identifiers:
            remarks += self.offer(person, identifier, now)
        for key, value in properties.items():
            if not self.set_attribute(person, key, value, now):
                remarks.append(("attribute_ignored", f"contact_properties.{key}"))
        return "applied", person.number, remarks

    def winner(self, number: int | None, identifiers: list[Identifier]) -> Person | None:
        if number is not None:
            return next((person for person in self.people if person.number == number), None)
        for identifier in identifiers:
            for person in self.people:
                if identifier in person.identifiers:
                    return person
        return None

    def offer(self, person: Person, identifier: Identifier, now: int) -> list[tuple[str, str]]:
        if identifier in person.identifiers:
            return []
        path = f"identifiers.{identifier.kind}"
        if any(identifier in other.identifiers for other in self.people):
            return [("identifier_conflict", path)]
        if any(own.kind == identifier.kind for own in person.identifiers):
            return [("identifier_kept", path)]
        person.identifiers.append(identifier)
        person.modified_at = now
        return []

    def definition(self, name: str) -> Defined | None:
        return next((defined for defined in self.defined if defined.name == name), None)

    def set_attribute(self, person: Person, key: str, value: Json, now: int) -> bool:
        """Whether the value was taken; a person's attributes are kept in no order."""
        name = upper(key)
        before = [pair for pair in person.attributes if pair[0] == name]
        if is_nothing(value):
            after: list[tuple[str, Json]] = []
        else:
            if self.definition(name) is None and not self.define(name, value):
                return False
            held = self.held(name, value)
            if held is None:
                return False
            after = [(name, held)]
        if repr(before) != repr(after):
            others = [pair for pair in person.attributes if pair[0] != name]
            person.attributes = others + after
            person.modified_at = now
        return True

    def define(self, name: str, value: Json) -> bool:
        good = name != "" and len(name) <= 255 and set(name) <= NAME_CHARACTERS
        if self.unknown != "create" or not good or name in RESERVED:
            return False
        kinds = {bool: "boolean", int: "float", float: "float", str: "text"}
        kind = kinds.get(type(value), "multiple-choice")
        self.defined.append(Defined(name, kind, []))
        if self.held(name, value) is None:
            self.defined.pop()
            return False
        return True

    def held(self, name: str, value: Json) -> Json:
        """The value as the attribute holds it; None where it does not fit."""
        defined = self.definition(name)
        assert defined is not None
        if defined.kind == "boolean":
            return bool(value) if isinstance(value, int) and value in (0, 1) else None
        if defined.kind == "float":
            return value if is_integer(value) or isinstance(value, float) else None
        if defined.kind == "text":
            return value if isinstance(value, str) and len(value) <= 10_000 else None
        if defined.kind == "date":
            return value if isinstance(value, str) and moment_of(value) is not None else None
        if defined.kind == "category":
            known = isinstance(value, str) or is_integer(value)
            return str(value) if known and str(value) in defined.options else None
        return self.chosen(defined, value)

    def chosen(self, defined: Defined, value: Json) -> Json:
        if not isinstance(value, list):
            return None
        chosen: list[Json] = []
        for item in value:
            if not isinstance(item, str) or len(item) > 200:
                return None
            if item not in chosen:
                chosen.append(item)
        for item in chosen:
            if isinstance(item, str) and item not in defined.options:
                defined.options.append(item)
        return chosen


def is_nothing(value: Json) -> bool:
    return value is None or value in ("", [])


def upper(key: str) -> str:
    return key.upper() if all(ord(character) < 128 for character in key) else key


VALUES: dict[str, list[str]] = {
    "ext_id": ["u-1", "u-2", "u-3"],
    "email_id": ["a@example.com", "b@example.com", "c@example.com"],
    "phone_id": ["+33612345678", "+33612345679"],
    "whatsapp_id": ["+33612345678", "+33612345679"],
    "landline_number_id": ["+33123456789"],
}
IDENTIFIERS = st.fixed_dictionaries(
    {}, optional={kind: st.sampled_from(values) for kind, values in VALUES.items()}
).map(lambda given: [Identifier(kind, given[kind]) for kind in DECIDING_ORDER if kind in given])
KEYS = st.sampled_from(
    [
        "AGE",
        "age",
        "VIP",
        "vip",
        "TAGS",
        "tags",
        "BORN",
        "LEVEL",
        "CITY",
        "New",
        "email",
        "ß",
        "A B",
    ]
)
SCALARS = st.sampled_from(
    ["", "a", "2024-02-06", "Gold", "x" * 10_001, 0, 1, 2, 1.0, -1.5, 2**62, True, False, None]
)
LISTS = st.lists(st.sampled_from(["", "a", "b", "c", "x" * 201]), max_size=3)
PROPERTIES = st.dictionaries(KEYS, SCALARS | LISTS, max_size=4)
DEFINED = [
    Defined("AGE", "float", []),
    Defined("VIP", "boolean", []),
    Defined("TAGS", "multiple-choice", ["a"]),
    Defined("BORN", "date", []),
    Defined("LEVEL", "category", ["Gold", "2"]),
]


class Contacts(RuleBasedStateMachine):
    """Whatever events come, and however they are batched, book and naive model stay the same."""

    @initialize(
        unknown=st.sampled_from(["create", "create", "ignore", "refuse"]),
        defined=st.sets(st.sampled_from(range(len(DEFINED)))),
    )
    def begin(self, unknown: UnknownAttributes, defined: set[int]) -> None:
        """An account with some attributes and nobody in it."""
        chosen = [DEFINED[at] for at in sorted(defined)]
        self.unknown = unknown
        self.now = 0
        self.model = Model(unknown, [one._replace(options=list(one.options)) for one in chosen])
        self.book = ContactBook(
            1,
            [AttributeDefinition(one.name, one.kind, tuple(one.options)) for one in chosen],  # type: ignore[arg-type]
        )
        self.seen: set[tuple[int, Identifier]] = set()
        self.settled = self.copies()

    @rule(
        number=st.none() | st.none() | st.integers(1, 6),
        identifiers=IDENTIFIERS,
        properties=PROPERTIES,
    )
    def receive(
        self, number: int | None, identifiers: list[Identifier], properties: dict[str, Json]
    ) -> None:
        """An event has the same outcome, winner and remarks as in the model."""
        self.now += 1
        expected = self.model.receive(number, identifiers, properties, self.now)
        assert self.apply(number, tuple(identifiers), properties) == expected

    def apply(
        self, number: int | None, identifiers: tuple[Identifier, ...], properties: dict[str, Json]
    ) -> tuple[Outcome, int, list[tuple[str, str]]]:
        """An event's way through the book."""
        if self.unknown == "refuse" and unknown_attributes(self.book, properties):
            return "unknown_attribute", 0, []
        contact = find(self.book, number, identifiers)
        if contact is None and number is not None:
            return "unknown_contact_id", 0, []
        contact = contact or self.book.create(self.now)
        remarks = add_identifiers(self.book, contact, identifiers, self.now)
        remarks += update_attributes(self.book, contact, properties, self.unknown, self.now)
        return "applied", contact.id, [(remark.code, remark.field) for remark in remarks]

    @rule()
    def settle(self) -> None:
        """Changes are committed: what the book says has changed is all that has changed."""
        after = self.copies()
        changed = {number for number in after if after[number] != self.settled.get(number)}
        assert changed <= self.book.changed_contacts
        self.book.settle()
        self.settled = after

    @rule()
    def reload(self) -> None:
        """Memory is dropped and everybody is loaded anew, as after a restart."""
        self.settle()
        definitions = list(self.book.definitions.values())
        book = ContactBook(self.book.next_id, definitions)
        for contact in self.copies().values():
            book.contacts[contact.id] = contact
            for kind, value in contact.identifiers.items():
                book.owners[Identifier(kind, value)] = contact.id
        self.book = book

    def copies(self) -> dict[int, Contact]:
        """Everybody as they are now."""
        return {
            contact.id: Contact(
                id=contact.id,
                created_at=contact.created_at,
                modified_at=contact.modified_at,
                identifiers=dict(contact.identifiers),
                attributes=dict(contact.attributes),
            )
            for contact in self.book.contacts.values()
        }

    @invariant()
    def same_people(self) -> None:
        """Contacts, with their identifiers, attributes and times, are those of the model."""
        assert list(self.book.contacts) == [person.number for person in self.model.people]
        for person, contact in zip(self.model.people, self.book.contacts.values(), strict=True):
            assert list(contact.identifiers.items()) == person.identifiers
            assert sorted(map(repr, contact.attributes.items())) == sorted(
                map(repr, person.attributes)
            )
            assert (contact.created_at, contact.modified_at) == (
                person.created_at,
                person.modified_at,
            )

    @invariant()
    def same_definitions(self) -> None:
        """Attributes and their options are those of the model."""
        definitions = self.book.definitions.values()
        assert [
            Defined(one.name, one.type, list(one.options)) for one in definitions
        ] == self.model.defined

    @invariant()
    def identifiers_are_unique_and_never_lost(self) -> None:
        """An identifier belongs to one contact, and once it does, for ever."""
        held = [
            (contact.id, Identifier(kind, value))
            for contact in self.book.contacts.values()
            for kind, value in contact.identifiers.items()
        ]
        assert len({identifier for _, identifier in held}) == len(held)
        assert self.seen <= set(held)
        assert {identifier: owner for identifier, owner in self.book.owners.items() if owner} == {
            identifier: number for number, identifier in held
        }
        self.seen = set(held)


TestContacts = Contacts.TestCase
