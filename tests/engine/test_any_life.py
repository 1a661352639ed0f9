"""Contacts on real stores against a naive model, over merges, erasures, imports and batches."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from footfall.commands import (
    AnyCommand,
    BeginImport,
    ContactChanges,
    CreateContact,
    DeleteContact,
    ImportContact,
    MergeContacts,
    Named,
    StartProcess,
    UnmergeContact,
    UpdateContact,
)
from footfall.contacts import ContactId
from footfall.engine.outcomes import Done
from footfall.identifiers import DECIDING_ORDER, EMAIL, EXT_ID, PHONE, Identifier
from footfall.processes import ImportOptions
from tests.engine.stores import Stores, event, request
from tests.property.test_contact_commands import Model, Person, Refused
from tests.searching import examples

VALUES: Final = {
    EXT_ID: ("x", "y", "z"),
    EMAIL: ("a@example.com", "b@example.com", "c@example.com"),
    PHONE: ("+33612345678", "+33612345679"),
}
CONDITIONS: Final = (
    {"type": "did", "event": "e", "count": {"operator": "at_least", "value": 2}},
    {"type": "attribute", "name": "A", "test": {"operator": "equals", "value": "u"}},
    {
        "type": "none",
        "of": [{"type": "attribute", "name": "B", "test": {"operator": "exists"}}],
    },
)
PAIRS: Final = [Identifier(kind, value) for kind in VALUES for value in VALUES[kind]]


class Life(Model):
    """The model's contacts, who may be shown as one, and who may be erased for good."""

    def __init__(self) -> None:
        super().__init__("create")
        self.into: dict[int, int] = {}
        self.ever: dict[int, set[tuple[str, str]]] = {}
        self.forgotten: set[tuple[str, str]] = set()
        """What named somebody who was erased since the import was begun."""

    def shown_as(self, number: int) -> int:
        while number in self.into:
            number = self.into[number]
        return number

    def group(self, number: int) -> set[int]:
        first = self.shown_as(number)
        return {each for each in self.people if self.shown_as(each) == first}

    def do(self, command: AnyCommand) -> None:
        match command:
            case CreateContact(changes) if changes.force_merge and self.owners(changes):
                number = self.owners(changes)[0]
                self.force(number, changes)
            case UpdateContact(name, changes) if changes.force_merge:
                self.force(self.existing(name), changes)
            case MergeContacts(one, other):
                if not {one, other} <= set(self.people):
                    raise Refused("document_not_found")
                if self.shown_as(one) == self.shown_as(other):
                    raise Refused("invalid_parameter")
                self.merge(one, other)
            case UnmergeContact(number):
                if number not in self.people:
                    raise Refused("document_not_found")
                if number not in self.into:
                    raise Refused("invalid_parameter")
                del self.into[number]
            case DeleteContact(name):
                self.erase(self.existing(name))
            case ImportContact(_, _, changes):
                assert changes is not None
                if self.forgotten.intersection(changes.identifiers.items()):
                    raise Refused("document_not_found")
                self.create(changes, update_enabled=True)
            case _:
                super().do(command)

    def owners(self, changes: ContactChanges) -> list[int]:
        given = [(kind, changes.identifiers.get(kind)) for kind in DECIDING_ORDER]
        found = [self.owner(kind, value) for kind, value in given if value]
        return [each for each in found if each]

    def merge(self, one: int, other: int) -> None:
        kept, gone = sorted((self.shown_as(one), self.shown_as(other)))
        if kept != gone:
            self.into[gone] = kept

    def force(self, number: int, changes: ContactChanges) -> None:
        others = self.owners(changes)
        self.check(number, changes, set(others))
        for other in sorted(others):
            self.merge(number, other)
        self.change(number, changes)

    def erase(self, number: int) -> None:
        gone = self.group(number)
        for each in gone:
            self.forgotten |= {
                pair for pair in self.ever[each] if self.owner(*pair) in {None, *gone}
            }
        for each in gone:
            del self.people[each]
            self.into.pop(each, None)

    def check(
        self, number: int | None, changes: ContactChanges, others: set[int] | None = None
    ) -> None:
        allowed = {None, *(others or ()), *(self.group(number) if number else ())}
        for kind, value in changes.identifiers.items():
            if value and self.owner(kind, value) not in allowed:
                raise Refused("duplicate_parameter")
        held = self.people[number].identifiers if number else {}
        if not any((held | changes.identifiers).values()):
            raise Refused("invalid_parameter")

    def change(self, number: int, changes: ContactChanges) -> None:
        person = self.people[number]
        for kind, value in changes.identifiers.items():
            if value and self.owner(kind, value) is not None:
                continue
            person.identifiers.pop(kind, None)
            if value:
                person.identifiers[kind] = value
        self.set_attributes(person, changes.attributes)
        self.remember(number)

    def event(self, identifiers: list[Identifier], properties: dict[str, Any]) -> None:
        super().event(identifiers, properties)
        for number in self.people:
            self.remember(number)

    def remember(self, number: int) -> None:
        held = self.people[number].identifiers.items()
        self.ever.setdefault(number, set()).update(held)


identifiers = st.fixed_dictionaries(
    {}, optional={kind: st.sampled_from(VALUES[kind]) for kind in VALUES}
).filter(bool)
attributes = st.dictionaries(st.sampled_from("AB"), st.sampled_from(["u", "v", ""]), max_size=2)
changes = st.builds(
    ContactChanges, identifiers=identifiers, attributes=attributes, force_merge=st.booleans()
)
plain = st.builds(ContactChanges, identifiers=identifiers, attributes=attributes)
numbers = st.integers(1, 6)
names = numbers.map(Named) | st.sampled_from(PAIRS).map(lambda pair: Named(0, *pair))


class AnyLife(RuleBasedStateMachine):
    """Whatever comes, everybody is as the model says, now and after a rebuild."""

    @initialize()
    def begin(self) -> None:
        """An account with an import under way."""
        self.folder = tempfile.TemporaryDirectory()
        self.stores = Stores(Path(self.folder.name))
        self.model = Life()
        self.rows = 0
        for condition in CONDITIONS:
            self.stores.create_segment(condition)
        self.stores.obey(
            BeginImport(ImportOptions(source="s", format="json")), StartProcess(1, 99, "json")
        )

    def obey(self, *commands: AnyCommand) -> None:
        expected = []
        for command in commands:
            try:
                self.model.do(command)
                expected.append("")
            except Refused as refusal:
                expected.append(str(refusal))
        outcomes = self.stores.obey(*commands)
        assert ["" if isinstance(each, Done) else each.code for each in outcomes] == expected

    @rule(given=identifiers, properties=attributes)
    def event(self, given: dict[str, str], properties: dict[str, Any]) -> None:
        """An event of whoever is named."""
        pairs = [Identifier(kind, given[kind]) for kind in DECIDING_ORDER if kind in given]
        self.model.event(pairs, properties)
        self.stores.apply(request(event("e", properties=properties, **given)))

    @rule(changes=changes, update_enabled=st.booleans())
    def create(self, changes: ContactChanges, update_enabled: bool) -> None:
        """With or without `forceMerge`."""
        self.obey(CreateContact(changes, update_enabled))

    @rule(name=names, changes=changes)
    def update(self, name: Named, changes: ContactChanges) -> None:
        """See `create`."""
        self.obey(UpdateContact(name, changes))

    @rule(batch=st.lists(st.builds(UpdateContact, names, plain), min_size=2, max_size=4))
    def batch(self, batch: list[AnyCommand]) -> None:
        """Several in one request, each by itself."""
        self.obey(*batch)

    @rule(rows=st.lists(plain, min_size=1, max_size=3))
    def imported(self, rows: list[ContactChanges]) -> None:
        """Rows of one import; one that names somebody who was erased brings nobody back."""
        commands = [ImportContact(1, self.rows + at, row) for at, row in enumerate(rows, 1)]
        self.rows += len(rows)
        self.obey(*commands)

    @rule(one=numbers, other=numbers)
    def merge(self, one: int, other: int) -> None:
        """Whoever is there and is not one already."""
        self.obey(MergeContacts(one, other))

    @rule(number=numbers)
    def unmerge(self, number: int) -> None:
        """Whoever was merged into another."""
        self.obey(UnmergeContact(number))

    @rule(name=names, at_once=st.booleans())
    def erase(self, name: Named, at_once: bool) -> None:
        """With all that are one with it; the journal is cleaned now, or at the end."""
        self.obey(DeleteContact(name))
        if at_once:
            self.stores.erasures.complete()

    @invariant()
    def everybody_is_as_the_model_says(self) -> None:
        """By themselves, whom their identifiers name, and as whom they are shown."""
        directory, people = self.stores.directory, self.model.people
        ids = [ContactId(number) for number in range(1, self.model.made + 2)]
        shown = directory.contacts(ids)
        assert {id_: one.id for id_, one in shown.items()} == {
            number: self.model.shown_as(number) for number in people
        }
        own = shown | {one.id: one for one, _ in directory.merged(ids)}
        assert {id_: Person(own[id_].identifiers, own[id_].attributes) for id_ in shown} == {
            number: Person(person.identifiers, person.attributes)
            for number, person in people.items()
        }
        assert directory.owners(PAIRS) == {
            Identifier(kind, value): number
            for number, person in people.items()
            for kind, value in person.identifiers.items()
        }

    @invariant()
    def the_import_counts_every_row(self) -> None:
        """Refused or not."""
        process = self.stores.directory.process(1)
        assert process is not None
        assert process.done == self.rows

    def teardown(self) -> None:
        """A rebuild comes to the same, and nothing of the erased ones is in the journal."""
        self.stores.erasures.complete()
        assert self.stores.directory.check() == []
        contents = self.stores.contents()
        assert self.stores.rebuilt() == contents
        self.folder.cleanup()


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=examples(8), stateful_step_count=30)
