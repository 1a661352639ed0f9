"""Contacts, lists and attributes against a naive model, over any commands and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from footfall.attributes import AttributeCategory, AttributeDefinition, AttributeType, fitting
from footfall.commands import (
    AddToList,
    AnyCommand,
    ContactChanges,
    CreateAttribute,
    CreateContact,
    CreateFolder,
    CreateList,
    DeleteAttribute,
    DeleteContact,
    DeleteFolder,
    DeleteList,
    DeleteOption,
    EmptyList,
    Named,
    RemoveFromList,
    UpdateAttribute,
    UpdateContact,
    UpdateList,
)
from footfall.contacts import ContactBook, ContactId, UnknownAttributes
from footfall.engine.commands import Order, obey
from footfall.engine.decisions import Draft, Entry, decide
from footfall.engine.outcomes import Done
from footfall.events import Event
from footfall.identifiers import DECIDING_ORDER, EMAIL, EXT_ID, PHONE, Identifier
from footfall.lists import Folder, Lists
from footfall.objects import Objects
from footfall.ports import ClearAttribute, ClearList, ClearOption, Sweep
from footfall.processes import Processes
from footfall.records import Position
from footfall.segments.registry import Segments
from tests.searching import examples

KINDS: Final = (EXT_ID, EMAIL, PHONE)
NAMES: Final = ("A", "B", "C")


@dataclass
class Person:
    """A contact of the model."""

    identifiers: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    lists: set[int] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)


@dataclass
class Shape:
    """An attribute of the model."""

    category: str
    kind: str
    options: list[str]
    labels: list[str]


class Refused(Exception):
    """The model refuses the command, with this code."""


class Model:
    """Every rule said once more, in the simplest way."""

    def __init__(self, unknown: str) -> None:
        self.unknown = unknown
        self.people: dict[int, Person] = {}
        self.made = 0
        self.shapes: dict[str, Shape] = {}
        self.folders = {1}
        self.lists: dict[int, int] = {}
        self.folders_made = 1
        self.lists_made = 0

    def do(self, command: AnyCommand) -> None:
        """Raises `Refused`; then nothing changed."""
        match command:
            case CreateContact(changes, update_enabled):
                self.create(changes, update_enabled)
            case UpdateContact(name, changes):
                number = self.existing(name)
                self.check(number, changes)
                self.change(number, changes)
            case DeleteContact(name):
                del self.people[self.existing(name)]
            case CreateAttribute(new):
                if new.name in self.shapes:
                    raise Refused("duplicate_parameter")
                self.shapes[new.name] = Shape(
                    new.category, new.type, list(new.options), list(new.labels)
                )
            case UpdateAttribute(category, name, options, labels):
                self.update_attribute(self.shape(category, name), options, labels)
            case DeleteAttribute(category, name):
                self.shape(category, name)
                del self.shapes[name]
                for person in self.people.values():
                    person.attributes.pop(name, None)
            case DeleteOption(name, option):
                self.delete_option(name, option)
            case CreateFolder():
                self.folders_made += 1
                self.folders.add(self.folders_made)
            case DeleteFolder(folder_id):
                if folder_id not in self.folders:
                    raise Refused("document_not_found")
                self.folders.remove(folder_id)
                for list_id in [each for each in self.lists if self.lists[each] == folder_id]:
                    self.delete_list(list_id)
            case CreateList(_, folder_id):
                self.check_folder(folder_id)
                self.lists_made += 1
                self.lists[self.lists_made] = folder_id
            case UpdateList(list_id, _, folder_id):
                self.check_list(list_id)
                if folder_id is not None:
                    self.check_folder(folder_id)
                    self.lists[list_id] = folder_id
            case DeleteList(list_id):
                self.check_list(list_id)
                self.delete_list(list_id)
            case EmptyList(list_id):
                self.check_list(list_id)
                self.empty(list_id)
            case AddToList(list_id, names):
                self.check_list(list_id)
                chosen = [found for name in names if (found := self.find(name))]
                fresh = {each for each in chosen if list_id not in self.people[each].lists}
                if not fresh:
                    raise Refused("invalid_parameter")
                for each in fresh:
                    self.people[each].lists.add(list_id)
            case RemoveFromList(list_id, names):
                self.check_list(list_id)
                chosen = [found for name in names if (found := self.find(name))]
                there = {each for each in chosen if list_id in self.people[each].lists}
                if not there:
                    raise Refused("invalid_parameter")
                for each in there:
                    self.people[each].lists.remove(list_id)
            case _:
                raise AssertionError(command)

    # -- contacts ----------------------------------------------------------------------------------

    def owner(self, kind: str, value: str) -> int | None:
        owners = [
            number
            for number, person in self.people.items()
            if person.identifiers.get(kind) == value
        ]
        assert len(owners) <= 1
        return owners[0] if owners else None

    def find(self, name: Named) -> int | None:
        if name.contact_id:
            return name.contact_id if name.contact_id in self.people else None
        return self.owner(name.kind, name.value) if name.kind else None

    def existing(self, name: Named) -> int:
        number = self.find(name)
        if number is None:
            raise Refused("document_not_found")
        return number

    def create(self, changes: ContactChanges, update_enabled: bool) -> None:
        given = [
            (kind, changes.identifiers[kind])
            for kind in DECIDING_ORDER
            if changes.identifiers.get(kind)
        ]
        number = next((owner for pair in given if (owner := self.owner(*pair))), None)
        if number is not None:
            if not update_enabled:
                raise Refused("duplicate_parameter")
            place = next(at for at, pair in enumerate(given) if self.owner(*pair) == number)
            held = self.people[number].identifiers
            if any(kind in held for kind, _ in given[:place]):
                raise Refused("duplicate_parameter")
        self.check(number, changes)
        if number is None:
            self.made += 1
            number = self.made
            self.people[number] = Person()
        self.change(number, changes)

    def check(self, number: int | None, changes: ContactChanges) -> None:
        for kind, value in changes.identifiers.items():
            if value and self.owner(kind, value) not in (None, number):
                raise Refused("duplicate_parameter")
        if not set(changes.list_ids) | set(changes.unlink_list_ids) <= set(self.lists):
            raise Refused("invalid_parameter")
        unknown = [
            name
            for name, value in changes.attributes.items()
            if name not in self.shapes and value not in (None, "", [])
        ]
        if unknown and self.unknown == "refuse":
            raise Refused("invalid_parameter")
        kept = dict(self.people[number].identifiers) if number else {}
        if not any((kept | changes.identifiers).values()):
            raise Refused("invalid_parameter")

    def change(self, number: int, changes: ContactChanges) -> None:
        person = self.people[number]
        address = person.identifiers.get(EMAIL)
        for kind, value in changes.identifiers.items():
            person.identifiers.pop(kind, None)
            if value:
                person.identifiers[kind] = value
        self.set_attributes(person, changes.attributes)
        person.lists |= set(changes.list_ids)
        person.lists -= set(changes.unlink_list_ids)
        if address and person.identifiers.get(EMAIL) != address:
            person.blocked.discard("email")
        for channel, blocked in (("email", changes.email_blocked), ("sms", changes.sms_blocked)):
            if blocked is not None:
                person.blocked.discard(channel)
                if blocked:
                    person.blocked.add(channel)

    def event(self, identifiers: list[Identifier], properties: dict[str, Any]) -> None:
        """What an event does to its contact."""
        new = [name for name in properties if name not in self.shapes]
        if self.unknown == "refuse" and any(properties[name] not in (None, "", []) for name in new):
            return
        number = next((owner for pair in identifiers if (owner := self.owner(*pair))), None)
        if number is None:
            self.made += 1
            number = self.made
            self.people[number] = Person()
        person = self.people[number]
        for kind, value in identifiers:
            if self.owner(kind, value) is None and kind not in person.identifiers:
                person.identifiers[kind] = value
        self.set_attributes(person, properties)

    def set_attributes(self, person: Person, given: dict[str, Any]) -> None:
        for name, value in given.items():
            if value in (None, "", []):
                person.attributes.pop(name, None)
                continue
            shape = self.shapes.get(name)
            if shape is None:
                if self.unknown != "create":
                    continue
                kind = {int: "float", str: "text", bool: "boolean", list: "multiple-choice"}
                shape = self.shapes[name] = Shape("normal", kind[type(value)], [], [])
            held = self.held(shape, value)
            if held is not None:
                person.attributes[name] = held
                if isinstance(held, list):
                    shape.options += [each for each in held if each not in shape.options]

    def held(self, shape: Shape, value: Any) -> Any:
        """The types themselves have tests of their own; categories are this module's matter."""
        if shape.kind != "category":
            return fitting(AttributeDefinition("X", shape.kind), value)  # type: ignore[arg-type]
        text = str(value) if type(value) in (str, int) else None
        if text in shape.options:
            return text
        return shape.options[shape.labels.index(text)] if text in shape.labels else None

    # -- attributes and lists ----------------------------------------------------------------------

    def shape(self, category: str, name: str) -> Shape:
        shape = self.shapes.get(name)
        if shape is None or shape.category != category:
            raise Refused("document_not_found")
        return shape

    def update_attribute(
        self, shape: Shape, options: tuple[str, ...], labels: tuple[str, ...]
    ) -> None:
        if shape.category == "category":
            shape.options, shape.labels = list(options), list(labels)
        elif shape.kind == "multiple-choice":
            shape.options += [each for each in options if each not in shape.options]
        elif shape.category != "global":
            raise Refused("invalid_parameter")

    def delete_option(self, name: str, option: str) -> None:
        shape = self.shapes.get(name)
        if shape is None or shape.kind != "multiple-choice" or option not in shape.options:
            raise Refused("document_not_found")
        shape.options.remove(option)
        for person in self.people.values():
            rest = [each for each in person.attributes.get(name, []) if each != option]
            if name in person.attributes:
                person.attributes[name] = rest
            if not rest:
                person.attributes.pop(name, None)

    def check_list(self, list_id: int) -> None:
        if list_id not in self.lists:
            raise Refused("document_not_found")

    def check_folder(self, folder_id: int) -> None:
        if folder_id not in self.folders:
            raise Refused("invalid_parameter")

    def delete_list(self, list_id: int) -> None:
        del self.lists[list_id]
        self.empty(list_id)

    def empty(self, list_id: int) -> None:
        for person in self.people.values():
            person.lists.discard(list_id)


identifiers = st.dictionaries(st.sampled_from(KINDS), st.sampled_from(["1", "2", "3"]), min_size=1)
settable = st.fixed_dictionaries(
    {}, optional={kind: st.sampled_from(["", "1", "2", "3"]) for kind in KINDS}
)
values = st.sampled_from([1, 0, True, "x", "1", "one", ["x"], ["y", "x"], None, "", []])
attributes = st.dictionaries(st.sampled_from(NAMES), values, max_size=2)
numbers = st.integers(1, 3)
names = st.one_of(
    st.integers(1, 5).map(Named),
    st.builds(Named, st.just(0), st.sampled_from(KINDS), st.sampled_from(["1", "2", "3"])),
)
changes = st.builds(
    ContactChanges,
    identifiers=settable,
    attributes=attributes,
    list_ids=st.lists(st.integers(1, 3), max_size=1),
    unlink_list_ids=st.lists(st.integers(1, 3), max_size=1),
    email_blocked=st.none() | st.booleans(),
    sms_blocked=st.none() | st.booleans(),
)
CATEGORIES: Final[list[tuple[AttributeCategory, AttributeType]]] = [
    ("normal", "text"),
    ("normal", "multiple-choice"),
    ("category", "category"),
    ("global", "computed"),
]


@st.composite
def definitions(draw: st.DrawFn) -> AttributeDefinition:
    """An attribute of any category."""
    category, kind = draw(st.sampled_from(CATEGORIES))
    options = {"multiple-choice": ("x",), "category": ("1", "2")}.get(kind, ())
    labels = ("one", "two") if kind == "category" else ()
    return AttributeDefinition(draw(st.sampled_from(NAMES)), kind, options, category, labels)


categories = st.sampled_from([category for category, _ in CATEGORIES])
on_contacts: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(CreateContact, changes, st.booleans()),
    st.builds(UpdateContact, names, changes),
)
on_lists: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(AddToList, numbers, st.lists(names, min_size=1, max_size=3)),
    st.builds(RemoveFromList, numbers, st.lists(names, min_size=1, max_size=3)),
    st.builds(CreateList, st.just("list"), st.integers(1, 3)),
    st.builds(UpdateList, numbers, st.none(), st.none() | st.integers(1, 3)),
    st.builds(CreateFolder, st.just("folder")),
)
on_attributes: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(CreateAttribute, definitions()),
    st.builds(
        UpdateAttribute,
        categories,
        st.sampled_from(NAMES),
        st.just(("1", "z")),
        st.just(("one", "zed")),
    ),
)
removals: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(DeleteContact, names),
    st.builds(DeleteAttribute, categories, st.sampled_from(NAMES)),
    st.builds(DeleteOption, st.sampled_from(NAMES), st.sampled_from(["x", "y"])),
    st.builds(DeleteFolder, st.integers(1, 3)),
    st.builds(DeleteList, numbers),
    st.builds(EmptyList, numbers),
)
FIRST: Final[list[AnyCommand]] = [
    CreateList("one", 1),
    CreateList("two", 1),
    CreateAttribute(AttributeDefinition("C", "category", ("1", "2"), "category", ("one", "two"))),
]


class ContactCommands(RuleBasedStateMachine):
    """Whatever commands and events come, book and naive model stay the same."""

    @initialize(unknown=st.sampled_from(["create", "create", "ignore", "refuse"]))
    def begin(self, unknown: UnknownAttributes) -> None:
        """A new account."""
        self.unknown = unknown
        self.model = Model(unknown)
        self.book = ContactBook(1, (), Lists([Folder(1, "first", 0)], (), 2, 1))
        self.position = 0
        self.known: dict[int, dict[tuple[str, str], Any]] = {}
        """What each contact's history comes to: kind and name of what it has, and the value."""
        for command in FIRST:
            self.obey(command)

    @rule(command=on_contacts)
    def contact(self, command: AnyCommand) -> None:
        """See `obey`."""
        self.obey(command)

    @rule(command=on_contacts)
    def another_contact(self, command: AnyCommand) -> None:
        """See `obey`; twice, so that it is done more often."""
        self.obey(command)

    @rule(command=on_lists | on_attributes)
    def definition(self, command: AnyCommand) -> None:
        """See `obey`."""
        self.obey(command)

    @rule(command=removals)
    def removal(self, command: AnyCommand) -> None:
        """See `obey`."""
        self.obey(command)

    def obey(self, command: AnyCommand) -> None:
        """A command is refused with the model's code, or does what the model does."""
        draft = self.draft()
        order = Order(Position(self.position), self.position, command)
        before = self.model.made
        try:
            self.model.do(command)
            expected = ""
        except Refused as refusal:
            expected = str(refusal)
        obey(draft, order)
        outcome = draft.outcomes[order.position]
        assert ("" if isinstance(outcome, Done) else outcome.code) == expected
        if isinstance(outcome, Done) and isinstance(command, CreateContact):
            assert outcome.created is (self.model.made > before)
        self.commit(draft.sweeps)

    @rule(given=identifiers, properties=attributes)
    def event(self, given: dict[str, str], properties: dict[str, Any]) -> None:
        """Events and commands see each other."""
        pairs = tuple(Identifier(kind, given[kind]) for kind in DECIDING_ORDER if kind in given)
        event = Event("e", None, None, pairs, properties, "{}", "{}", "", {}, "")
        self.model.event(list(pairs), properties)
        draft = self.draft()
        decide(draft, Entry(Position(self.position), self.position, event))
        self.commit([])

    def draft(self) -> Draft:
        self.position += 1
        return Draft(self.book, Processes(), Objects(), self.unknown, Segments())

    def commit(self, sweeps: list[Sweep]) -> None:
        """As the engine does after each run; the sweeps are the directory's part."""
        for entry in self.book.history:
            assert entry.position == self.position
            known = self.known.setdefault(entry.contact_id, {})
            for change in entry.changes:
                key = (change.what, change.name)
                assert known.pop(key, None) == change.before != change.after
                if change.after is not None:
                    known[key] = change.after
        for contact_id in self.book.removed_contacts:
            self.known.pop(contact_id, None)
        self.book.settle()
        for sweep in sweeps:
            self.sweep(sweep)
        self.book.settle()

    def sweep(self, sweep: Sweep) -> None:
        for contact in self.book.contacts.values():
            known = self.known[contact.id]
            match sweep:
                case ClearAttribute(name):
                    contact.attributes.pop(name, None)
                    known.pop(("attribute", name), None)
                case ClearOption(name, option):
                    held = contact.attributes.pop(name, None)
                    rest = [each for each in held if each != option] if held else []  # type: ignore[union-attr]
                    known.pop(("attribute", name), None)
                    if rest:
                        contact.attributes[name] = known["attribute", name] = rest
                case ClearList(list_id):
                    known.pop(("list", str(list_id)), None)
                    contact.list_ids = tuple(each for each in contact.list_ids if each != list_id)

    @invariant()
    def contacts_are_the_model_s(self) -> None:
        """The same people, with the same of everything."""
        assert {
            number: (person.identifiers, person.attributes, person.lists, person.blocked)
            for number, person in self.model.people.items()
        } == {
            contact.id: (
                contact.identifiers,
                contact.attributes,
                set(contact.list_ids),
                set(contact.blocked),
            )
            for contact in self.book.contacts.values()
        }

    @invariant()
    def identifiers_name_one_contact(self) -> None:
        """Who an identifier names has it."""
        owners = {pair: owner for pair, owner in self.book.owners.items() if owner is not None}
        assert owners == {
            Identifier(kind, value): ContactId(number)
            for number, person in self.model.people.items()
            for kind, value in person.identifiers.items()
        }

    @invariant()
    def definitions_and_lists_are_the_model_s(self) -> None:
        """The same attributes, folders and lists; a list is as long as contacts say."""
        assert {
            name: (one.category, one.type, list(one.options), list(one.labels))
            for name, one in self.book.definitions.items()
        } == {
            name: (shape.category, shape.kind, shape.options, shape.labels)
            for name, shape in self.model.shapes.items()
        }
        lists = self.book.lists
        assert set(lists.folders) == self.model.folders
        assert {each.id: each.folder_id for each in lists.lists.values()} == self.model.lists
        assert {each.id: each.size for each in lists.lists.values()} == {
            list_id: sum(list_id in person.lists for person in self.model.people.values())
            for list_id in self.model.lists
        }

    @invariant()
    def history_tells_the_present(self) -> None:
        """Every change in turn, applied to nothing, gives each contact as it is."""
        for contact in self.book.contacts.values():
            told = self.known.get(contact.id, {})
            assert told == (
                {("identifier", kind): value for kind, value in contact.identifiers.items()}
                | {("attribute", name): value for name, value in contact.attributes.items()}
                | {("list", str(list_id)): True for list_id in contact.list_ids}
                | {("blocked", channel): True for channel in contact.blocked}
            )


TestContactCommands = ContactCommands.TestCase
TestContactCommands.settings = settings(max_examples=examples(120), stateful_step_count=40)
