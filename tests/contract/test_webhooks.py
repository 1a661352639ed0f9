"""What the port `Webhooks` guarantees, against every implementation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from footfall.backends.sqlite.webhooks import SqliteWebhooks
from footfall.contacts import ContactId
from footfall.ports import Webhooks
from footfall.records import Position
from footfall.webhooks import KEPT_FOR, MAX_KEPT, NOWHERE, Delivery, Place, Taken

NOW: Final = 1_700_000_000_000_000_000


@pytest.fixture(params=[pytest.param(SqliteWebhooks, id="sqlite")])
def webhooks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Webhooks]:
    opened: Webhooks = request.param(tmp_path / "webhooks.db")
    yield opened
    opened.close()


def delivery(webhook_id: int, position: int, contact_id: int = 1) -> Delivery:
    place = Place(position, NOW, ContactId(contact_id), 1)
    return Delivery(webhook_id=webhook_id, place=place, entered=True, cause="event")


def taken(one: Delivery, at: int = NOW) -> Taken:
    return Taken(delivery=one, at=at, duration=5, status=202)


def test_webhooks_come_and_go_with_what_waits(webhooks: Webhooks) -> None:
    """A webhook is kept with its secret, and goes with its deliveries; ids are not used again."""
    first = webhooks.create("https://example.com/a", [1, 2], "whsec_a", NOWHERE, NOW)
    second = webhooks.create(
        "https://example.com/b", [], "whsec_b", Place(3, 4, ContactId(5), 6), NOW
    )
    assert webhooks.all() == [first, second]
    assert (webhooks.secret(first.id), webhooks.secret(99)) == ("whsec_a", None)
    webhooks.take_up(second.id, [delivery(second.id, 1)], NOWHERE)
    assert webhooks.remove(second.id)
    assert not webhooks.remove(second.id)
    assert webhooks.all() == [first]
    webhooks.take_up(second.id, [delivery(second.id, 1)], NOWHERE)
    assert webhooks.deliveries(second.id, parked=False, limit=10) == []
    assert webhooks.create("https://example.com/c", [], "c", NOWHERE, NOW).id == second.id + 1


def test_what_an_entry_led_to_is_found_by_its_position(webhooks: Webhooks) -> None:
    """What waits, what is parked and what was taken, of every webhook; nothing of other entries."""
    one, other, gone = (
        webhooks.create(f"https://example.com/{name}", [], name, NOWHERE, NOW).id for name in "abc"
    )
    for id_ in (one, other, gone):
        webhooks.take_up(id_, [delivery(id_, position) for position in (6, 7, 8)], NOWHERE)
    parked = msgspec.structs.replace(delivery(other, 7), parked=True, attempts=9, problem="No")
    webhooks.settle([taken(delivery(one, 7)), taken(delivery(one, 8))], [], [parked])
    webhooks.remove(gone)
    assert webhooks.told_of(Position(7), 10) == ([parked], [taken(delivery(one, 7))])
    assert webhooks.told_of(Position(6), 10) == ([delivery(one, 6), delivery(other, 6)], [])
    assert webhooks.told_of(Position(6), 1) == ([delivery(one, 6)], [])
    assert webhooks.told_of(Position(9), 10) == ([], [])


def test_what_is_taken_up_waits_in_order_until_it_is_settled(webhooks: Webhooks) -> None:
    """Deliveries come in order, once however often they are taken up, and are counted."""
    id_ = webhooks.create("https://example.com/a", [], "a", NOWHERE, NOW).id
    some = [delivery(id_, position) for position in (2, 1, 3)]
    for _ in range(2):
        webhooks.take_up(id_, some, some[-1].place)
    ordered = sorted(some, key=lambda one: one.place)
    assert webhooks.deliveries(id_, parked=False, limit=10) == ordered
    assert webhooks.deliveries(id_, parked=False, limit=1) == ordered[:1]
    failed = msgspec.structs.replace(ordered[2], attempts=9, parked=True, problem="why", due=NOW)
    webhooks.settle([taken(ordered[0])], [ordered[1]], [failed])
    [webhook] = webhooks.all()
    assert (webhook.delivered, webhook.waiting, webhook.parked) == (1, 0, 1)
    assert webhook.reached == some[-1].place
    assert webhooks.deliveries(id_, parked=True, limit=10) == [failed]
    assert webhooks.taken(id_, 0, 10) == [taken(ordered[0])]


def test_what_failed_is_tried_again(webhooks: Webhooks) -> None:
    """What is parked and what waits after a failure is due again; the others stay as they are."""
    id_ = webhooks.create("https://example.com/a", [], "a", NOWHERE, NOW).id
    some = [delivery(id_, position) for position in (1, 2, 3)]
    webhooks.take_up(id_, some, some[-1].place)
    parked = msgspec.structs.replace(some[0], attempts=9, parked=True, problem="why", due=NOW)
    failed = msgspec.structs.replace(some[1], attempts=2, problem="why", due=NOW + 100)
    webhooks.settle([], [], [parked, failed])
    assert webhooks.deliveries(id_, parked=True, limit=10) == [parked]
    assert webhooks.retry(id_, NOW + 1) == 2
    assert webhooks.deliveries(id_, parked=True, limit=10) == []
    *again, untried = webhooks.deliveries(id_, parked=False, limit=10)
    assert [(one.place, one.attempts, one.due) for one in again] == [
        (one.place, 0, NOW + 1) for one in some[:2]
    ]
    assert untried == some[2]
    assert webhooks.retry(id_, NOW + 2) == 0


def test_a_webhook_is_changed_and_keeps_the_rest(webhooks: Webhooks) -> None:
    """Address and segments change; secret, count and what waits stay. Nobody else's change."""
    place = Place(3, 4, ContactId(5), 6)
    one, other = (webhooks.create(f"https://{n}.example.com", [], n, place, NOW) for n in "ab")
    webhooks.take_up(
        one.id, [delivery(one.id, 4), delivery(one.id, 5)], Place(9, 9, ContactId(9), 9)
    )
    webhooks.settle([taken(delivery(one.id, 4))], [], [])
    before, _ = webhooks.all()
    assert webhooks.change(one.id, "https://c.example.com", [7])
    changed = msgspec.structs.replace(before, url="https://c.example.com", segment_ids=(7,))
    assert webhooks.all() == [changed, other]
    assert webhooks.secret(one.id) == "a"
    assert webhooks.deliveries(one.id, parked=False, limit=10) == [delivery(one.id, 5)]
    assert not webhooks.change(99, "https://c.example.com", [])


def test_what_was_taken_is_remembered_for_a_while(webhooks: Webhooks) -> None:
    """The latest come first; what is too old or too much is forgotten, and so is a webhook's."""
    id_ = webhooks.create("https://example.com/a", [], "a", NOWHERE, NOW).id
    other = webhooks.create("https://example.com/b", [], "b", NOWHERE, NOW).id
    some = [taken(delivery(id_, n), NOW + n) for n in range(MAX_KEPT + 3)]
    webhooks.settle([taken(delivery(other, 1))], [], [])
    webhooks.settle(some, [], [])
    assert webhooks.taken(id_, 0, 2 * MAX_KEPT) == some[:2:-1]
    assert webhooks.taken(id_, some[-2].at, 10) == some[:-3:-1]
    late = taken(delivery(id_, 5_000), NOW + 10 + KEPT_FOR)
    webhooks.settle([late], [], [])
    kept = webhooks.taken(id_, 0, 2 * MAX_KEPT)
    assert kept == [late, *some[:9:-1]]
    assert webhooks.taken(other, 0, 10) == [taken(delivery(other, 1))]
    assert webhooks.remove(other)
    assert webhooks.taken(other, 0, 10) == []
    webhooks.settle([taken(delivery(other, 1))], [], [])
    assert webhooks.taken(other, 0, 10) == []


def test_any_delivery_is_sent_again(webhooks: Webhooks) -> None:
    """One that was taken waits again and no more counts as taken; so does one that is parked."""
    id_ = webhooks.create("https://example.com/a", [], "a", NOWHERE, NOW).id
    done, parked, waiting = (delivery(id_, n) for n in (1, 2, 3))
    webhooks.take_up(id_, [done, parked, waiting], waiting.place)
    failed = msgspec.structs.replace(parked, attempts=9, parked=True, problem="why", due=NOW)
    webhooks.settle([taken(msgspec.structs.replace(done, attempts=2))], [], [failed])
    for one in (done, parked):
        assert webhooks.send_again(id_, one.place, NOW + 1)
    first, second, third = webhooks.deliveries(id_, parked=False, limit=10)
    assert first == msgspec.structs.replace(done, due=NOW + 1)
    assert (second.place, second.attempts, second.due) == (parked.place, 0, NOW + 1)
    assert third == waiting
    assert webhooks.taken(id_, 0, 10) == []
    assert not webhooks.send_again(id_, delivery(id_, 9).place, NOW)
    assert not webhooks.send_again(99, done.place, NOW)
