"""Imports on real stores: what rows change, what is told of them, and that they replay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from footfall import processes
from footfall.attributes import AttributeDefinition
from footfall.commands import (
    BeginImport,
    ContactChanges,
    CreateAttribute,
    CreateContact,
    CreateList,
    DeleteList,
    EndNotification,
    EndProcess,
    ImportContact,
    StartProcess,
)
from footfall.contacts import Contact
from footfall.engine.outcomes import Done, Outcome
from footfall.errors import DuplicateParameter, FootfallError, InvalidParameter, NotFound
from footfall.identifiers import EMAIL, PHONE, Identifier
from footfall.processes import ImportOptions, Process, RowProblem
from tests.engine.stores import Stores, order

JANE, JOHN = "jane@example.com", "john@example.com"
PHONE_NUMBER = "+33612345678"


def begin(**options: Any) -> BeginImport:
    return BeginImport(ImportOptions(source="a.csv", format="csv", **options))


def row(number: int, email: str, process: int = 1, **attributes: Any) -> ImportContact:
    changes = ContactChanges(identifiers={EMAIL: email}, attributes=attributes)
    return ImportContact(process, number, changes)


def contact(stores: Stores, email: str) -> Contact:
    identifier = Identifier(EMAIL, email)
    owner = stores.directory.owners([identifier])[identifier]
    return stores.directory.contacts([owner])[owner]


def process(stores: Stores, number: int = 1) -> Process:
    found = stores.directory.process(number)
    assert found is not None
    return found


def refusal(outcome: Outcome) -> FootfallError:
    assert isinstance(outcome, FootfallError), outcome
    return outcome


def test_an_import_goes_from_its_begin_to_its_end(stores: Stores) -> None:
    """Rows become contacts on the lists, and the process counts them."""
    stores.obey(CreateList("news", 1))
    [begun] = stores.obey(begin(list_ids=(1,), block_email=True))
    assert begun == Done(id=1, created=True)
    assert process(stores).status == "queued"
    stores.obey(StartProcess(1, 2, "csv", {"AGE": "float", "ACTIVE": "boolean"}))
    stores.obey(row(1, JANE, AGE="31", ACTIVE="yes", CITY="Ulm"), row(2, JANE, CITY="Bonn"))
    assert process(stores).done == 2
    stores.obey(EndProcess(1))
    ended = process(stores)
    assert (ended.status, ended.total, ended.created, ended.updated) == ("completed", 2, 1, 1)
    assert ended.ended_at is not None
    jane = contact(stores, JANE)
    assert jane.attributes == {"AGE": 31, "ACTIVE": True, "CITY": "Bonn"}
    assert (jane.list_ids, jane.blocked) == ((1,), ("email",))
    causes = {entry.cause for entry in stores.directory.history(jane.id, None, 9)}
    assert causes == {"import"}


def test_texts_are_read_by_the_type_of_their_attribute(stores: Stores) -> None:
    """What an attribute cannot hold is ignored, and told of the row."""
    stores.obey(
        CreateAttribute(AttributeDefinition("AGE", "float")),
        CreateAttribute(AttributeDefinition("TAGS", "multiple-choice", ("a", "b"))),
        CreateAttribute(AttributeDefinition("SINCE", "date")),
        begin(),
        row(1, JANE, AGE="31.5", TAGS="[a, 'b']", SINCE="2024-01-31"),
        row(2, JOHN, AGE="old", SINCE="31/01/2024"),
    )
    assert contact(stores, JANE).attributes == {
        "AGE": 31.5,
        "TAGS": ["a", "b"],
        "SINCE": "2024-01-31",
    }
    assert contact(stores, JOHN).attributes == {}
    [problem] = stores.directory.problems(1, 0, 9)
    assert (problem.row, problem.refused, problem.code) == (2, False, "attribute_ignored")
    assert "AGE" in problem.message
    assert "SINCE" in problem.message


def test_a_row_that_is_refused_is_told_and_loses_no_other(stores: Stores) -> None:
    """What belongs to another contact, and what could not be read."""
    both = ContactChanges(identifiers={EMAIL: JOHN, PHONE: PHONE_NUMBER})
    [_, _, bad, taken, good] = stores.obey(
        CreateContact(ContactChanges(identifiers={EMAIL: JANE, PHONE: PHONE_NUMBER})),
        begin(),
        ImportContact(1, 1, None, "email is not a valid e-mail address", "email"),
        ImportContact(1, 2, both),
        row(3, JOHN),
    )
    assert isinstance(bad, InvalidParameter)
    assert isinstance(taken, DuplicateParameter)
    assert isinstance(good, Done)
    assert stores.directory.problems(1, 0, 9) == [
        RowProblem(
            process_id=1,
            row=1,
            refused=True,
            code="invalid_parameter",
            field="email",
            message="email is not a valid e-mail address",
        ),
        RowProblem(
            process_id=1,
            row=2,
            refused=True,
            code="duplicate_parameter",
            field="SMS",
            message=refusal(taken).message,
        ),
    ]
    now = process(stores)
    assert (now.done, now.created, now.refused, now.problems) == (3, 1, 2, 2)


def test_only_so_many_problems_are_kept(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound they are counted only."""
    monkeypatch.setattr(processes, "MAX_PROBLEMS", 2)
    stores.obey(begin(), *(ImportContact(1, number, None, "no") for number in range(1, 6)))
    assert [each.row for each in stores.directory.problems(1, 0, 9)] == [1, 2]
    assert process(stores).problems == 5


def test_contacts_that_are_there_stay_as_they_are_where_that_is_wanted(stores: Stores) -> None:
    """They come onto the lists, and nothing else of the row is taken."""
    stores.obey(
        CreateContact(ContactChanges(identifiers={EMAIL: JANE}, attributes={"CITY": "Ulm"})),
        BeginImport(
            ImportOptions(source="a.csv", format="csv", update_existing=False), "new list", 1
        ),
        row(1, JANE, CITY="Bonn"),
        row(2, JOHN, CITY="Bonn"),
    )
    jane = contact(stores, JANE)
    assert (jane.attributes, jane.list_ids) == ({"CITY": "Ulm"}, (1,))
    assert contact(stores, JOHN).attributes == {"CITY": "Bonn"}
    assert process(stores).updated == 1


def test_an_import_begins_only_where_its_lists_are(stores: Stores) -> None:
    """An unknown list or folder refuses it."""
    unknown = begin(list_ids=(7,))
    nowhere = BeginImport(ImportOptions(source="a.csv", format="csv"), "list", 7)
    for command, field in ((unknown, "listIds"), (nowhere, "newList.folderId")):
        [outcome] = stores.obey(command)
        assert isinstance(outcome, InvalidParameter)
        assert outcome.path == field
    assert stores.directory.state().next_process_id == 1


def test_a_list_that_goes_meanwhile_does_not_stop_the_import(stores: Stores) -> None:
    """Later rows are put on the lists that are still there."""
    stores.obey(CreateList("a", 1), CreateList("b", 1), begin(list_ids=(1, 2)), row(1, JANE))
    stores.obey(DeleteList(1))
    stores.obey(row(2, JOHN))
    assert contact(stores, JOHN).list_ids == (2,)
    assert process(stores).refused == 0


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_row_counts_once_and_in_its_turn(stores: Stores, number: int) -> None:
    """One that was done before, or that is not next, changes nothing."""
    stores.obey(begin(), row(1, JANE))
    before = process(stores)
    [outcome] = stores.obey(row(number, JOHN))
    assert isinstance(outcome, DuplicateParameter)
    assert process(stores) == before


def test_nothing_comes_of_a_process_that_has_ended(stores: Stores) -> None:
    """Nor of one that never was."""
    stores.obey(begin(), EndProcess(1, "no file"))
    assert (process(stores).status, process(stores).message) == ("failed", "no file")
    for command in (
        row(1, JANE),
        StartProcess(1, 5, "csv"),
        EndProcess(1),
        row(1, JANE, process=9),
    ):
        [outcome] = stores.obey(command)
        assert isinstance(outcome, NotFound)


def test_the_end_is_told_once(stores: Stores) -> None:
    """A process that is to be told of stays active until that came to an end."""
    [_, early, _] = stores.obey(
        BeginImport(ImportOptions(source="a.csv", format="csv"), notify_url="https://example.com"),
        EndNotification(1, delivered=True),
        EndProcess(1),
    )
    assert isinstance(early, NotFound)
    assert [each.notification for each in stores.directory.state().processes] == ["due"]
    [told, again] = stores.obey(EndNotification(1, delivered=True), EndNotification(1, False))
    assert isinstance(told, Done)
    assert isinstance(again, NotFound)
    assert process(stores).notification == "delivered"
    assert stores.directory.state().processes == []


def test_an_import_replays_identically(tmp_path: Path) -> None:
    """However the journal is cut into runs."""
    found = []
    for size in (20_000, 1, 3):
        stores = Stores(tmp_path / str(size))
        for commands in (
            [CreateList("a", 1), begin(list_ids=(1,))],
            [StartProcess(1, 4, "csv", {"AGE": "float"})],
            [row(1, JANE, AGE="1"), row(2, JANE, AGE="2")],
            [row(3, JOHN, AGE="x"), ImportContact(1, 4, None, "bad", "email")],
            [EndProcess(1)],
        ):
            stores.append([order(*commands)])
        stores.catch_up(size)
        found.append(stores.contents())
        stores.close()
    assert found[0] == found[1] == found[2]
