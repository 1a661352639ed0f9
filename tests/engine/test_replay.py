"""Replaying events that were set aside: each once, like any event, and alike after a rebuild."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from footfall.attributes import AttributeDefinition
from footfall.commands import CreateAttribute, DeleteContact, Named
from footfall.contacts import ContactId
from footfall.identifiers import EMAIL, Identifier
from footfall.instants import SECOND
from footfall.ports import EventQuery
from footfall.records import Position, Replay, Request
from footfall.verdicts import Verdict
from tests.engine.stores import RECEIVED, Stores, event, order, request

JANE = "jane.doe@example.com"
LATER = RECEIVED + 3_600 * SECOND
TALL = event(properties={"HEIGHT": 180}, email_id=JANE)


def refusing() -> Request:
    return Request("settings", RECEIVED, "", b'{"attributes.unknown":"refuse"}')


def replay(position: int, body: dict[str, Any] = TALL) -> Request:
    text = json.dumps(body).encode()
    return Request("event", LATER, "key", text, replays=Replay(position, RECEIVED))


def verdict(stores: Stores, position: int) -> Verdict | None:
    place = Position(position)
    return stores.directory.verdicts(place, place).get(place)


def waiting(stores: Stores, reason: str = "") -> list[int]:
    found = stores.directory.set_aside(Position(0), Position(99), reason, 9)
    return [each.position for each in found]


def lately(stores: Stores, before: int = 99, limit: int = 9) -> list[int]:
    found = stores.directory.lately_set_aside(Position(before), limit)
    return [each.position for each in found]


def assert_replays_alike(stores: Stores) -> None:
    stores.erasures.complete()
    assert stores.directory.check() == []
    contents = stores.contents()
    assert stores.rebuilt() == contents


def test_what_was_set_aside_is_listed_until_it_is_replayed(stores: Stores) -> None:
    """The latest first, page by page; what was replayed is not in the list any more."""
    stores.apply(refusing())
    first, second, third = (stores.apply(request(TALL)) for _ in range(3))
    assert lately(stores) == [third, second, first]
    assert (lately(stores, limit=2), lately(stores, before=second)) == ([third, second], [first])
    stores.obey(CreateAttribute(AttributeDefinition("HEIGHT", "float")))
    stores.apply(replay(second))
    assert lately(stores) == [third, first]


def test_what_was_set_aside_is_applied_with_its_own_date(stores: Stores) -> None:
    """Once the cause is mended; the first verdict says where, and its ids are no obstacle."""
    stores.apply(refusing())
    first = stores.apply(request(TALL | {"event_id": "e1"}, idempotency_key="k1"))
    assert waiting(stores) == waiting(stores, "unknown_attribute") == [first]
    assert waiting(stores, "unreadable") == []
    stores.obey(CreateAttribute(AttributeDefinition("HEIGHT", "float")))
    second = stores.apply(replay(first, TALL | {"event_id": "e1"}))
    assert verdict(stores, second) is None
    told = verdict(stores, first)
    assert told is not None
    assert (told.verdict, told.replayed_as) == ("set_aside", second)
    [row] = stores.events.find(EventQuery()).events
    assert (row.position, row.date, row.contact_id) == (second, RECEIVED, 1)
    assert stores.directory.contacts([ContactId(1)])[ContactId(1)].attributes == {"HEIGHT": 180}
    assert waiting(stores) == []
    assert_replays_alike(stores)


def test_nothing_is_replayed_twice(stores: Stores) -> None:
    """Not in one run, nor in another; and nothing that was applied."""
    stores.apply(refusing())
    first = stores.apply(request(TALL), request(event(email_id="john@example.com")))
    stores.obey(CreateAttribute(AttributeDefinition("HEIGHT", "float")))
    second = stores.apply(replay(first), replay(first), replay(first + 1))
    stores.apply(replay(first))
    assert verdict(stores, second) is None
    for number, original in ((second + 1, first), (second + 2, first + 1), (second + 3, first)):
        told = verdict(stores, number)
        assert told is not None
        assert (told.verdict, told.duplicate_of) == ("duplicate", original)
    assert stores.events.find(EventQuery()).count == 2
    assert_replays_alike(stores)


def test_what_is_set_aside_again_can_be_replayed_again(stores: Stores) -> None:
    """From its new place, which is found; the way leads from verdict to verdict."""
    stores.apply(refusing())
    first = stores.apply(request(TALL))
    second = stores.apply(replay(first))
    assert waiting(stores) == [second]
    stores.obey(CreateAttribute(AttributeDefinition("HEIGHT", "float")))
    third = stores.apply(replay(second))
    told = [verdict(stores, each) for each in (first, second, third)]
    assert [each and each.replayed_as for each in told] == [second, third, None]
    assert stores.events.find(EventQuery()).count == 1
    assert_replays_alike(stores)


def test_a_replayed_event_is_erased_with_its_first(stores: Stores) -> None:
    """Neither place has a word of it, and a rebuild comes to the same."""
    stores.apply(refusing())
    first = stores.apply(request(TALL | {"event_id": "e1"}))
    stores.obey(CreateAttribute(AttributeDefinition("HEIGHT", "float")))
    second = stores.apply(replay(first, TALL | {"event_id": "e1"}))
    stores.obey(DeleteContact(Named(kind=EMAIL, value=JANE)))
    stores.erasures.complete()
    records = stores.journal.read(Position(0), 10**9)
    assert all(JANE.encode() not in each.body for record in records for each in record.requests)
    told = verdict(stores, first)
    assert told is not None
    assert told.replayed_as == second
    repeat = stores.apply(request(TALL | {"event_id": "e1"}, at=LATER))
    assert stores.directory.owners([Identifier(EMAIL, JANE)]) == {}
    told = verdict(stores, repeat)
    assert told is not None
    assert told.duplicate_of == first
    assert_replays_alike(stores)


def test_replays_do_not_depend_on_how_the_journal_is_cut(tmp_path: Path) -> None:
    """The first and its replay in one run, or each in its own."""
    found = []
    for size in (20_000, 1, 2):
        stores = Stores(tmp_path / str(size))
        stores.append([refusing()])
        stores.append([request(TALL)])
        stores.append([order(CreateAttribute(AttributeDefinition("HEIGHT", "float")))])
        stores.append([replay(2), replay(2)])
        stores.catch_up(size)
        found.append(stores.contents())
        stores.close()
    assert found[0] == found[1] == found[2]
