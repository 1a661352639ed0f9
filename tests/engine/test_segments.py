"""Segments in the engine, on real stores: who is in them follows what happens, and time."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

import pytest

from footfall.commands import (
    ActivateSegment,
    AddToList,
    CancelSegmentChange,
    ContactChanges,
    CreateContact,
    CreateList,
    CreateSegment,
    DeleteAttribute,
    DeleteContact,
    DeleteList,
    DeleteSegment,
    EmptyList,
    Named,
    PassTime,
    RemoveFromList,
    UpdateContact,
    UpdateSegment,
)
from footfall.contacts import ContactId
from footfall.engine.outcomes import Done
from footfall.errors import InvalidParameter, NotFound
from footfall.instants import DAY, SECOND, format_instant
from footfall.ports import PassageCursor
from footfall.records import Position, Request
from footfall.segments.definition import encode
from footfall.segments.following import Passage
from footfall.segments.reading import read_definition
from footfall.webhooks import NOWHERE, place_of
from tests.engine.stores import RECEIVED, Stores, event, order, request
from tests.engine.test_erasure import assert_replays_alike

BOUGHT: Final = {"type": "did", "event": "bought"}
LATELY: Final = BOUGHT | {"when": {"type": "last", "amount": 30, "unit": "days"}}
GROWN_UP: Final = {
    "type": "attribute",
    "name": "AGE",
    "test": {"operator": "at_least", "value": 18},
}


def members(stores: Stores, segment_id: int) -> list[int]:
    found = [one.contact_id for one in stores.directory.members(segment_id, ContactId(0), 100)]
    [segment] = [one for one in stores.directory.state().segments if one.id == segment_id]
    assert segment.size == len(found)
    assert stores.directory.check() == []
    return list(found)


def passages(stores: Stores, **of: Any) -> list[tuple[int, bool, int, str]]:
    """Contact, whether it entered, the moment since the first event, and the cause; in order."""
    return [
        (one.contact_id, one.entered, one.at - RECEIVED, one.cause)
        for one in reversed(stores.directory.passages(limit=100, **of))
    ]


def bought(email: str = "a@example.com", date: int | None = None) -> dict[str, Any]:
    dated = {} if date is None else {"event_date": format_instant(date)}
    return event("bought", email_id=email) | dated


def definition(condition: Any) -> bytes:
    return encode(read_definition({"version": 1, "condition": condition}))


def test_a_segment_has_those_who_did_it_before(stores: Stores) -> None:
    """The members of a new segment are found over all that happened before it."""
    stores.apply(request(bought()), request(event(email_id="b@example.com")))
    id_ = stores.create_segment(BOUGHT)
    assert members(stores, id_) == [1]
    assert passages(stores, segment_id=id_) == [(1, True, 0, "definition")]


def test_an_event_lets_its_contact_in(stores: Stores) -> None:
    """An event that the definition mentions moves its contact at once, known or new."""
    stores.apply(request(event(email_id="a@example.com")))
    id_ = stores.create_segment(BOUGHT)
    assert members(stores, id_) == []
    stores.apply(request(bought(), at=RECEIVED + 5), request(bought("b@example.com")))
    assert members(stores, id_) == [1, 2]
    assert passages(stores) == [(1, True, 5, "event"), (2, True, 5, "event")]


def test_changes_of_contacts_move_them(stores: Stores) -> None:
    """Attributes and lists move contacts in and out, whoever changed them."""
    stores.obey(CreateList("a list", 1))
    grown_up = stores.create_segment(GROWN_UP)
    listed = stores.create_segment({"type": "list", "id": 1})
    stores.apply(request(event(email_id="a@example.com", properties={"AGE": 17})))
    assert members(stores, grown_up) == []
    one = Named(contact_id=1)
    stores.obey(UpdateContact(one, ContactChanges(attributes={"AGE": 18}, list_ids=[1])))
    assert (members(stores, grown_up), members(stores, listed)) == ([1], [1])
    stores.obey(RemoveFromList(1, [one]))
    stores.apply(request(event(email_id="a@example.com", properties={"AGE": 3})))
    assert (members(stores, grown_up), members(stores, listed)) == ([], [])
    assert [cause for *_, cause in passages(stores, contact_id=ContactId(1))] == [
        "request",
        "request",
        "request",
        "event",
    ]


def test_time_alone_lets_a_contact_out(stores: Stores) -> None:
    """A contact leaves "in the last 30 days" at the very nanosecond, whenever that is noticed."""
    id_ = stores.create_segment(LATELY)
    stores.apply(request(bought()))
    assert stores.directory.next_timer() == RECEIVED + 30 * DAY
    stores.obey(PassTime(), at=RECEIVED + 30 * DAY - 1)
    assert members(stores, id_) == [1]
    stores.obey(PassTime(), at=RECEIVED + 40 * DAY)
    assert members(stores, id_) == []
    assert stores.directory.next_timer() is None
    assert passages(stores) == [(1, True, 0, "event"), (1, False, 30 * DAY, "time")]


def test_late_and_early_events_count_by_their_own_date(stores: Stores) -> None:
    """An event counts by when it happened: one of long ago not, one of tomorrow from then on."""
    id_ = stores.create_segment(LATELY)
    stores.apply(request(bought(date=RECEIVED - 31 * DAY)))
    assert members(stores, id_) == []
    stores.apply(request(bought(date=RECEIVED + DAY), at=RECEIVED + 1))
    assert members(stores, id_) == []
    stores.obey(PassTime(), at=RECEIVED + DAY)
    assert members(stores, id_) == [1]
    assert passages(stores) == [(1, True, DAY, "time")]


def test_segments_follow_the_segments_they_mention(stores: Stores) -> None:
    """A segment that mentions another moves with it, by event, time, request and computation."""
    lately = stores.create_segment(LATELY)
    absent = stores.create_segment({"type": "none", "of": [{"type": "segment", "id": lately}]})
    third = stores.create_segment({"type": "segment", "id": absent})
    stores.apply(request(event(email_id="a@example.com")))
    assert members(stores, third) == [1]
    stores.apply(request(bought()))
    assert (members(stores, absent), members(stores, third)) == ([], [])
    stores.obey(PassTime(), at=RECEIVED + 30 * DAY)
    assert members(stores, third) == [1]
    stores.obey(UpdateSegment(lately, definition=definition(BOUGHT)), at=RECEIVED + 30 * DAY)
    assert members(stores, third) == [1]
    stores.activate(RECEIVED + 30 * DAY)
    assert (members(stores, lately), members(stores, absent), members(stores, third)) == (
        [1],
        [],
        [],
    )


def test_passages_come_page_by_page(stores: Stores) -> None:
    """Whatever is entered at one moment, no passage is lost where a page ends, either way."""
    ids = [stores.create_segment(BOUGHT) for _ in range(3)]
    stores.apply(request(bought()), request(bought("b@example.com")))
    one = ContactId(1)
    pages: list[Passage] = []
    before: PassageCursor | None = None
    while page := stores.directory.passages(contact_id=one, before=before, limit=1):
        pages += page
        last = page[-1]
        before = PassageCursor(last.position, last.at, last.contact_id, last.segment_id)
    assert [passage.segment_id for passage in pages] == ids[::-1]
    everything = stores.directory.passages_after(NOWHERE, 100)
    assert everything == stores.directory.passages(limit=100)[::-1]
    for place, passage in enumerate(everything):
        following = stores.directory.passages_after(place_of(passage), 2)
        assert following == everything[place + 1 : place + 3]


def test_a_new_contact_may_be_in_by_having_nothing(stores: Stores) -> None:
    """Who never did something is in from the moment of coming into being."""
    never = stores.create_segment({"type": "did_not", "event": "bought"})
    stores.obey(CreateContact(ContactChanges(identifiers={"email_id": "a@example.com"})))
    assert members(stores, never) == [1]
    stores.apply(request(bought()), request(bought("b@example.com")))
    assert members(stores, never) == []


def test_what_is_being_computed_is_not_moved_until_it_is_done(stores: Stores) -> None:
    """Until a changed definition is computed the members are those of before; then all is exact."""
    id_ = stores.create_segment(BOUGHT)
    stores.apply(request(bought()))
    stores.obey(UpdateSegment(id_, definition=definition({"type": "did", "event": "left"})))
    stores.apply(request(event("left", email_id="b@example.com")), request(bought("c@example.com")))
    assert members(stores, id_) == [1]
    stores.activate()
    assert members(stores, id_) == [2]
    assert passages(stores)[1:] == [(1, False, 0, "definition"), (2, True, 0, "definition")]


def test_a_cancelled_change_brings_the_former_definition_back(stores: Stores) -> None:
    """However often it was changed meanwhile; its members are exact then, and nothing is left."""
    stores.apply(request(bought()))
    id_ = stores.create_segment(BOUGHT)
    for event_name in ("left", "came"):
        another = definition({"type": "did", "event": event_name})
        stores.obey(UpdateSegment(id_, definition=another))
    stores.apply(request(bought("b@example.com")))
    assert stores.obey(CancelSegmentChange(id_)) == [Done(id=id_)]
    [segment] = stores.directory.state().segments
    assert (encode(segment.definition), segment.former) == (definition(BOUGHT), None)
    assert members(stores, id_) == [1]
    stores.activate()
    assert members(stores, id_) == [1, 2]
    assert_replays_alike(stores)


def test_only_a_change_under_way_is_cancelled(stores: Stores) -> None:
    """Neither a new segment, nor one whose members are known, nor one that is not there."""
    stores.obey(CreateSegment("a", "", definition(BOUGHT)))
    assert isinstance(stores.obey(CancelSegmentChange(1))[0], InvalidParameter)
    stores.obey(UpdateSegment(1, definition=definition(LATELY)))
    assert isinstance(stores.obey(CancelSegmentChange(1))[0], InvalidParameter)
    stores.activate()
    assert isinstance(stores.obey(CancelSegmentChange(1))[0], InvalidParameter)
    assert isinstance(stores.obey(CancelSegmentChange(2))[0], NotFound)


def test_a_change_stays_where_the_former_definition_mentions_who_is_gone(stores: Stores) -> None:
    """A segment mentions none that does not exist, by no way."""
    first = stores.create_segment(BOUGHT)
    second = stores.create_segment({"type": "segment", "id": first})
    stores.obey(UpdateSegment(second, definition=definition(LATELY)))
    stores.obey(DeleteSegment(first))
    [refused] = stores.obey(CancelSegmentChange(second))
    assert isinstance(refused, InvalidParameter)
    assert refused.path == "definition.condition.id"


def test_another_name_computes_nothing(stores: Stores) -> None:
    """A segment keeps its members and its state where only its name changes."""
    id_ = stores.create_segment(BOUGHT)
    stores.obey(UpdateSegment(id_, name="another"))
    [segment] = stores.directory.state().segments
    assert (segment.name, segment.state, segment.revision) == ("another", "live", 1)


def test_an_outdated_activation_is_refused(stores: Stores) -> None:
    """What was found for a definition that was changed meanwhile does not count."""
    stores.obey(CreateSegment("a", "", definition(BOUGHT)))
    stores.obey(UpdateSegment(1, definition=definition(GROWN_UP)))
    [refused] = stores.obey(ActivateSegment(1, 1))
    assert isinstance(refused, InvalidParameter)
    [segment] = stores.directory.state().segments
    assert (segment.state, segment.revision) == ("computing", 2)


def test_mentions_are_checked(stores: Stores) -> None:
    """A segment mentions those that exist and never itself, by no way; who is mentioned stays."""
    first = stores.create_segment(BOUGHT)
    second = stores.create_segment({"type": "segment", "id": first})
    circle = definition({"type": "any", "of": [BOUGHT, {"type": "segment", "id": second}]})
    [refused] = stores.obey(UpdateSegment(first, definition=circle))
    assert isinstance(refused, InvalidParameter)
    assert refused.path == "definition.condition.of[1].id"
    [unknown] = stores.obey(CreateSegment("a", "", definition({"type": "segment", "id": 9})))
    assert isinstance(unknown, InvalidParameter)
    [mentioned] = stores.obey(DeleteSegment(first))
    assert isinstance(mentioned, InvalidParameter)
    assert stores.obey(DeleteSegment(second)) == [Done(id=second)]
    assert stores.obey(DeleteSegment(first)) == [Done(id=first)]
    assert isinstance(stores.obey(DeleteSegment(first))[0], NotFound)


def test_a_removed_segment_leaves_nothing(stores: Stores) -> None:
    """Members, timers and history go with the segment, and its id is not given out again."""
    id_ = stores.create_segment(LATELY)
    stores.apply(request(bought()))
    stores.obey(DeleteSegment(id_))
    assert stores.directory.next_timer() is None
    assert passages(stores) == []
    assert stores.create_segment(BOUGHT) == id_ + 1


def test_a_removed_contact_leaves_without_a_trace(stores: Stores) -> None:
    """Who is deleted is in no segment and in no history of one."""
    id_ = stores.create_segment(LATELY)
    stores.apply(request(bought()), request(bought("b@example.com")))
    stores.append([request(bought()), request(bought("c@example.com"))])
    stores.append([order(DeleteContact(Named(contact_id=1)))])
    stores.append([order(DeleteContact(Named(contact_id=3)))])
    stores.catch_up()
    assert members(stores, id_) == [2]
    assert [contact_id for contact_id, *_ in passages(stores)] == [2]
    stores.obey(PassTime(), at=RECEIVED + 30 * DAY)
    assert members(stores, id_) == []


def test_sweeping_changes_have_segments_computed_anew(stores: Stores) -> None:
    """What changes any number of contacts has the segments that it concerns computed anew."""
    stores.obey(CreateList("a list", 1))
    listed = stores.create_segment({"type": "list", "id": 1})
    grown_up = stores.create_segment(GROWN_UP)
    stores.apply(request(event(email_id="a@example.com", properties={"AGE": 20})))
    stores.obey(AddToList(1, [Named(contact_id=1)]))
    assert (members(stores, listed), members(stores, grown_up)) == ([1], [1])
    stores.obey(EmptyList(1))
    states = {one.id: one.state for one in stores.directory.state().segments}
    assert states == {listed: "computing", grown_up: "live"}
    stores.activate()
    stores.obey(DeleteAttribute("normal", "AGE"))
    stores.obey(DeleteList(1))
    stores.activate()
    assert (members(stores, listed), members(stores, grown_up)) == ([], [])


def test_another_time_zone_computes_all_anew(stores: Stores) -> None:
    """A day is one of the account's time zone, from the moment at which that changes."""
    today = BOUGHT | {"when": {"type": "calendar", "period": "today"}}
    id_ = stores.create_segment(today)
    midnight = RECEIVED - RECEIVED % DAY + DAY
    stores.apply(request(bought(date=midnight - SECOND), at=midnight + SECOND))
    assert members(stores, id_) == []
    stores.apply(
        Request("settings", midnight + SECOND, "", b'{"segments.time_zone": "America/New_York"}')
    )
    stores.activate(midnight + SECOND)
    assert members(stores, id_) == [1]
    stores.obey(PassTime(), at=midnight + 5 * 3_600 * SECOND)
    assert members(stores, id_) == []


def test_members_are_found_beside_what_goes_on(stores: Stores) -> None:
    """What happens while members are found counts: they are exact when the segment is live."""
    stores.apply(*(request(bought(f"{number}@example.com")) for number in range(1, 6)))
    stores.obey(CreateSegment("a", "", definition(LATELY)))
    pipeline, computations = stores.pipeline, stores.computations

    def tend() -> list[ActivateSegment]:
        return computations.tend(
            pipeline.segments, pipeline.next_contact_id, pipeline.position, pipeline.now,
            pipeline.zone,
        )  # fmt: skip

    assert tend() == []
    stores.apply(
        request(bought("6@example.com"), at=RECEIVED + 1),
        order(DeleteContact(Named(contact_id=2)), at=RECEIVED + 1),
        order(DeleteContact(Named(contact_id=4)), at=RECEIVED + 2),
        request(bought("3@example.com"), at=RECEIVED + 20 * DAY),
    )
    activations: list[ActivateSegment] = []
    while not activations:
        activations = tend()
    assert tend() == activations
    stores.computations.announced(activations[0])
    assert tend() == []
    stores.obey(*activations, at=RECEIVED + 21 * DAY)
    assert members(stores, 1) == [1, 3, 5, 6]
    assert tend() == []
    stores.obey(PassTime(), at=RECEIVED + 30 * DAY)
    assert members(stores, 1) == [3, 6]


def test_the_result_does_not_depend_on_runs(stores: Stores, tmp_path: Path) -> None:
    """Applied entry by entry, all at once, or with other timers in between: always the same."""
    chance = random.Random(7)
    lately = stores.create_segment(LATELY | {"count": {"operator": "at_least", "value": 2}})
    stores.create_segment({"type": "none", "of": [{"type": "segment", "id": lately}]})
    stores.create_segment({"type": "any", "of": [GROWN_UP, LATELY]})
    now = RECEIVED
    for _ in range(60):
        now += chance.choice([0, 1, DAY, 9 * DAY])
        email = f"{chance.randrange(4)}@example.com"
        stores.append(
            [
                request(bought(email), at=now),
                request(event(email_id=email, properties={"AGE": chance.choice([3, 30])}), at=now),
            ]
        )
        if chance.random() < 0.2:
            now += 31 * DAY
            stores.append([order(PassTime(), at=now)])
    stores.catch_up(max_entries=1)
    expected = stores.contents()
    stores.close()
    again = Stores(tmp_path / "again", journal=stores.folder / "journal.db")
    try:
        again.catch_up(max_entries=37)
        assert again.contents() == expected
        assert len(again.directory.passages(limit=1_000)) > 50
    finally:
        again.close()


@pytest.fixture
def few_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footfall.engine.memberships.MAX_TIMERS", 3)


@pytest.mark.usefixtures("few_timers")
def test_many_timers_are_taken_in_parts(stores: Stores) -> None:
    """Where more timers are due than are taken at a time, none is lost and none comes twice."""
    id_ = stores.create_segment(LATELY)
    stores.apply(*(request(bought(f"{number}@example.com")) for number in range(10)))
    position = stores.pipeline.position
    stores.obey(PassTime(), at=RECEIVED + 30 * DAY)
    assert members(stores, id_) == []
    left = passages(stores)[10:]
    assert left == [(number, False, 30 * DAY, "time") for number in range(1, 11)]
    assert {one.position for one in stores.directory.passages(limit=10)} == {Position(position)}
