"""The engine's pipeline on real stores: attribution, verdicts, repeats, exactly once."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from footfall.contacts import Contact, ContactId
from footfall.engine.decoding import decode
from footfall.errors import OutOfSpace, Unavailable
from footfall.identifiers import Identifier
from footfall.ports import EventQuery, EventRow
from footfall.records import Position, Request
from footfall.verdicts import Verdict
from tests.engine.stores import RECEIVED, Stores, event, request


def contact(stores: Stores, kind: str, value: str) -> Contact:
    identifier = Identifier(kind, value)
    owner = stores.directory.owners([identifier])[identifier]
    return stores.directory.contacts([owner])[owner]


def verdict(stores: Stores, position: int) -> Verdict | None:
    return stores.directory.verdicts(Position(position), Position(position)).get(Position(position))


def listed(stores: Stores, **query: Any) -> list[EventRow]:
    return stores.events.find(EventQuery(**query)).events


def test_an_event_creates_its_contact_with_attributes(stores: Stores) -> None:
    """An unknown contact is created with the identifiers and attributes that the event names."""
    stores.apply(
        request(event(email_id="Jane.Doe@example.com", properties={"age": 32, "GENDER": "F"}))
    )
    found = contact(stores, "email_id", "jane.doe@example.com")
    assert found.id == 1
    assert found.attributes == {"AGE": 32, "GENDER": "F"}
    assert [row.contact_id for row in listed(stores)] == [1]
    assert verdict(stores, 1) is None


def test_ext_id_decides_before_email(stores: Stores) -> None:
    """Of two known contacts the ext_id's wins, nothing is merged, and the verdict says so."""
    stores.apply(
        request(event(email_id="a@example.com")),
        request(event(ext_id="b")),
        request(event(ext_id="b", email_id="a@example.com")),
    )
    noted = verdict(stores, 3)
    assert noted is not None
    assert noted.contact_id == 2
    assert [remark.code for remark in noted.remarks] == ["identifier_conflict"]
    assert contact(stores, "email_id", "a@example.com").id == 1


def test_further_identifiers_are_added(stores: Stores) -> None:
    """An event's further identifiers name its contact from then on."""
    stores.apply(request(event(email_id="a@example.com", phone_id="+33612345678")))
    stores.apply(request(event(phone_id="0033 6 12 34 56 78", ext_id="x")))
    assert contact(stores, "ext_id", "x").id == contact(stores, "email_id", "a@example.com").id


def test_a_contact_dates_from_the_receipt_of_its_first_event(stores: Stores) -> None:
    """Whatever the event's own date; a later event changes when it was changed, not created."""
    old = event(email_id="a@example.com") | {"event_date": "1999-12-31"}
    stores.apply(request(old, at=RECEIVED + 5))
    made = contact(stores, "email_id", "a@example.com")
    assert (made.created_at, made.modified_at) == (RECEIVED + 5, RECEIVED + 5)
    stores.apply(request(event(email_id="a@example.com", properties={"AGE": 1}), at=RECEIVED + 9))
    changed = contact(stores, "email_id", "a@example.com")
    assert (changed.created_at, changed.modified_at) == (RECEIVED + 5, RECEIVED + 9)


def test_an_unknown_contact_id_is_set_aside(stores: Stores) -> None:
    """An event for a contact_id that nobody has changes nothing and keeps its verdict."""
    stores.apply(request(event(contact_id=7, email_id="a@example.com")))
    noted = verdict(stores, 1)
    assert noted is not None
    assert (noted.verdict, noted.reason) == ("set_aside", "unknown_contact_id")
    assert listed(stores) == []
    assert stores.directory.owners([Identifier("email_id", "a@example.com")]) == {}


def test_contact_id_wins_over_everything(stores: Stores) -> None:
    """contact_id names the contact whatever the other identifiers say."""
    stores.apply(request(event(email_id="a@example.com")), request(event(email_id="b@example.com")))
    stores.apply(request(event(contact_id=1, email_id="b@example.com")))
    assert [row.contact_id for row in listed(stores, contact_ids=(ContactId(1),))] == [1, 1]


@pytest.mark.parametrize("split", [False, True], ids=["in one run", "in two runs"])
def test_a_repeat_counts_once(stores: Stores, split: bool) -> None:
    """A repeated Idempotency-Key is a duplicate of the first, within a run and across runs."""
    first = request(event(email_id="a@example.com"), idempotency_key="k")
    if split:
        stores.apply(first)
        stores.apply(first)
    else:
        stores.apply(first, first)
    noted = verdict(stores, 2)
    assert noted is not None
    assert (noted.verdict, noted.duplicate_of) == ("duplicate", 1)
    assert len(listed(stores)) == 1


def test_an_event_with_two_ids_has_repeats_by_either(stores: Stores) -> None:
    """Its Idempotency-Key names it and its event_id does, whichever of them comes again."""
    body = event(email_id="a@example.com")
    both = request(body | {"event_id": "e-1"}, idempotency_key="k")
    stores.apply(both, request(body, idempotency_key="k"), request(body | {"event_id": "e-1"}))
    assert [each and each.duplicate_of for each in (verdict(stores, 2), verdict(stores, 3))] == [
        1,
        1,
    ]


def test_a_repeat_after_the_window_is_a_new_event(stores: Stores) -> None:
    """After seven days the same key names another event, which then has repeats of its own."""
    body = event(email_id="a@example.com") | {"event_id": "e-1"}
    later = RECEIVED + 7 * 24 * 3600 * 1_000_000_000
    stores.apply(request(body), request(body, at=later))
    stores.apply(request(body, at=later + 1), request(body, at=later + 2))
    assert len(listed(stores)) == 2
    noted = verdict(stores, 4)
    assert noted is not None
    assert noted.duplicate_of == 3


def test_two_equal_events_without_an_id_are_two(stores: Stores) -> None:
    """Without an id of the caller's own, nothing is taken for a repeat."""
    same = request(event(email_id="a@example.com"))
    stores.apply(same, same)
    assert len(listed(stores)) == 2


def test_an_ignored_value_is_named(stores: Stores) -> None:
    """A value of the wrong type and an unknown field are ignored, and the verdict names them."""
    stores.apply(request(event(email_id="a@example.com", properties={"AGE": 32})))
    body = event(email_id="a@example.com", properties={"AGE": "old"}) | {"page": "/x"}
    stores.apply(request(body))
    noted = verdict(stores, 2)
    assert noted is not None
    assert {remark.field for remark in noted.remarks} == {"page", "contact_properties.AGE"}
    assert contact(stores, "email_id", "a@example.com").attributes == {"AGE": 32}


def test_a_body_that_cannot_be_read_is_set_aside(stores: Stores) -> None:
    """What an older or newer version accepted and this one cannot read holds nothing up."""
    stores.apply(request(b"no json"), request(event(email_id="a@example.com")))
    noted = verdict(stores, 1)
    assert noted is not None
    assert (noted.verdict, noted.reason) == ("set_aside", "unreadable")
    assert len(listed(stores)) == 1


def test_rules_hold_from_their_position_on(stores: Stores) -> None:
    """attributes.unknown works as it stood in the journal when the event came."""
    stores.apply(
        request(event(email_id="a@example.com", properties={"A": 1})),
        Request("settings", RECEIVED, "", b'{"attributes.unknown":"ignore"}'),
        request(event(email_id="a@example.com", properties={"B": 1})),
        Request("settings", RECEIVED, "", b'{"attributes.unknown":"refuse"}'),
        request(event(email_id="a@example.com", properties={"C": 1})),
    )
    assert contact(stores, "email_id", "a@example.com").attributes == {"A": 1}
    assert [noted.verdict if (noted := verdict(stores, n)) else None for n in (1, 3, 5)] == [
        None,
        "applied",
        "set_aside",
    ]


def some_history(count: int, seed: int = 1) -> list[list[Request]]:
    """Records of events that create, find, conflict, repeat, change attributes and fail."""
    chance = random.Random(seed)
    records: list[list[Request]] = []
    made = 0
    while made < count:
        record = []
        for _ in range(min(count - made, chance.randint(1, 9))):
            identifiers: dict[str, Any] = {}
            if chance.random() < 0.6:
                identifiers["email_id"] = f"p{chance.randrange(30)}@example.com"
            if chance.random() < 0.4:
                identifiers["ext_id"] = f"x{chance.randrange(30)}"
            if chance.random() < 0.1 or not identifiers:
                identifiers["contact_id"] = chance.randrange(1, 60)
            properties = {
                f"A{chance.randrange(4)}": chance.choice([1, "1", True, None, ["x"], 2.5])
            }
            body = event(f"name{chance.randrange(5)}", properties=properties, **identifiers)
            key = f"k{chance.randrange(40)}" if chance.random() < 0.3 else ""
            record.append(request(body, at=RECEIVED + made, idempotency_key=key))
            made += 1
        records.append(record)
    return records


def test_the_result_does_not_depend_on_the_runs(tmp_path: Path) -> None:
    """The same journal applied in runs of any size gives identical directories and event stores."""
    contents = []
    for size in (1, 7, 10_000):
        stores = Stores(tmp_path / str(size))
        for record in some_history(150):
            stores.append(record)
        stores.catch_up(size)
        contents.append(stores.contents())
        stores.close()
    assert contents[0] == contents[1] == contents[2]


def test_a_run_that_failed_after_the_event_store_is_applied_once(stores: Stores) -> None:
    """When the directory's commit fails after the rows are kept, the repeat doubles nothing."""
    records = some_history(60)
    for record in records:
        stores.append(record)
    pending = decode(stores.journal.read(Position(0), 25))
    rows_before_commit = stores.directory.apply

    def fail(changes: object) -> None:
        raise Unavailable("no commit")

    stores.directory.apply = fail  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        stores.pipeline.apply(pending)
    stores.directory.apply = rows_before_commit  # type: ignore[method-assign]
    assert stores.pipeline.position == 0
    stores.catch_up(7)
    positions = [row.position for row in stores.events.dump()]
    assert len(positions) == len(set(positions)) == stores.directory.state().totals["applied"]


def test_a_run_whose_rows_are_not_kept_moves_nothing(stores: Stores) -> None:
    """The directory commits a run after the event store has it: a kill between them loses none."""
    for record in some_history(60):
        stores.append(record)
    pending = decode(stores.journal.read(Position(0), 25))
    append = stores.events.append

    def fail(rows: object) -> None:
        raise OutOfSpace("no room")

    stores.events.append = fail  # type: ignore[method-assign]
    with pytest.raises(OutOfSpace):
        stores.pipeline.apply(pending)
    stores.events.append = append  # type: ignore[method-assign]
    assert stores.pipeline.position == stores.directory.position() == 0
    stores.catch_up(7)
    positions = [row.position for row in stores.events.dump()]
    assert len(positions) == len(set(positions)) == stores.directory.state().totals["applied"]


def test_every_entry_has_exactly_one_verdict(stores: Stores) -> None:
    """applied + duplicate + set aside is the number of events journaled."""
    for record in some_history(120, seed=2):
        stores.append(record)
    stores.catch_up(13)
    totals = stores.directory.state().totals
    assert sum(totals.values()) == stores.journal.head() == 120


def test_each_event_of_a_batch_has_its_position(stores: Stores) -> None:
    """The accepted events of a mixed batch are applied in order, each at a position of its own."""
    good = [event(f"n{number}", ext_id="b") for number in range(3)]
    body = json.dumps({"events": [good[0], {"event_name": ""}, good[1], good[2]]}).encode()
    batch = Request("batch", RECEIVED, "key", body, count=3, refused=(1,), idempotency_key="k")
    stores.apply(batch, batch)
    assert [(row.position, row.name) for row in reversed(listed(stores))] == [
        (1, "n0"),
        (2, "n1"),
        (3, "n2"),
    ]
    originals = [noted.duplicate_of for n in (4, 5, 6) if (noted := verdict(stores, n))]
    assert originals == [1, 2, 3]


def test_a_batch_that_cannot_be_read_is_set_aside_whole(stores: Stores) -> None:
    """Every position of an unreadable batch has its verdict."""
    stores.apply(Request("batch", RECEIVED, "key", b"no json", count=2))
    assert [noted.reason for n in (1, 2) if (noted := verdict(stores, n))] == ["unreadable"] * 2
