"""What the port `EventStore` guarantees, against every implementation."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from footfall.backends.chdb.events import ChdbEventStore
from footfall.contacts import ContactId
from footfall.errors import Unavailable
from footfall.instants import DAY, EARLIEST, LATEST
from footfall.ports import Cursor, EventPage, EventQuery, EventRow, EventStore
from footfall.records import Position
from footfall.searching import search, whole_words
from footfall.segments.evaluation import PastEvent
from footfall.segments.membership import Differing
from footfall.segments.reading import read_definition
from tests.searching import examples

NOON: Final = 1_700_000_000_000_000_000
MAX_INT64: Final = 2**63 - 1
RUN: Final = 7
"""Rows of one append where readers look on."""
APPENDS: Final = 30

OpenStore = Callable[[Path], EventStore]


def open_chdb(folder: Path) -> EventStore:
    return ChdbEventStore(folder / "events")


OPENERS: Final = [pytest.param(open_chdb, id="chdb")]


class Opened:
    """The store of one test, which can be closed and opened again."""

    def __init__(self, opener: OpenStore, folder: Path) -> None:
        self._opener = opener
        self.folder = folder
        self.store = opener(folder)

    def again(self) -> EventStore:
        """As after a restart."""
        self.store.close()
        self.store = self._opener(self.folder)
        return self.store


@pytest.fixture(params=OPENERS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(request.param, tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def store(opened: Opened) -> EventStore:
    return opened.store


def row(
    position: int,
    *,
    date: int = NOON,
    received_at: int = NOON,
    name: str = "visited",
    contact_id: int = 1,
    object_type: str = "",
    object_identifiers: str = "{}",
    contact_properties: str = "{}",
    properties: str = "{}",
) -> EventRow:
    return EventRow(
        Position(position),
        received_at,
        date,
        name,
        ContactId(contact_id),
        object_type,
        object_identifiers,
        contact_properties,
        properties,
    )


def after(store: EventStore, rows: Sequence[EventRow]) -> list[EventRow]:
    """The rows with positions that follow what the store has."""
    first = store.last_position() + 1
    return [each._replace(position=Position(first + n)) for n, each in enumerate(rows)]


texts = st.text(st.characters(exclude_categories=["Cs"]))
json_texts = st.text(st.sampled_from(' \t\n\r{}[]",:\\\0é😀\u2028'))
moments = st.integers(EARLIEST, LATEST) | st.sampled_from(
    [EARLIEST, EARLIEST + 1, -1, 0, 1, 999, 1000, NOON, LATEST - 1, LATEST]
)
rows = st.builds(
    row,
    st.just(0),
    date=moments,
    received_at=st.integers(-(2**63), MAX_INT64 - 1),
    name=st.text("abcXYZ019_-", min_size=1, max_size=255),
    contact_id=st.integers(1, MAX_INT64),
    object_type=texts,
    object_identifiers=texts,
    contact_properties=json_texts,
    properties=texts | json_texts,
)


def test_an_empty_store_has_nothing(store: EventStore) -> None:
    """Position 0, no events, nothing wrong; and an append of nothing changes none of that."""
    store.append([])
    assert store.last_position() == 0
    assert store.find(EventQuery()) == EventPage(0, [])
    assert store.find(EventQuery(since=NOON)) == EventPage(0, [])
    assert store.at("visited", NOON, Position(1)) is None
    assert list(store.dump()) == []
    assert store.check() == []


def test_rows_come_back_exactly_as_they_were_given(opened: Opened) -> None:
    """Every text, moment and number, by every way of asking, and after opening again."""
    kept: list[EventRow] = []

    @settings(max_examples=examples(30))
    @given(st.lists(rows, min_size=1, max_size=20))
    def holds(given_rows: list[EventRow]) -> None:
        store = opened.store
        fresh = after(store, given_rows)
        store.append(fresh)
        kept.extend(fresh)
        one = fresh[0]
        assert store.at(one.name, one.date, one.position) == one
        assert store.at(one.name, one.date, Position(one.position + 1)) in (None, *fresh)
        assert one in store.find(EventQuery(contact_ids=(one.contact_id,), limit=10_000)).events
        assert one in store.find(EventQuery(object_types=(one.object_type,), limit=10_000)).events

    holds()
    assert list(opened.store.dump()) == kept
    assert list(opened.again().dump()) == kept
    assert opened.store.last_position() == kept[-1].position
    assert opened.store.check() == []


def test_repeats_and_splits_do_not_matter(opened: Opened) -> None:
    """However the rows are cut into appends, and whatever is repeated, each is there once."""

    @settings(max_examples=examples(25))
    @given(
        st.integers(1, 40),
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()), max_size=6),
    )
    def holds(count: int, appends: list[tuple[int, int, bool]]) -> None:
        store = opened.store
        before = store.last_position()
        fresh = after(store, [row(0, name=f"n{number % 3}") for number in range(count)])
        done = 0
        for back, forth, restart in [*appends, (0, count, False)]:
            start, end = max(0, done - back), min(count, done + forth)
            store.append(fresh[start:end])
            done = max(done, end)
            assert store.last_position() == before + done
            if restart and not back:
                store = opened.again()
        assert [each for each in store.dump() if each.position > before] == fresh

    holds()
    assert opened.store.check() == []


def expected(rows: Sequence[EventRow], query: EventQuery) -> EventPage:
    """What `find` must answer, worked out in another way."""

    def matches(each: EventRow) -> bool:
        return (
            (not query.contact_ids or each.contact_id in query.contact_ids)
            and (not query.names or each.name in query.names)
            and (not query.object_types or each.object_type in query.object_types)
            and (query.start is None or each.date >= query.start)
            and (query.end is None or each.date <= query.end)
            and (query.since is None or max(each.date, each.received_at) >= query.since)
        )

    found = sorted(filter(matches, rows), key=lambda each: (each.date, each.position), reverse=True)
    place = query.after
    shown = [each for each in found if place is None or (each.date, each.position) < place]
    return EventPage(len(found), shown[query.offset : query.offset + query.limit])


NAMES: Final = ("a", "b", "c")
TYPES: Final = ("", "order", "it's", 'a\\b"', "\n\t\0", "№ 5, [x]", "{x:String}")
DATES: Final = tuple(NOON + offset for offset in (-2_000, -1_001, -1_000, -999, -1, 0, 1, 999))


def mixed_rows() -> list[EventRow]:
    """Few values in each field, in all combinations of neighbours, with many equal dates."""
    return [
        row(
            number + 1,
            date=DATES[number * 5 % 8],
            received_at=DATES[number * 3 % 8],
            name=NAMES[number % 3],
            contact_id=number % 4 + 1,
            object_type=TYPES[number % 7],
            properties=f'{{"number": {number}}}',
        )
        for number in range(200)
    ]


def some(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([*values, "nowhere"]), max_size=3).map(tuple)


dates = st.none() | st.sampled_from([EARLIEST, *DATES, NOON + 500, LATEST])
wanted: dict[str, st.SearchStrategy[Any]] = {
    "contact_ids": st.lists(st.integers(1, 6).map(ContactId), max_size=3).map(tuple),
    "names": some(NAMES),
    "object_types": some(TYPES),
    "start": dates,
    "end": dates,
    "since": dates,
    "limit": st.sampled_from([0, 1, 3, 100, 10_000]),
    "offset": st.sampled_from([0, 0, 1, 50, 1_000, MAX_INT64]),
    "after": st.none()
    | st.builds(Cursor, st.sampled_from(DATES), st.integers(0, 201).map(Position)),
    "near": dates,
}
queries = st.fixed_dictionaries(wanted).map(lambda fields: EventQuery(**fields))


def test_a_query_finds_what_it_says(store: EventStore) -> None:
    """Every combination of conditions, places and bounds answers as a plain filter would."""
    rows = mixed_rows()
    for start in range(0, 200, 50):
        store.append(rows[start : start + 50])

    @settings(max_examples=examples(150))
    @given(queries)
    def holds(query: EventQuery) -> None:
        assert store.find(query) == expected(rows, query)

    holds()


def test_a_listing_is_walked_by_its_cursor(store: EventStore) -> None:
    """Page after page shows every event once, in order, with many of the same date."""
    rows = mixed_rows()
    store.append(rows)
    walked: list[EventRow] = []
    place: Cursor | None = None
    while page := store.find(EventQuery(limit=7, after=place)).events:
        walked += page
        place = Cursor(page[-1].date, page[-1].position)
    assert walked == expected(rows, EventQuery(limit=1_000)).events


def test_a_search_says_how_far_back_it_got(store: EventStore) -> None:
    """Without time it looks through a day at least; from there on the cursor leads to the rest."""
    day = 86_400 * 10**9
    store.append([row(n + 1, date=NOON - n * day // 2) for n in range(40)])
    walked: list[Position] = []
    reached: list[int] = []
    query = EventQuery(near=NOON, seconds=0, limit=100)
    while (page := store.find(query)).looked_back_to is not None:
        assert all(each.date >= page.looked_back_to for each in page.events)
        walked += [each.position for each in page.events]
        reached.append(page.looked_back_to)
        query = EventQuery(
            near=page.looked_back_to,
            seconds=0,
            limit=100,
            after=Cursor(page.looked_back_to, Position(0)),
        )
        if len(reached) == 25:
            break
    assert reached[:2] == [NOON - day, NOON - 2 * day]
    assert walked == list(range(1, len(walked) + 1))
    assert store.find(EventQuery(near=NOON, limit=100)).looked_back_to is None


def test_a_count_may_stop_early(store: EventStore) -> None:
    """Past the bound the count is the bound, and says that there may be more."""
    store.append([row(n) for n in range(1, 21)])
    few, exact = (store.find(EventQuery(limit=5, count_up_to=most)) for most in (10, 21))
    assert (few.count, few.is_least, len(few.events)) == (10, True, 5)
    assert (exact.count, exact.is_least) == (20, False)


def test_who_left_is_not_looked_for_any_more(store: EventStore) -> None:
    """What they asked ends, at all depths, and others find what they look for."""
    store.append([row(1), row(2)])
    theirs = EventQuery(near=NOON, asker=7)
    store.give_up(7)
    for query in (theirs, EventQuery(asker=7), EventQuery(asker=7, offset=3_000)):
        with pytest.raises(Unavailable):
            store.find(query)
    with pytest.raises(Unavailable):
        store.histogram(theirs, DAY)
    for asker in (0, 8):
        assert store.find(EventQuery(near=NOON, asker=asker)).count == 2


def test_readers_see_whole_appends_only(store: EventStore) -> None:
    """While one thread appends, others never count or list a part of an append."""
    done = threading.Event()

    def look(query: EventQuery) -> int:
        looks = 0
        while not done.is_set() or not looks:
            page = store.find(query)
            assert page.count % RUN == 0
            assert len(page.events) % RUN == 0
            assert len({each.position for each in page.events}) == len(page.events)
            looks += 1
        return looks

    with ThreadPoolExecutor(3) as threads:
        readers = [
            threads.submit(look, query)
            for query in (
                EventQuery(limit=10_000),
                EventQuery(limit=10_000, contact_ids=(ContactId(1),)),
                EventQuery(limit=10_000, names=("visited",), since=NOON),
            )
        ]
        try:
            for _ in range(APPENDS):
                store.append(after(store, [row(0)] * RUN))
        finally:
            done.set()
        assert all(reader.result() for reader in readers)
    assert store.find(EventQuery()).count == APPENDS * RUN
    assert store.check() == []


def test_a_large_append_is_kept_whole(opened: Opened) -> None:
    """20,000 rows at once, some of them of 100 KB."""
    large = "x" * 100_000
    rows = [
        row(number, properties=large if number % 1_000 == 0 else "{}", contact_id=number)
        for number in range(1, 20_001)
    ]
    opened.store.append(rows)
    assert opened.store.find(EventQuery(limit=1)).count == 20_000
    assert list(opened.again().dump()) == rows


def test_a_closed_store_says_so(store: EventStore) -> None:
    """Closing twice does no harm; whatever is asked afterwards is refused, and nothing hangs."""
    store.append([row(1)])
    store.close()
    store.close()
    with pytest.raises(Unavailable):
        store.append([row(2)])
    with pytest.raises(Unavailable):
        store.find(EventQuery())
    with pytest.raises(Unavailable):
        store.last_position()


def test_a_sample_is_some_of_each_name_and_all_of_the_latest(store: EventStore) -> None:
    """Every n-th stretch of positions, what follows `since`, and no more of a name than asked.

    A stretch has 16 positions for a name alone, and more beside others. The latest come first;
    events with more than 16 KB of properties are passed over.
    """
    names = ["often", "seldom", "never asked for"]
    store.append([row(place, name=names[place % 3]) for place in range(1, 961)])
    store.append([row(961, name="seldom", properties='"' + "x" * 16_383 + '"')])

    def positions(one_in: dict[str, int], per_name: int, since: int) -> list[int]:
        return [each.position for each in store.sample(one_in, per_name, Position(since))]

    stretch, longer = (
        {place for place in range(1, 961) if place // length % 4 == 0} for length in (16, 20)
    )
    often = {place for place in range(1, 961) if place % 3 == 0}
    assert positions({"often": 4}, 1_000, 960) == sorted(stretch & often, reverse=True)
    latest = set(range(901, 961))
    assert positions({"often": 4}, 1_000, 900) == sorted((stretch | latest) & often, reverse=True)
    seldom = {place for place in range(1, 961) if place % 3 == 1}
    both = sorted((longer & often) | seldom, reverse=True)
    assert positions({"often": 4, "seldom": 1}, 1_000, 960) == both
    assert positions({"seldom": 1, "unknown": 7}, 5, 960) == sorted(seldom, reverse=True)[:5]
    assert positions({}, 5, 0) == []


def found(store: EventStore, text: str = "", *conditions: str) -> set[int]:
    """The positions of events that a search finds."""
    query = EventQuery(search=search(text, conditions), limit=1_000)
    page = store.find(query)
    assert page.count == len(page.events)
    return {each.position for each in page.events}


def test_events_are_found_by_what_they_say(store: EventStore) -> None:
    """By whole words in any case, by passages however JSON writes them, by values of properties."""
    texts = [
        '{"city":"Lyon","order":10482,"path":"/shoes/running"}',
        '{"city":"lyonnais","order":"10482","path":"\\/shoes\\/running"}',
        '{"city":"Z\\u00fcrich","total":99.5,"items":[{"sku":"A-12"},{"sku":"B-7"}]}',
        '{"city":"Zürich","total":118.40,"items":[{"sku":"A-13"}],"coupon":null,"gift":false}',
    ]
    store.append([row(place, properties=text) for place, text in enumerate(texts, 1)])
    store.append([row(5, contact_properties='{"CITY":"LYON"}')])
    store.append([row(6, object_identifiers='{"ext_id":"order-77"}')])
    assert found(store, "lyon") == {1, 5}
    assert found(store, "LYON 10482") == {1}
    assert found(store, "zürich") == found(store, "", "city=Zürich") == {3, 4}
    assert found(store, "/shoes/running") == {1, 2}
    assert found(store, "a-12") == {3}
    assert found(store, "order-77") == {6}
    assert found(store, "", "order=10482") == {1, 2}
    assert found(store, "", 'order="10482"') == {2}
    assert found(store, "", "total>=99.5") == {3, 4}
    assert found(store, "", "total>99.5", "gift=false") == {4}
    assert found(store, "", "total<=118.4", "total!=118.4") == {3}
    assert found(store, "", "items[].sku=A-13") == {4}
    assert found(store, "", "items[].sku~-1", "city~rich") == {3, 4}
    assert found(store, "", "coupon=null") == {4}
    assert found(store, "", "city=lyon") == set()


def test_a_value_is_found_by_itself(store: EventStore) -> None:
    """Whatever it is, and whether JSON writes its letters as they are or by escapes.

    But for a word that an escape runs into, as one at the begin of a line.
    """

    @settings(max_examples=examples(40))
    @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
    @example("a\nfoo")
    @example('x/é\\1"')
    def check(value: str) -> None:
        forms = [json.dumps({"a": value}), json.dumps({"a": value}, ensure_ascii=False)]
        new = after(store, [row(0, properties=form) for form in forms])
        store.append(new)
        positions = {each.position for each in new}
        assert positions <= found(store, "", f"a={json.dumps(value)}")
        whole = whole_words(value)
        for term in value.split():
            if not set(whole_words(term)) <= set(whole):
                continue
            assert positions <= found(store, term)

    check()


def test_a_histogram_counts_every_match_once(store: EventStore) -> None:
    """By name and by stretches that begin at whole steps, before 1970 too, and says from when to
    when they are."""
    assert store.histogram(EventQuery(), 1_000).dates is None
    dates = [-1, 0, 9_999, 10_000, 10_001, 55_000, 55_999]
    store.append(
        [row(n, date=date, name="ab"[n % 2]) for n, date in enumerate(dates, start=1)],
    )
    step = 10_000
    counted = store.histogram(EventQuery(), step)
    counts = {(each.start, each.name): each.count for each in counted.buckets}
    expected: dict[tuple[int, str], int] = {}
    for n, date in enumerate(dates, start=1):
        key = (date - date % step, "ab"[n % 2])
        expected[key] = expected.get(key, 0) + 1
    assert counts == expected
    assert counted.dates == (-1_000, 55_000)
    later = EventQuery(start=10_001, names=("b",))
    found = store.histogram(later, step)
    assert found.dates == (10_000, 55_000)
    assert sum(bucket.count for bucket in found.buckets) == store.find(later).count


def test_what_was_received_before_is_counted(store: EventStore) -> None:
    """By time of receipt, whatever dates there are, and without what is hidden."""
    assert store.received_before(NOON) == (0, None)
    store.append([row(n, date=-n, received_at=NOON + n, contact_id=n) for n in range(1, 6)])
    assert store.received_before(NOON + 1) == (0, None)
    assert store.received_before(NOON + 4) == (3, NOON + 1)
    store.hide(ContactId(1))
    assert store.received_before(NOON + 4) == (2, NOON + 2)


def test_counting_says_how_far_back_it_got(store: EventStore) -> None:
    """With time the stretches make up the whole; without, the latest day is counted, and said."""
    day = 86_400 * 10**9
    store.append([row(n + 1, date=NOON - n * day // 2) for n in range(40)])
    step, everything = 7 * day, EventQuery()
    patient = msgspec.structs.replace(everything, near=NOON, seconds=60)
    assert store.histogram(patient, step) == store.histogram(everything, step)
    hasty = msgspec.structs.replace(patient, seconds=0)
    counted = store.histogram(hasty, step)
    assert (counted.looked_back_to, counted.dates) == (NOON - day, (NOON - day, NOON))
    assert sum(each.count for each in counted.buckets) == 3


def test_counting_can_be_left_out(store: EventStore) -> None:
    """What follows a first page need not be counted again."""
    store.append([row(n) for n in range(1, 4)])
    page = store.find(EventQuery(counted=False, limit=2))
    assert (page.count, len(page.events)) == (0, 2)


def test_histories_have_the_events_asked_for(store: EventStore) -> None:
    """Of each contact come its events of the names asked for, up to the position, to the nanosecond
    and with their properties decoded; contacts without any are absent."""
    store.append(
        [
            row(1, name="bought", contact_id=1, date=NOON + 7, properties='{"n":[1,null]}'),
            row(2, name="left", contact_id=1),
            row(3, name="seen", contact_id=2, date=EARLIEST, received_at=NOON + 1),
            row(4, name="bought", contact_id=2),
            row(5, name="bought", contact_id=3),
        ]
    )
    asked = [ContactId(1), ContactId(2), ContactId(9)]
    since = {"bought": NOON, "seen": -(10**24)}
    found = store.histories(asked, since, Position(3))
    assert found == {
        1: [PastEvent(1, NOON + 7, "bought", {"n": [1, None]}, NOON)],
        2: [PastEvent(3, EARLIEST, "seen", {}, NOON + 1)],
    }
    assert store.histories([], since, Position(5)) == {}
    assert store.histories(asked, {}, Position(5)) == {}
    assert store.histories(asked, {"bought": NOON + DAY}, Position(5)) == {}


def test_dates_come_of_the_names_asked_for(store: EventStore) -> None:
    """Of each contact and name come the dates of its events, up to the position, to the nanosecond
    and by name from some moment on; what there is none of is absent."""
    store.append(
        [
            row(1, name="bought", contact_id=1, date=NOON + 7),
            row(2, name="left", contact_id=1),
            row(3, name="seen", contact_id=2, date=EARLIEST),
            row(4, name="seen", contact_id=2, date=NOON + 1_001),
            row(5, name="bought", contact_id=1, date=NOON - 5 * DAY),
            row(6, name="bought", contact_id=2, date=NOON - 5 * DAY),
            row(7, name="bought", contact_id=2),
        ]
    )
    asked = [ContactId(1), ContactId(2), ContactId(9)]
    since = {"bought": NOON - DAY, "seen": -(10**24)}
    found = {
        (id_, name): sorted(dates) for id_, name, dates in store.dates(asked, since, Position(6))
    }
    assert found == {(1, "bought"): [NOON + 7], (2, "seen"): [EARLIEST, NOON + 1_001]}
    assert store.dates([], since, Position(7)) == []
    assert store.dates(asked, {}, Position(7)) == []


@pytest.mark.parametrize("often", ["bought", "seen"])
def test_many_contacts_are_answered_like_few(store: EventStore, often: str) -> None:
    """Histories and dates of a thousand contacts are those that come where each hundred of them is
    asked for by itself, be what is asked for most of what they did or little of it."""
    store.append(
        [
            row(
                position,
                name="bought" if position % 40 == 0 else often,
                contact_id=position % 1_100,
                date=NOON - position % 10 * DAY + position,
                properties=f'{{"n":{position}}}',
            )
            for position in range(1, 4_001)
        ]
    )
    store.show_as({ContactId(7): ContactId(1_050)})
    asked = [ContactId(id_) for id_ in range(1, 1_001)]
    parts = [asked[start : start + 100] for start in range(0, 1_000, 100)]
    for since in ({"bought": NOON - 4 * DAY}, {"bought": NOON - DAY, "seen": -(10**24)}):
        together = store.histories(asked, since, Position(3_900))
        apart = [store.histories(part, since, Position(3_900)) for part in parts]
        assert _in_order(together) == _in_order(dict(chain.from_iterable(map(dict.items, apart))))
        dates = store.dates(asked, since, Position(3_900))
        one_by_one = [store.dates(part, since, Position(3_900)) for part in parts]
        assert _sorted_dates(dates) == _sorted_dates(chain.from_iterable(one_by_one))


def _in_order(found: Mapping[ContactId, list[PastEvent]]) -> dict[ContactId, list[PastEvent]]:
    return {id_: sorted(events, key=attrgetter("position")) for id_, events in found.items()}


def _sorted_dates(
    found: Iterable[tuple[ContactId, str, list[int]]],
) -> list[tuple[ContactId, str, list[int]]]:
    return sorted((id_, name, sorted(dates)) for id_, name, dates in found)


def test_who_did_something_since(store: EventStore) -> None:
    """Those come who have an event of one of the names since then, up to the position; under the id
    as which they are shown as well."""
    store.append(
        [
            row(1, name="bought", contact_id=1),
            row(2, name="bought", contact_id=2, date=NOON - 5 * DAY),
            row(3, name="seen", contact_id=3, date=NOON - 5 * DAY),
            row(4, name="left", contact_id=4),
            row(5, name="bought", contact_id=5),
        ]
    )
    since = {"bought": NOON - DAY, "seen": -(10**24)}
    assert sorted(store.who_did(since, Position(4))) == [1, 3]
    assert sorted(store.who_did({}, Position(4))) == []
    store.show_as({ContactId(3): ContactId(2)})
    assert 2 in store.who_did(since, Position(4))


def test_conditions_tell_who_differs(store: EventStore) -> None:
    """For each condition on events come the contacts that differ from one who did nothing."""
    store.append(
        [
            row(1, name="bought", contact_id=1, properties='{"n":5}'),
            row(2, name="bought", contact_id=2, properties='{"n":18446744073709551616}'),
            row(3, name="left", contact_id=3),
        ]
    )
    more = {"type": "property", "path": "n", "test": {"operator": "greater_than", "value": 4}}
    since = {"type": "after", "moment": {"relative_to": "attribute", "attribute": "SINCE"}}

    def ask(*conditions: dict[str, object], up_to: int | None = None) -> Differing | None:
        condition = {"type": "all", "of": list(conditions)}
        definition = read_definition({"version": 1, "condition": condition})
        position = None if up_to is None else Position(up_to)
        return store.differing(definition, NOON, ZoneInfo("UTC"), 10, position)

    found = ask(
        {"type": "did", "event": "bought", "where": [more]},
        {"type": "list", "id": 1},
        {"type": "did_not", "event": "left"},
    )
    assert found is not None
    assert {number: set(ids) for number, ids in found.conditions.items() if number < 3} == {
        0: {1} | (set(found.conditions[0]) & {2}),
        2: {3},
    }
    earlier = ask({"type": "did_not", "event": "left"}, up_to=2)
    assert earlier is not None
    assert earlier.conditions == {}
    assert list(found.doubtful) == [2]
    assert ask({"type": "did", "event": "bought", "when": since}) is None
    nothing = ask({"type": "list", "id": 1})
    assert nothing is not None
    assert (nothing.conditions, len(nothing.doubtful)) == ({}, 0)


def test_events_of_the_erased_are_gone_and_stay_gone(opened: Opened) -> None:
    """Hidden at once, removed for good, in every order; all others stay, and appends go on."""
    store = opened.store
    store.append([row(n, contact_id=1 + n % 3, name=f"n{n % 2}") for n in range(1, 31)])
    assert store.positions([ContactId(2)]) == list(range(1, 31, 3))
    store.hide(ContactId(2))
    assert store.find(EventQuery(contact_ids=(ContactId(2),))) == EventPage(0, [])
    assert store.find(EventQuery()).count == 20
    store.erase([ContactId(2)])
    store.erase([ContactId(2)])
    store.append([row(31, contact_id=2)])
    again = opened.again()
    assert again.positions([ContactId(2)]) == [31]
    assert again.find(EventQuery(limit=1)).count == 21
    assert again.check() == []


def test_compacting_changes_nothing_that_is_seen(opened: Opened) -> None:
    """Nothing of what was erased is in any file; the rest is as before, and so are appends."""
    store = opened.store
    store.append(
        [row(n, contact_id=n % 3, properties=f'{{"n":"needle{n % 3}"}}') for n in (1, 2, 3)]
    )
    store.append([row(4, contact_id=4)])
    store.erase([ContactId(1)])
    before = list(store.dump())
    store.compact()
    files = [path for path in opened.folder.rglob("*") if path.is_file()]
    contents = b"".join(path.read_bytes() for path in files)
    assert b"needle1" not in contents
    assert b"needle2" in contents
    store.append([row(5, contact_id=1)])
    again = opened.again()
    assert list(again.dump()) == [*before, row(5, contact_id=1)]
    assert again.check() == []


def test_a_listing_goes_on_from_any_depth(store: EventStore) -> None:
    """However many rows are passed over, with a cursor before them or without."""
    store.append([row(n, date=n % 1_000, name="ab"[n % 2]) for n in range(1, 6_001)])
    everything = [each.position for each in store.find(EventQuery(limit=6_000)).events]
    for offset in (1_999, 2_000, 2_001, 5_990, 6_000, 9_000):
        page = store.find(EventQuery(offset=offset, limit=20))
        assert [each.position for each in page.events] == everything[offset : offset + 20]
    last = store.find(EventQuery(limit=100)).events[-1]
    query = EventQuery(after=Cursor(last.date, last.position), offset=3_000, limit=20)
    assert [each.position for each in store.find(query).events] == everything[3_100:3_120]


def test_a_listing_stands_still_while_events_come(store: EventStore) -> None:
    """Up to a position, what was journaled later is neither listed nor counted."""
    store.append([row(n, date=n) for n in range(1, 6)])
    up_to = Position(4)
    assert store.find(EventQuery(up_to=up_to)).count == 4
    [bucket] = store.histogram(EventQuery(up_to=up_to), 1_000).buckets
    assert bucket.count == 4
    page = store.find(EventQuery(up_to=up_to, limit=2))
    assert [each.position for each in page.events] == [4, 3]
