"""Events that go by their age: what is left, and that it is what follows from the others."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.bootstrap import DataDirectory, forget
from footfall.commands import ContactChanges, DeleteContact, Named, UpdateContact
from footfall.contacts import ContactId
from footfall.engine.doctor import compare
from footfall.engine.forgetting import Forgettable, forgettable, is_complete, without_events
from footfall.identifiers import EMAIL, EXT_ID
from footfall.instants import DAY
from footfall.ports import EventQuery
from footfall.records import Position, Replay, Request
from footfall.settings import Settings
from tests.engine.stores import RECEIVED, Stores, event, order, request
from tests.searching import examples

JANE: Final = "jane.doe@example.com"
JOHN: Final = "john.roe@example.com"
LATER: Final = RECEIVED + 10 * DAY


BOUGHT: Final = {"type": "did", "event": "bought"}
NOT_BOUGHT: Final = {"type": "did_not", "event": "bought"}
TWICE: Final = BOUGHT | {"count": {"operator": "at_least", "value": 2}}
SAME: Final = {
    *("contacts", "identifiers", "attributes", "history", "lists", "memberships"),
    *("members", "merges", "verdicts", "repeats", "introductions"),
}
"""Tables of the directory that have the same after events were forgotten."""


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = Stores(tmp_path / "data")
    yield opened
    opened.close()


def forgotten(stores: Stores, before: int = LATER) -> Stores:
    """The stores after events from before that moment were forgotten; they are closed before."""
    stores.close()
    forget(DataDirectory(stores.folder), Settings(), before, lambda _done, _of: None)
    return Stores(stores.folder)


def journaled(stores: Stores) -> list[Request]:
    records = stores.journal.read(Position(0), 10**9)
    return [request for record in records for request in record.requests]


def members(stores: Stores, segment_id: int) -> set[ContactId]:
    return stores.directory.member_ids(segment_id)


def full(name: str, email: str, **more: Any) -> dict[str, Any]:
    """An event that says all that an event can say."""
    return {
        "event_name": name,
        "identifiers": {"email_id": email, "wechat_id": "aubergine"},
        "event_date": "2020-02-02",
        "contact_properties": {"CITY": "Porto"},
        "event_properties": {"dish": "aubergine"},
        "object": {"type": "aubergine", "identifiers": {"ext_id": "aubergine"}},
        "aubergine": 1,
    } | more


def test_the_event_goes_and_what_it_did_to_contacts_stays(stores: Stores) -> None:
    """Nothing of name, date, object, properties or unknown fields is left in the journal."""
    stores.apply(request(full("cooked aubergine", JANE)))
    batch = [full("aubergine", JOHN), event("eaten", ext_id="x"), event(email_id=JANE)]
    body = json.dumps({"events": batch}).encode()
    stores.apply(Request("batch", RECEIVED + 1, "key", body, 2, refused=(2,)))
    stores.apply(request(event("kept", email_id=JANE), at=LATER))
    before = stores.directory.contacts([ContactId(1), ContactId(2), ContactId(3)])
    histories = [stores.directory.history(id_, None, 10) for id_ in before]

    after = forgotten(stores)
    assert [row.name for row in after.events.find(EventQuery()).events] == ["kept"]
    assert set(after.directory.names()) == {"kept"}
    assert after.directory.contacts(list(before)) == before
    assert [after.directory.history(id_, None, 10) for id_ in before] == histories
    assert b"aubergine" not in b"".join(each.body for each in journaled(after))
    assert after.directory.state().totals == {"applied": 1, "forgotten": 3}
    assert compare(after.journal, after.directory, after.events, lambda _done, _of: None) == []
    after.close()
    for path in stores.folder.rglob("*"):
        assert not path.is_file() or b"aubergine" not in path.read_bytes(), path


def test_members_are_those_whom_the_events_find_that_are_left(stores: Stores) -> None:
    """Who was in by events that went is out; who was out by them is in; the others stay."""
    for email in (JANE, JOHN):
        stores.apply(request(event("bought", email_id=email)))
    buyers, others = stores.create_segment(BOUGHT), stores.create_segment(NOT_BOUGHT)
    stores.apply(request(event("bought", email_id=JOHN), at=LATER))
    assert (members(stores, buyers), members(stores, others)) == ({1, 2}, set())
    after = forgotten(stores)
    assert (members(after, buyers), members(after, others)) == ({2}, {1})
    after.close()


def test_repeats_are_still_known(stores: Stores) -> None:
    """By `event_id` and by `Idempotency-Key`, from before and from after the moment."""
    stores.apply(request(event("a", email_id=JANE) | {"event_id": "1"}))
    stores.apply(request(event("b", email_id=JANE), idempotency_key="k"))
    after = forgotten(stores, RECEIVED + 1)
    places = [
        after.apply(request(event("a", email_id=JANE) | {"event_id": "1"}, at=RECEIVED + DAY)),
        after.apply(request(event("b", email_id=JANE), idempotency_key="k", at=RECEIVED + DAY)),
    ]
    found = after.directory.verdicts(Position(1), Position(4))
    assert [found[place].duplicate_of for place in places] == [1, 2]
    after.close()


def test_what_was_set_aside_stays_set_aside(stores: Stores) -> None:
    """Also where it was replayed since, and where nobody can read it."""
    first = stores.apply(request(event("a", contact_id=4711)))
    text = json.dumps(event("a", email_id=JANE)).encode()
    replays = Replay(first, RECEIVED)
    second = stores.apply(Request("event", LATER, "key", text, replays=replays))
    third = stores.apply(request(b"{"))
    after = forgotten(stores)
    verdicts = after.directory.verdicts(first, third)
    assert verdicts[first].replayed_as == second
    assert [(each.verdict, each.reason) for each in verdicts.values()] == [
        ("set_aside", "unknown_contact_id"),
        ("set_aside", "unreadable"),
    ]
    assert [row.position for row in after.events.find(EventQuery()).events] == [second]
    after.close()


def test_a_forgotten_event_goes_with_its_contact(stores: Stores) -> None:
    """An erasure finds it though the event store does not know it any more."""
    stores.apply(request(event("a", properties={"CITY": "Porto"}, email_id=JANE)))
    stores.apply(request(event("b", email_id=JANE, ext_id="x")), request(event(email_id=JOHN)))
    after = forgotten(stores)
    after.obey(DeleteContact(Named(kind=EXT_ID, value="x")), at=LATER)
    after.erasures.complete()
    text = b"".join(each.body for each in journaled(after))
    assert JANE.encode() not in text
    assert b"Porto" not in text
    assert JOHN.encode() in text
    findings = compare(after.journal, after.directory, after.events, lambda _done, _of: None)
    contents = after.contents()
    assert after.rebuilt() == contents
    assert findings == []


def test_a_repeat_goes_on_where_it_was_interrupted(stores: Stores) -> None:
    """What the journal forgot and the stores still have is told, and is done by a repeat."""
    stores.apply(request(event("a", email_id=JANE)), request(event("b", email_id=JANE)))
    none = Forgettable(due=2, first=RECEIVED, forgotten=0)
    assert forgettable(stores.journal, LATER) == none
    assert is_complete(stores.directory, none)
    stores.journal.rewrite([Position(1)], lambda record: without_events(record, LATER))
    half = forgettable(stores.journal, LATER)
    assert half == Forgettable(due=0, first=None, forgotten=2)
    assert not is_complete(stores.directory, half)
    assert compare(stores.journal, stores.directory, stores.events, lambda _done, _of: None)
    after = forgotten(stores)
    assert is_complete(after.directory, forgettable(after.journal, LATER))
    assert after.events.find(EventQuery()).events == []
    after.close()


class Step(NamedTuple):
    """One request of a life."""

    kind: str
    who: str
    name: str
    value: str
    key: str


steps = st.builds(
    Step,
    st.sampled_from(["event", "event", "event", "batch", "update", "erase"]),
    st.sampled_from([JANE, JOHN, ""]),
    st.sampled_from(["bought", "viewed"]),
    st.sampled_from(["", "u", "v"]),
    st.sampled_from(["", "", "k1", "k2"]),
)


def journal_of(life: Sequence[Step]) -> Iterator[Request]:
    """Each a day after the one before."""
    for day, step in enumerate(life):
        at = RECEIVED + day * DAY
        who: dict[str, Any] = {"email_id": step.who} if step.who else {"contact_id": 2}
        one = event(step.name, properties={"A": step.value}, **who)
        named = Named(kind=EMAIL, value=step.who) if step.who else Named(2)
        match step.kind:
            case "batch":
                body = json.dumps([one, event(step.name, ext_id=f"x{step.value}")]).encode()
                yield Request("batch", at, "key", body, 2, idempotency_key=step.key)
            case "update":
                yield order(UpdateContact(named, ContactChanges(attributes={"A": "w"})), at=at)
            case "erase":
                yield order(DeleteContact(named), at=at)
            case _:
                yield request(one, at=at, idempotency_key=step.key)


def apply_each(stores: Stores, requests: Sequence[Request]) -> None:
    for each in requests:
        stores.apply(each)
    stores.erasures.complete()


def same(contents: tuple[list[Any], list[Any]]) -> list[Any]:
    return [(table, row) for table, row in contents[0] if table in SAME]


@given(life=st.lists(steps, min_size=1, max_size=14), part=st.floats(0, 1), rest=st.integers(0, 4))
@settings(max_examples=examples(6), deadline=None)
def test_what_is_left_is_what_follows_from_the_events_that_are_left(
    life: list[Step], part: float, rest: int
) -> None:
    """Whatever came, before and after the moment: contacts are as if nothing had gone, events and
    memberships as if what went had never come; and a rebuild comes to the same."""
    before = RECEIVED + int(part * len(life)) * DAY
    requests = list(journal_of(life))
    come, later = requests[: len(requests) - rest], requests[len(requests) - rest :]
    with tempfile.TemporaryDirectory() as folder:
        stores = Stores(Path(folder))
        ids = [stores.create_segment(one) for one in (BOUGHT, NOT_BOUGHT, TWICE)]
        apply_each(stores, come)
        contents = stores.contents()

        after = forgotten(stores, before)
        assert same(after.contents()) == same(contents)
        left = [row for row in contents[1] if row.received_at >= before]
        assert list(after.events.dump()) == left
        bought = Counter(row.contact_id for row in left if row.name == "bought")
        everybody = set(map(ContactId, after.directory.contact_ids().tolist()))
        assert [members(after, id_) for id_ in ids] == [
            set(bought),
            everybody - set(bought),
            {id_ for id_, count in bought.items() if count > 1},
        ]
        findings = compare(after.journal, after.directory, after.events, lambda _done, _of: None)
        assert findings == []

        apply_each(after, later)
        contents = after.contents()
        assert after.rebuilt() == contents
