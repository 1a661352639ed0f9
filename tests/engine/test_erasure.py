"""Erasing a contact: what goes, what stays, and that a replay of the journal gives the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from footfall.bootstrap import DataDirectory, rebuild
from footfall.commands import (
    AddToList,
    BeginImport,
    ContactChanges,
    CreateContact,
    CreateList,
    DeleteContact,
    EndProcess,
    ImportContact,
    MergeContacts,
    Named,
    StartProcess,
    UpdateContact,
)
from footfall.contacts import ContactId
from footfall.errors import NotFound
from footfall.identifiers import EMAIL, EXT_ID, PHONE, Identifier
from footfall.ports import EventQuery
from footfall.processes import ImportOptions
from footfall.records import Position, Request
from footfall.settings import Settings
from tests.engine.stores import RECEIVED, Stores, event, order, request

JANE = "jane.doe@example.com"
JOHN = "john.roe@example.com"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = Stores(tmp_path / "data")
    yield opened
    opened.close()


def changes(**identifiers: str) -> ContactChanges:
    return ContactChanges(identifiers=identifiers)


def erase(stores: Stores, email: str = JANE) -> None:
    stores.obey(DeleteContact(Named(kind=EMAIL, value=email)))


def journaled(stores: Stores) -> list[Request]:
    records = stores.journal.read(Position(0), 10**9)
    return [request for record in records for request in record.requests]


def bytes_of(requests: list[Request]) -> bytes:
    return b"".join(
        b"%b %b %b" % (each.body, each.idempotency_key.encode(), each.client.encode())
        for each in requests
    )


def assert_replays_alike(stores: Stores) -> None:
    """What is derived now is what the journal gives, as it stands and as it will stand."""
    assert stores.directory.check() == []
    stores.erasures.complete()
    assert stores.events.check() == []
    contents = stores.contents()
    assert stores.directory.erasing() == []
    directory, events = stores.rebuilt()
    assert set(map(repr, directory)) ^ set(map(repr, contents[0])) == set()
    assert (directory, events) == contents


def test_nothing_of_an_erased_contact_is_left(stores: Stores) -> None:
    """Contact, events, history and journaled texts are gone; everybody else's are there."""
    stores.apply(
        request(event("seen", properties={"CITY": "Sesimbra"}, email_id=JANE), idempotency_key="k1")
    )
    stores.apply(request(event("seen", properties={"CITY": "Porto"}, email_id=JOHN)))
    stores.apply(
        Request(
            "batch",
            RECEIVED,
            "key",
            json.dumps([event("x", email_id=JANE), event("y", email_id=JOHN)]).encode(),
            2,
        )
    )
    erase(stores)
    assert stores.directory.contacts([ContactId(1)]) == {}
    assert stores.directory.owners([Identifier(EMAIL, JANE)]) == {}
    assert stores.directory.history(ContactId(1), None, 10) == []
    found = stores.events.find(EventQuery())
    assert [(row.name, row.contact_id) for row in found.events] == [("y", 2), ("seen", 2)]
    stores.erasures.complete()
    text = bytes_of(journaled(stores))
    assert JANE.encode() not in text
    assert b"Sesimbra" not in text
    assert b"k1" not in text
    assert JOHN.encode() in text
    assert b"Porto" in text
    assert_replays_alike(stores)


def test_a_replay_before_the_journal_is_rewritten_erases_too(stores: Stores) -> None:
    """The command in the journal does it, whatever was rewritten by then."""
    stores.apply(request(event(email_id=JANE)), request(event(email_id=JOHN)))
    erase(stores)
    assert stores.rebuilt()[0] != []
    reopened = Stores(stores.folder)
    reopened.erasures.complete()
    contents = reopened.contents()
    reopened.close()
    assert stores.rebuilt() == contents


def test_numbers_of_contacts_are_given_out_as_before(stores: Stores) -> None:
    """The number of the erased one is never used again, not in a replay either."""
    stores.apply(request(event(email_id=JANE)))
    erase(stores)
    stores.apply(request(event(email_id=JANE)), request(event(email_id=JOHN)))
    owners = stores.directory.owners([Identifier(EMAIL, JANE), Identifier(EMAIL, JOHN)])
    assert sorted(owners.values()) == [2, 3]
    assert_replays_alike(stores)


def test_attributes_that_the_erased_one_brought_stay(stores: Stores) -> None:
    """Others' values are read by the types that the erased one's events gave the attributes."""
    properties: dict[str, Any] = {"AGE": 33, "TAGS": ["a", "b"]}
    stores.apply(request(event(properties=properties, email_id=JANE)))
    stores.apply(request(event(properties={"AGE": "old", "TAGS": ["b", "c"]}, email_id=JOHN)))
    erase(stores)
    assert "AGE" not in stores.directory.contacts([ContactId(2)])[ContactId(2)].attributes
    assert_replays_alike(stores)


def test_a_repeat_of_an_erased_event_does_not_bring_it_back(stores: Stores) -> None:
    """The caller's own id is remembered by its hash; the repeats that came before are gone too."""
    once = event(email_id=JANE) | {"event_id": "7"}
    stores.apply(request(once), request(once))
    erase(stores)
    stores.apply(request(once))
    assert stores.events.find(EventQuery()).count == 0
    stores.erasures.complete()
    assert bytes_of(journaled(stores)[:2]) == b"    "
    assert_replays_alike(stores)


def test_an_identifier_that_another_ones_event_named_goes(stores: Stores) -> None:
    """The event stays with its contact, and does not get the identifier when it is replayed."""
    stores.apply(request(event(email_id=JOHN)))
    stores.apply(request(event(email_id=JANE, phone_id="+33612345678")))
    stores.apply(request(event(email_id=JOHN, phone_id="0033 6 12 34 56 78") | {"odd": 1}))
    erase(stores)
    stores.erasures.complete()
    assert b"6 12" not in bytes_of(journaled(stores))
    verdict = stores.directory.verdicts(Position(3), Position(3))[Position(3)]
    assert [remark.code for remark in verdict.remarks] == ["unknown_field_ignored"]
    assert stores.directory.owners([Identifier(PHONE, "+33612345678")]) == {}
    assert_replays_alike(stores)


def test_remarks_on_identifiers_that_the_erased_one_never_had_stay(stores: Stores) -> None:
    """Of the kinds that the erased contact has, but with values of others."""
    stores.apply(request(event(ext_id="john", email_id=JOHN)))
    stores.apply(request(event(ext_id="joan", email_id=JANE, phone_id="+33612345679")))
    stores.apply(request(event(ext_id="john", email_id="j2@example.com", phone_id="+33612345679")))
    verdict = stores.directory.verdicts(Position(3), Position(3))[Position(3)]
    assert {remark.field for remark in verdict.remarks} == {
        "identifiers.email_id",
        "identifiers.phone_id",
    }
    stores.obey(DeleteContact(Named(kind=PHONE, value="+33612345679")))
    verdict = stores.directory.verdicts(Position(3), Position(3))[Position(3)]
    assert [remark.field for remark in verdict.remarks] == ["identifiers.email_id"]
    assert_replays_alike(stores)


def test_what_was_not_applied_goes_with_whom_it_names(stores: Stores) -> None:
    """Refused commands and events that were set aside are erased; their verdicts stay."""
    stores.apply(Request("settings", RECEIVED, "", b'{"attributes.unknown":"refuse"}'))
    stores.apply(request(event(properties={"NOPE": "Sesimbra"}, email_id=JANE)))
    stores.obey(CreateContact(changes(email_id=JANE, ext_id="x1")))
    stores.obey(CreateContact(changes(email_id=JANE)))
    stores.obey(UpdateContact(Named(kind=EXT_ID, value="x1"), changes(email_id="j2@example.com")))
    stores.apply(request(event(email_id=JANE, properties={"NOPE": "Sesimbra"})))
    erase(stores, "j2@example.com")
    stores.erasures.complete()
    text = bytes_of(journaled(stores))
    assert not any(part in text for part in (b"j2@", JANE.encode(), b"x1", b"Sesimbra"))
    verdicts = stores.directory.verdicts(Position(1), Position(10))
    assert [(each.position, each.verdict, each.message) for each in verdicts.values()] == [
        (2, "set_aside", ""),
        (4, "refused", ""),
        (6, "set_aside", ""),
    ]
    assert_replays_alike(stores)


def test_others_on_the_list_stay_on_it(stores: Stores) -> None:
    """A command that names several loses the erased one alone."""
    stores.apply(request(event(email_id=JANE)), request(event(email_id=JOHN)))
    stores.obey(CreateList("l", 1))
    stores.obey(AddToList(1, [Named(kind=EMAIL, value=JANE), Named(contact_id=2)]))
    stores.obey(AddToList(1, [Named(kind=EMAIL, value=JANE), Named(contact_id=2), Named(9)][:1]))
    erase(stores)
    assert [each.size for each in stores.directory.state().lists] == [1]
    assert_replays_alike(stores)


def test_a_list_command_stays_done_without_the_erased_one(stores: Stores) -> None:
    """What is left of it names nobody whom it puts on the list, and counts as before."""
    stores.apply(request(event(email_id=JANE)), request(event(email_id=JOHN)))
    stores.obey(CreateList("l", 1))
    stores.obey(AddToList(1, [Named(contact_id=2)]))
    stores.obey(AddToList(1, [Named(kind=EMAIL, value=JANE), Named(contact_id=2)]))
    erase(stores)
    assert_replays_alike(stores)


def test_two_are_erased_from_one_entry(stores: Stores) -> None:
    """Erasing goes on where the journal was rewritten before, sealed blocks included."""
    people = [f"p{number}@example.com" for number in range(4)]
    stores.apply(
        Request(
            "batch",
            RECEIVED,
            "key",
            json.dumps([event(email_id=each) for each in people]).encode(),
            4,
        ),
        order(*(UpdateContact(Named(contact_id=n), changes(ext_id=f"e{n}")) for n in range(1, 5))),
    )
    for each in people[:3]:
        erase(stores, each)
        stores.erasures.complete()
    text = bytes_of(journaled(stores))
    assert not any(each.encode() in text for each in people[:3])
    assert people[3].encode() in text
    assert b"e4" in text
    assert_replays_alike(stores)


def test_an_imported_contact_is_erased_with_its_row(stores: Stores) -> None:
    """What the import came to stays the same, refused rows and problems too."""
    stores.obey(BeginImport(ImportOptions(source="s", format="json")))
    stores.obey(StartProcess(1, 3, "json"))
    stores.obey(
        ImportContact(1, 1, ContactChanges(identifiers={EMAIL: JANE}, attributes={"A": "x"})),
        ImportContact(1, 2, ContactChanges(identifiers={EMAIL: JANE}, attributes={"A": 3})),
        ImportContact(1, 3, ContactChanges(identifiers={EMAIL: JOHN}, attributes={"A": "y"})),
    )
    stores.obey(EndProcess(1))
    process = stores.directory.process(1)
    erase(stores)
    stores.erasures.complete()
    assert JANE.encode() not in bytes_of(journaled(stores))
    assert stores.directory.process(1) == process
    assert [each.row for each in stores.directory.problems(1, 0, 10)] == [2]
    assert_replays_alike(stores)


def _row(number: int, process: int = 1, **identifiers: str) -> ImportContact:
    given = ContactChanges(identifiers=identifiers, attributes={"CITY": "Sesimbra"})
    return ImportContact(process, number, given)


def test_rows_to_come_bring_nobody_back(stores: Stores) -> None:
    """By whatever they name the erased one; rows of imports that are begun later are new words."""
    stores.obey(CreateContact(changes(**{EMAIL: JANE, EXT_ID: "j"})))
    stores.obey(BeginImport(ImportOptions(source="a", format="json")))
    stores.obey(BeginImport(ImportOptions(source="b", format="json")), StartProcess(1, 4, "json"))
    stores.obey(
        UpdateContact(Named(kind=EMAIL, value=JANE), changes(**{EMAIL: "jane@example.org"}))
    )
    erase(stores, "jane@example.org")
    stores.erasures.complete()
    late = (_row(1, email_id=JANE), _row(2, ext_id="j", email_id="other@example.com"))
    for number, each in enumerate(late, 1):
        [refusal] = stores.obey(each)
        assert isinstance(refusal, NotFound)
        [problem] = stores.directory.problems(1, number - 1, 1)
        assert (problem.row, problem.refused) == (number, True)
        assert JANE not in problem.message
    stores.obey(_row(3, email_id=JOHN), _row(1, process=2, email_id="jane@example.org"))
    assert stores.directory.state().next_contact_id == 3
    stores.obey(EndProcess(1), EndProcess(2))
    stores.obey(BeginImport(ImportOptions(source="c", format="json")), _row(1, 3, email_id=JANE))
    assert set(stores.directory.owners([Identifier(EMAIL, JANE)]).values()) == {3}
    erase(stores, JANE)
    stores.erasures.complete()
    text = bytes_of(journaled(stores))
    assert JANE.encode() not in text
    assert b"jane@example.org" not in text
    assert b"other@example.com" not in text
    assert JOHN.encode() in text
    assert stores.directory.erasing() == []
    assert_replays_alike(stores)


def test_rows_that_come_during_an_erasure_go_too(stores: Stores) -> None:
    """Whether the erasure is complete by then or not, and with a replay in between."""
    stores.obey(CreateContact(changes(**{EMAIL: JANE})))
    stores.obey(BeginImport(ImportOptions(source="a", format="json")), StartProcess(1, 9, "json"))
    erase(stores)
    stores.obey(_row(1, email_id=JANE))
    stores.erasures.complete()
    stores.obey(_row(2, email_id=JANE), _row(3, email_id=JOHN))
    process = stores.directory.process(1)
    assert process is not None
    assert (process.done, process.refused, process.created) == (3, 2, 1)
    before = stores.rebuilt()
    stores = Stores(stores.folder)
    stores.erasures.complete()
    assert JANE.encode() not in bytes_of(journaled(stores))
    assert stores.contents() == before
    assert stores.rebuilt() == before


def test_of_merged_contacts_no_row_brings_any_back(stores: Stores) -> None:
    """All that were erased together are remembered."""
    stores.obey(CreateContact(changes(**{EMAIL: JANE})), CreateContact(changes(**{EMAIL: JOHN})))
    stores.obey(MergeContacts(1, 2))
    stores.obey(BeginImport(ImportOptions(source="a", format="json")), StartProcess(1, 9, "json"))
    erase(stores)
    stores.erasures.complete()
    stores.obey(_row(1, email_id=JANE), _row(2, email_id=JOHN))
    stores.erasures.complete()
    assert stores.directory.state().next_contact_id == 3
    text = bytes_of(journaled(stores))
    assert JANE.encode() not in text
    assert JOHN.encode() not in text
    assert_replays_alike(stores)


def test_a_rebuild_completes_what_was_noted_before(tmp_path: Path) -> None:
    """What the directory knows of an erasure under way is used before it is thrown away."""
    data = DataDirectory(tmp_path)
    stores = Stores(tmp_path)
    stores.apply(request(event(properties={"CITY": "Sesimbra"}, email_id=JANE)))
    erase(stores)
    stores.close()
    rebuild(data, Settings(), lambda _done, _of: None)
    reopened = Stores(tmp_path)
    text = bytes_of(journaled(reopened))
    assert JANE.encode() not in text
    assert b"Sesimbra" not in text
    assert reopened.directory.erasing() == []
    reopened.close()


def test_an_identifier_stays_where_it_was_another_contact_s(stores: Stores) -> None:
    """Of an event that only mentions the erased contact, no more goes than what mentioned it.

    The event says who did it by a number that the erased contact came to later.
    """
    number, other, mail = "+33612345678", "+33612345679", "later@example.com"
    stores.apply(request(event(phone_id=number, ext_id="z", email_id="first@example.com")))
    stores.apply(request(event(phone_id=number, email_id=mail)))
    stores.obey(UpdateContact(Named(1), ContactChanges(identifiers={"phone_id": other})))
    stores.obey(CreateContact(ContactChanges(identifiers={"phone_id": number, "email_id": mail})))
    stores.obey(DeleteContact(Named(2)))
    stores.apply(request(event(ext_id="q")))
    assert_replays_alike(stores)
