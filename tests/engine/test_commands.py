"""Commands on real stores: what they change, why they are refused, and that they replay."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from footfall.attributes import AttributeDefinition
from footfall.catalogue import Note
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
    DescribeEvent,
    EmptyList,
    Named,
    RemoveFromList,
    UpdateAttribute,
    UpdateContact,
    UpdateFolder,
    UpdateList,
)
from footfall.contacts import Change, Contact, ContactId
from footfall.engine.outcomes import Done, Outcome
from footfall.errors import DuplicateParameter, FootfallError, InvalidParameter, NotFound
from footfall.identifiers import EMAIL, EXT_ID, PHONE, Identifier
from footfall.instants import SECOND
from footfall.lists import ContactList, Folder
from footfall.ports import ContactQuery
from footfall.records import Position, Request
from footfall.verdicts import Verdict
from tests.engine.stores import RECEIVED, Stores, event, order, request

JANE = "jane@example.com"
JOHN = "john@example.com"


def create(email: str, **changes: Any) -> CreateContact:
    """A command that creates the contact with that address."""
    return CreateContact(ContactChanges(identifiers={EMAIL: email}, **changes))


def upsert(identifiers: dict[str, str], **changes: Any) -> CreateContact:
    """A command that creates the contact, or updates it."""
    return CreateContact(ContactChanges(identifiers=identifiers, **changes), update_enabled=True)


def by_email(email: str) -> Named:
    return Named(kind=EMAIL, value=email)


def update(email: str, **changes: Any) -> UpdateContact:
    return UpdateContact(by_email(email), ContactChanges(**changes))


def done(outcome: Outcome) -> Done:
    assert isinstance(outcome, Done), outcome
    return outcome


def contact(stores: Stores, email: str) -> Contact:
    identifier = Identifier(EMAIL, email)
    owner = stores.directory.owners([identifier])[identifier]
    return stores.directory.contacts([owner])[owner]


def changes_of(stores: Stores, contact_id: int) -> list[list[Change]]:
    """What changed of the contact, entry by entry, oldest first."""
    entries = stores.directory.history(ContactId(contact_id), None, 100)
    return [entry.changes for entry in reversed(entries)]


def lists(stores: Stores) -> dict[int, ContactList]:
    return {each.id: each for each in stores.directory.state().lists}


def definition(stores: Stores, name: str) -> AttributeDefinition:
    return next(each for each in stores.directory.state().definitions if each.name == name)


def verdict(stores: Stores, position: int) -> Verdict | None:
    return stores.directory.verdicts(Position(position), Position(position)).get(Position(position))


def test_a_contact_is_created_with_everything(stores: Stores) -> None:
    """Identifiers, attributes, lists and blocks are there, and all of it is in the history."""
    [made, outcome] = stores.obey(
        CreateList("news", 1),
        CreateContact(
            ContactChanges(
                identifiers={EMAIL: JANE, PHONE: "+33612345678"},
                attributes={"age": 32},
                list_ids=[1],
                email_blocked=True,
                sms_blocked=False,
                blocked_senders=["shop@example.com"],
            )
        ),
    )
    assert done(made) == Done(id=1, created=True)
    assert done(outcome) == Done(id=1, created=True, contact_id=ContactId(1))
    assert contact(stores, JANE) == Contact(
        id=ContactId(1),
        created_at=RECEIVED,
        modified_at=RECEIVED,
        identifiers={EMAIL: JANE, PHONE: "+33612345678"},
        attributes={"AGE": 32},
        list_ids=(1,),
        blocked=("email",),
        blocked_senders=("shop@example.com",),
    )
    assert changes_of(stores, 1) == [
        [
            Change("identifier", EMAIL, None, JANE),
            Change("identifier", PHONE, None, "+33612345678"),
            Change("attribute", "AGE", None, 32),
            Change("list", "1", None, True),
            Change("blocked", "email", None, True),
            Change("blocked_senders", "", None, ["shop@example.com"]),
        ]
    ]
    [entry] = stores.directory.history(ContactId(1), None, 10)
    assert (entry.position, entry.at, entry.cause) == (2, RECEIVED, "request")
    assert stores.directory.check() == []


def test_a_taken_identifier_is_refused(stores: Stores) -> None:
    """All identifiers that are taken are named, and nothing is created."""
    stores.obey(create(JANE), upsert({EXT_ID: "x"}))
    [refusal] = stores.obey(CreateContact(ContactChanges(identifiers={EXT_ID: "x", EMAIL: JANE})))
    assert isinstance(refusal, DuplicateParameter)
    assert refusal.metadata is not None
    assert refusal.metadata["duplicateIdentifiers"] == ["ext_id", "email"]
    assert stores.directory.state().next_contact_id == 3
    noted = verdict(stores, 3)
    assert noted is not None
    assert (noted.verdict, noted.reason) == ("refused", "duplicate_parameter")


def test_an_update_by_any_identifier(stores: Stores) -> None:
    """With updateEnabled the first known identifier finds the contact, which gets the others."""
    stores.obey(create(JANE))
    [outcome] = stores.obey(upsert({EXT_ID: "x", EMAIL: JANE}, attributes={"AGE": 1}))
    assert done(outcome).created is False
    assert contact(stores, JANE).identifiers == {EMAIL: JANE, EXT_ID: "x"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({EXT_ID: "y", EMAIL: JANE}, "email"),  # Jane is x, so y is somebody else
        ({EMAIL: JOHN, PHONE: "+33612345678"}, "SMS"),  # they share a telephone
        ({EXT_ID: "x", PHONE: "+33699999999"}, "SMS"),  # the telephone is another contact's
    ],
)
def test_two_people_are_not_made_one(stores: Stores, given: dict[str, str], named: str) -> None:
    """A weaker identifier finds nobody who has another value for a stronger one."""
    stores.obey(
        upsert({EXT_ID: "x", EMAIL: JANE, PHONE: "+33612345678"}),
        upsert({EXT_ID: "z", PHONE: "+33699999999"}),
    )
    before = stores.contents()[0]
    [refusal] = stores.obey(upsert(given))
    assert isinstance(refusal, DuplicateParameter)
    assert refusal.metadata is not None
    assert refusal.metadata["duplicateIdentifiers"] == [named]
    after = stores.contents()[0]
    derived = ("contacts", "identifiers", "history", "memberships", "lists", "attributes")
    assert [row for row in after if row[0] in derived] == [
        row for row in before if row[0] in derived
    ]


def test_identifiers_change_and_go(stores: Stores) -> None:
    """A new address takes the place of the old one, which is free again; the last one must stay."""
    stores.obey(upsert({EXT_ID: "x", EMAIL: JANE}, email_blocked=True))
    [changed] = stores.obey(update(JANE, identifiers={EMAIL: JOHN, EXT_ID: ""}))
    assert done(changed).contact_id == 1
    assert contact(stores, JOHN).identifiers == {EMAIL: JOHN}
    assert contact(stores, JOHN).blocked == ()
    assert changes_of(stores, 1)[-1] == [
        Change("identifier", EMAIL, JANE, JOHN),
        Change("identifier", EXT_ID, "x", None),
        Change("blocked", "email", True, None),
    ]
    [made, refused] = stores.obey(create(JANE), update(JOHN, identifiers={EMAIL: ""}))
    assert done(made).id == 2
    assert isinstance(refused, InvalidParameter)
    assert stores.directory.check() == []


def test_the_same_again_changes_nothing(stores: Stores) -> None:
    """An update that says what is known moves no modifiedAt and leaves no history."""
    stores.obey(CreateList("news", 1), create(JANE, attributes={"AGE": 1}, list_ids=[1]))
    stores.obey(
        update(JANE, identifiers={EMAIL: JANE}, attributes={"age": 1}, list_ids=[1]),
        at=RECEIVED + SECOND,
    )
    assert contact(stores, JANE).modified_at == RECEIVED
    assert len(changes_of(stores, 1)) == 1


def test_an_ignored_attribute_is_remarked(stores: Stores) -> None:
    """A value of the wrong type is ignored; the verdict of the command names it."""
    stores.obey(create(JANE, attributes={"AGE": 1}))
    stores.obey(update(JANE, attributes={"age": "old", "CITY": "Paris"}))
    noted = verdict(stores, 2)
    assert noted is not None
    assert (noted.verdict, noted.contact_id) == ("applied", 1)
    assert [remark.field for remark in noted.remarks] == ["attributes.age"]
    assert contact(stores, JANE).attributes == {"AGE": 1, "CITY": "Paris"}


def test_refuse_holds_for_commands_too(stores: Stores) -> None:
    """While attributes.unknown is `refuse`, an unknown attribute refuses the command."""
    stores.apply(Request("settings", RECEIVED, "", b'{"attributes.unknown":"refuse"}'))
    [refusal] = stores.obey(create(JANE, attributes={"AGE": 1}))
    assert isinstance(refusal, InvalidParameter)
    assert "AGE" in refusal.message


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (update("nobody@example.com", attributes={"A": 1}), NotFound),
        (DeleteContact(Named(contact_id=9)), NotFound),
        (DeleteContact(Named()), NotFound),
        (create("new@example.com", list_ids=[9]), InvalidParameter),
        (update(JANE, unlink_list_ids=[9]), InvalidParameter),
        (CreateList("news", 9), InvalidParameter),
        (UpdateList(9, "news"), NotFound),
        (UpdateList(1, folder_id=9), InvalidParameter),
        (DeleteList(9), NotFound),
        (EmptyList(9), NotFound),
        (AddToList(9, [by_email(JANE)]), NotFound),
        (AddToList(1, [by_email("nobody@example.com"), Named()]), InvalidParameter),
        (RemoveFromList(1, [by_email(JANE)]), InvalidParameter),
        (UpdateFolder(9, "x"), NotFound),
        (DeleteFolder(9), NotFound),
        (CreateAttribute(AttributeDefinition("SMS", "text")), DuplicateParameter),
        (CreateAttribute(AttributeDefinition("TAGS", "text")), DuplicateParameter),
        (UpdateAttribute("category", "TAGS"), NotFound),
        (UpdateAttribute("normal", "AGE", ("a",)), InvalidParameter),
        (UpdateAttribute("normal", "TAGS", tuple(map(str, range(1_000)))), InvalidParameter),
        (DeleteAttribute("normal", "NONE"), NotFound),
        (DeleteAttribute("global", "TAGS"), NotFound),
        (DeleteOption("TAGS", "none"), NotFound),
        (DeleteOption("AGE", "a"), NotFound),
    ],
)
def test_a_refused_command_changes_nothing(
    stores: Stores, command: AnyCommand, error: type[FootfallError]
) -> None:
    """Whatever is refused leaves contacts, lists, attributes and history as they were."""
    stores.obey(CreateList("news", 1), create(JANE, attributes={"AGE": 1, "TAGS": ["a", "b"]}))
    others = ("state", "totals", "verdicts", "mentions")
    before = [row for row in stores.contents()[0] if row[0] not in others]
    [refusal] = stores.obey(command)
    assert type(refusal) is error
    after = [row for row in stores.contents()[0] if row[0] not in others]
    assert after == before
    assert stores.directory.state().totals == {"command": 2, "refused": 1}


def test_a_contact_goes_with_all_that_is_its(stores: Stores) -> None:
    """Identifiers are free, the list is one shorter, the history is gone; the id is used up."""
    stores.obey(CreateList("news", 1), create(JANE, list_ids=[1]), create(JOHN, list_ids=[1]))
    [gone] = stores.obey(DeleteContact(by_email(JANE)))
    assert done(gone).id == 1
    assert stores.directory.contacts([ContactId(1)]) == {}
    assert stores.directory.history(ContactId(1), None, 10) == []
    assert lists(stores)[1].size == 1
    stores.apply(request(event(email_id=JANE)), request(event(contact_id=1)))
    assert contact(stores, JANE).id == 3
    noted = verdict(stores, 6)
    assert noted is not None
    assert noted.reason == "unknown_contact_id"
    assert stores.directory.find_contacts(ContactQuery()).count == 2
    assert stores.directory.check() == []


def test_created_and_removed_before_the_engine_came(stores: Stores) -> None:
    """Nothing is left of a contact that came and went while entries waited."""
    stores.append([order(CreateList("news", 1), create(JANE, list_ids=[1], attributes={"A": 1}))])
    stores.append([order(DeleteContact(by_email(JANE)))])
    stores.append([order(create(JANE))])
    stores.catch_up()
    assert contact(stores, JANE).id == 2
    assert contact(stores, JANE).list_ids == ()
    assert lists(stores)[1].size == 0
    assert stores.directory.find_contacts(ContactQuery()).count == 1
    assert stores.directory.check() == []


def test_category_values_and_labels(stores: Stores) -> None:
    """A category attribute takes a value or its label and holds the value; others are ignored."""
    gender = AttributeDefinition("GENDER", "category", ("1", "f"), "category", ("MALE", "FEMALE"))
    stores.obey(CreateAttribute(gender), create(JANE, attributes={"GENDER": "FEMALE"}))
    assert contact(stores, JANE).attributes == {"GENDER": "f"}
    stores.obey(update(JANE, attributes={"GENDER": 1}))
    assert contact(stores, JANE).attributes == {"GENDER": "1"}
    stores.obey(update(JANE, attributes={"GENDER": "OTHER"}))
    assert contact(stores, JANE).attributes == {"GENDER": "1"}
    stores.obey(UpdateAttribute("category", "GENDER", ("2",), ("DIVERSE",)))
    assert definition(stores, "GENDER").labels == ("DIVERSE",)
    assert contact(stores, JANE).attributes == {"GENDER": "1"}


def test_nobody_sets_a_computed_attribute(stores: Stores) -> None:
    """A global attribute is read and changed as a definition; a value for it is ignored."""
    total = AttributeDefinition("TOTAL", "computed", (), "global", (), "COUNT[A]", True)
    stores.obey(CreateAttribute(total), create(JANE, attributes={"TOTAL": 1}))
    assert definition(stores, "TOTAL") == total
    assert contact(stores, JANE).attributes == {}
    stores.obey(UpdateAttribute("global", "TOTAL", formula="COUNT[B]"))
    assert definition(stores, "TOTAL").formula == "COUNT[B]"


def test_an_attribute_goes_from_every_contact(stores: Stores) -> None:
    """Its values are gone, noted in each history; made anew it has no values from before."""
    stores.obey(
        create(JANE, attributes={"A-1": 1, "B": 2}),
        create(JOHN, attributes={"B": 2}),
        at=RECEIVED,
    )
    [outcome] = stores.obey(DeleteAttribute("normal", "A-1"), at=RECEIVED + SECOND)
    assert done(outcome) == Done()
    assert contact(stores, JANE).attributes == {"B": 2}
    assert contact(stores, JANE).modified_at == RECEIVED + SECOND
    assert contact(stores, JOHN).modified_at == RECEIVED
    assert changes_of(stores, 1)[-1] == [Change("attribute", "A-1", 1, None)]
    assert len(changes_of(stores, 2)) == 1
    stores.obey(CreateAttribute(AttributeDefinition("A-1", "text")))
    stores.obey(update(JANE, attributes={"A-1": "x"}))
    assert contact(stores, JANE).attributes == {"B": 2, "A-1": "x"}


def test_an_option_goes_from_every_value(stores: Stores) -> None:
    """A value keeps its other options, whatever characters they have; an empty one is none."""
    stores.obey(
        create(JANE, attributes={"TAGS": ["a\0b", "a", "é"]}),
        create(JOHN, attributes={"TAGS": ["a"], "B": True}),
        create("third@example.com", attributes={"TAGS": ["é"], "B": ["a"]}),
    )
    stores.obey(DeleteOption("TAGS", "a"))
    assert contact(stores, JANE).attributes == {"TAGS": ["a\0b", "é"]}
    assert contact(stores, JOHN).attributes == {"B": True}
    assert contact(stores, "third@example.com").attributes == {"TAGS": ["é"]}
    assert definition(stores, "TAGS").options == ("a\0b", "é")
    assert changes_of(stores, 1)[-1] == [
        Change("attribute", "TAGS", ["a\0b", "a", "é"], ["a\0b", "é"])
    ]
    assert changes_of(stores, 2)[-1] == [Change("attribute", "TAGS", ["a"], None)]


def test_lists_and_folders(stores: Stores) -> None:
    """Folder 1 is there from the start; lists move, are renamed, emptied and removed."""
    assert stores.directory.state().folders == [Folder(1, "Your first folder", 0)]
    outcomes = stores.obey(
        CreateFolder("shop"),
        CreateList("news", 2),
        CreateList("sale", 2),
        UpdateList(1, name="NEWS", folder_id=1),
        UpdateFolder(2, "SHOP"),
        create(JANE, list_ids=[2, 1]),
        create(JOHN),
    )
    assert [done(outcome).id for outcome in outcomes] == [2, 1, 2, 1, 2, 1, 2]
    assert (lists(stores)[1].name, lists(stores)[1].folder_id) == ("NEWS", 1)
    [added] = stores.obey(AddToList(1, [by_email(JOHN), by_email(JANE), Named(contact_id=7)]))
    assert done(added).members == (True, False, False)
    assert lists(stores)[1].size == 2
    [removed] = stores.obey(RemoveFromList(1, [Named(contact_id=2), Named(contact_id=2)]))
    assert done(removed).members == (True, False)
    [emptied] = stores.obey(EmptyList(1))
    assert done(emptied).count == 1
    assert contact(stores, JANE).list_ids == (2,)
    assert lists(stores)[1].size == 0
    stores.obey(DeleteFolder(2))
    assert list(lists(stores)) == [1]
    assert contact(stores, JANE).list_ids == ()
    assert changes_of(stores, 1)[-1] == [Change("list", "2", True, None)]
    [made] = stores.obey(CreateList("again", 1))
    assert done(made).id == 3
    assert stores.directory.check() == []


def test_a_folder_takes_all_its_lists_along(stores: Stores) -> None:
    """One entry that clears several lists of a contact notes each in its history."""
    stores.obey(CreateList("a", 1), CreateList("b", 1), create(JANE, list_ids=[1, 2]))
    stores.obey(DeleteFolder(1))
    assert changes_of(stores, 1)[-1] == [
        Change("list", "1", True, None),
        Change("list", "2", True, None),
    ]
    assert stores.directory.check() == []


def test_an_event_changes_what_a_command_made(stores: Stores) -> None:
    """Commands and events of one run see each other, in order."""
    stores.apply(
        order(create(JANE, attributes={"AGE": 1})),
        request(event(email_id=JANE, properties={"AGE": 2})),
        order(update(JANE, attributes={"AGE": 3})),
        request(event(email_id=JANE, properties={"EMAIL": "x@example.com"})),
    )
    assert [change.after for [change] in changes_of(stores, 1)[1:]] == [2, 3]
    causes = [entry.cause for entry in stores.directory.history(ContactId(1), None, 10)]
    assert causes == ["request", "event", "request"]
    noted = verdict(stores, 4)
    assert noted is not None
    assert [remark.field for remark in noted.remarks] == ["contact_properties.EMAIL"]


def test_what_cannot_be_read_is_set_aside(stores: Stores) -> None:
    """A request of commands that this version does not know holds nothing up."""
    stores.apply(Request("command", RECEIVED, "", b"\x91\x81\xa2do\xa3fly", 2))
    stores.obey(create(JANE))
    assert [noted.reason for place in (1, 2) if (noted := verdict(stores, place))] == [
        "unreadable",
        "unreadable",
    ]
    assert contact(stores, JANE).id == 1


def some_commands(count: int, seed: int) -> list[list[Request]]:
    """Records of events and of commands of every kind, many of them refused."""
    chance = random.Random(seed)
    return [
        [_some_request(chance, RECEIVED + made * SECOND)]
        if chance.random() < 0.7
        else [_some_event(chance, RECEIVED + made * SECOND) for _ in range(chance.randint(1, 4))]
        for made in range(count)
    ]


def _some_event(chance: random.Random, at: int) -> Request:
    properties = {chance.choice("AB"): chance.choice([1, "1", None, ["x", "y"]])}
    return request(event(email_id=_address(chance), properties=properties), at=at)


def _some_request(chance: random.Random, at: int) -> Request:
    if chance.random() < 0.1:
        return order(_some_sweep(chance), at=at)
    return order(*(_some_command(chance) for _ in range(chance.randint(1, 3))), at=at)


def _some_sweep(chance: random.Random) -> AnyCommand:
    sweeps: list[AnyCommand] = [
        DeleteAttribute("normal", chance.choice("AB")),
        DeleteOption(chance.choice("AB"), chance.choice("xy")),
        DeleteList(chance.randint(1, 5)),
        EmptyList(chance.randint(1, 5)),
        DeleteFolder(chance.randint(2, 5)),
        DeleteContact(by_email(_address(chance))),
    ]
    return chance.choice(sweeps)


def _some_command(chance: random.Random) -> AnyCommand:
    changes = ContactChanges(
        identifiers={EMAIL: _address(chance)}
        | ({EXT_ID: chance.choice(["", "x", "y"])} if chance.random() < 0.5 else {}),
        attributes={chance.choice("AB"): chance.choice([1, "1", "", ["x"], ["y", "x"]])},
        list_ids=[chance.randint(1, 4)] if chance.random() < 0.5 else [],
        email_blocked=chance.choice([None, True, False]),
    )
    members = [by_email(_address(chance)) for _ in range(3)]
    commands: list[AnyCommand] = [
        CreateContact(changes, chance.random() < 0.5),
        UpdateContact(Named(contact_id=chance.randint(1, 9)), changes),
        CreateAttribute(AttributeDefinition(chance.choice("AB"), "multiple-choice", ("x",))),
        CreateFolder("folder"),
        CreateList("list", chance.randint(1, 3)),
        UpdateList(chance.randint(1, 4), folder_id=chance.randint(1, 3)),
        AddToList(chance.randint(1, 4), members),
        RemoveFromList(chance.randint(1, 4), members),
        DescribeEvent(Note("viewed", chance.choice(["", "a"]), chance.choice(["", "x"]))),
    ]
    return chance.choice(commands)


def _address(chance: random.Random) -> str:
    return f"p{chance.randrange(8)}@example.com"


def test_commands_replay_in_runs_of_any_size(tmp_path: Path) -> None:
    """The same journal of events and commands gives identical stores, however it is cut in runs."""
    contents = []
    for size in (1, 5, 10_000):
        stores = Stores(tmp_path / str(size))
        for record in some_commands(150, seed=5):
            stores.append(record)
        stores.catch_up(size)
        assert stores.directory.check() == []
        contents.append(stores.contents())
        stores.close()
    assert contents[0] == contents[1] == contents[2]
    tables = {table for table, _ in contents[0][0]}
    assert {"contacts", "lists", "memberships", "history", "attributes", "notes"} <= tables


def test_every_command_is_counted_once(stores: Stores) -> None:
    """Applied and refused commands and events together are what the journal holds."""
    for record in some_commands(120, seed=4):
        stores.append(record)
    stores.catch_up(11)
    totals = stores.directory.state().totals
    assert sum(totals.values()) == stores.journal.head()
    assert totals["refused"] > 10
    assert totals["command"] > 10
