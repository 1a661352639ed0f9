"""Looking for events: pages of them, how many there are over time, a sample."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from msgspec.json import Decoder

from footfall.backends.chdb import selection
from footfall.backends.chdb.connection import GivenUp, Parameter, Row, TooSlow, sql
from footfall.backends.chdb.looking_back import look_back
from footfall.backends.chdb.questions import Questions
from footfall.backends.chdb.rows import COLUMNS, NUMBERS, STORED, event_rows
from footfall.backends.chdb.selection import MICROSECOND, Conditions
from footfall.ports import Cursor, EventCounts, EventPage, EventQuery, EventRow
from footfall.records import Position
from footfall.searching import Bucket

_PAGE: Final = (
    "ORDER BY event_date DESC, nanos DESC, position DESC"
    " LIMIT {limit:UInt64} OFFSET {offset:UInt64}"
)
_PLACE: Final = "event_date, nanos, position"
_AT_ONCE: Final = 1
_BESIDE: Final = 2
"""chDB's priorities. What counts or samples stands still while a page is looked for, so that pages
come at once where many look, also for those who look for something else before all was counted."""
_FEW: Final = ", use_skip_indexes_for_top_k = 0, use_top_k_dynamic_filtering = 0"
"""Where an index leaves few rows, what spares the reading of dates that come too late for the page
costs more than it spares."""
_DEEP: Final = 2_000
"""Rows that may be passed over in whole."""
_FAR: Final = 10_000
"""Rows that may be passed over by their places."""
_NEIGHBOURS: Final = 16
"""Events of a name that are sampled together."""
_REMEMBERED: Final = 1_000
"""Askers who left, of whom questions may still be under way."""

_ended = Decoder(list[str])
"""Of KILL QUERY: what becomes of it, its id, whose it is, its text."""
_bucket = Decoder(tuple[int, str, int, int, int])


class Listing:
    """What `EventStore` finds and counts. Any thread may ask."""

    def __init__(self, questions: Questions, ends_by: Callable[[Position], bool]) -> None:
        """`ends_by` tells whether there is certainly nothing after a position."""
        self._questions = questions
        self._ends_by = ends_by
        self._gone: deque[int] = deque(maxlen=_REMEMBERED)

    def find(self, query: EventQuery) -> EventPage:
        """See `EventStore.find`. Raises `Unavailable` where that takes too much time or memory."""
        if query.up_to is None or not self._ends_by(query.up_to):
            return self._find(query)
        page = self._find(msgspec.structs.replace(query, up_to=None))
        return page if self._ends_by(query.up_to) else self._find(query)

    def _find(self, query: EventQuery) -> EventPage:
        query = self._with_merged(query)
        table, conditions = selection.table(query), selection.matching(query)
        too_old = 0
        if query.since is not None and query.contact_ids:
            conditions |= selection.recent(query.since)
        shown = conditions | selection.following(query.after)
        if query.since is not None and not query.contact_ids:
            # Where nothing is older, the latest of all events are found without reading the rest.
            too_old = self._questions.count(table, conditions | selection.older(query.since))
            if too_old:
                shown |= selection.recent(query.since)
        events, back_to = self._page(table, shown, query)
        is_first = query.after is None and query.offset == 0
        if not query.counted:
            return EventPage(0, events, looked_back_to=back_to)
        if is_first and len(events) < query.limit:
            return EventPage(len(events), events, back_to is not None, back_to)
        if query.count_up_to is None:
            count = self._questions.count(table, conditions) - too_old
            return EventPage(count, events, looked_back_to=back_to)
        counted = self._count_up_to(table, conditions, query.count_up_to, query)
        if counted is None:
            return EventPage(len(events), events, True, back_to)
        return EventPage(counted, events, counted == query.count_up_to, back_to)

    def _page(
        self, table: str, shown: Conditions, query: EventQuery
    ) -> tuple[list[EventRow], int | None]:
        """The rows after so many, and `EventPage.looked_back_to`."""
        limit, offset = query.limit, query.offset
        if query.near is not None and table == "events" and offset <= _FAR:
            return self._page_near(query.near, shown, query)
        page = f"{_PAGE}{self._settings(query, _priority(query))}"
        if offset <= _DEEP:
            return self._questions.select(table, shown, page, limit=limit, offset=offset), None
        # The place is found first, without the wide columns.
        question, parameters = self._questions.question(_PLACE, table, shown)
        last = self._questions.rows(
            f"{question} {page}", NUMBERS, **parameters, limit=1, offset=offset - 1
        )
        if not last:
            return [], None
        rest = shown | selection.following(_cursor(last[0]))
        return self._questions.select(table, rest, page, limit=limit, offset=0), None

    def _page_near(
        self, near: int, shown: Conditions, query: EventQuery
    ) -> tuple[list[EventRow], int | None]:
        if query.offset:
            above, back_to = self._look_back(_PLACE, NUMBERS, near, shown, query, query.offset)
            if len(above) < query.offset:
                return [], back_to
            place = _cursor(above[-1])
            near, shown = min(near, place.date), shown | selection.following(place)
        rows, back_to = self._look_back(COLUMNS, STORED, near, shown, query, query.limit)
        return self._questions.as_shown(event_rows(rows)), back_to

    def _look_back(
        self,
        what: str,
        row: Decoder[Row],
        near: int,
        shown: Conditions,
        query: EventQuery,
        limit: int,
    ) -> tuple[list[Row], int | None]:
        """The first rows of the listing, and `EventPage.looked_back_to`."""
        found: list[Row] = []

        def look(stretch: Conditions, seconds: float | None) -> bool:
            nonlocal found
            question, parameters = self._questions.question(what, "events", shown | stretch)
            settings = self._settings(query, _priority(query), seconds)
            if query.search.is_indexed:
                settings += _FEW
            question = f"{question} {_PAGE}{settings}"
            found += self._questions.rows(
                question, row, **parameters, limit=limit - len(found), offset=0
            )
            return len(found) >= limit

        return found, look_back(near, query, look)

    def _with_merged(self, query: EventQuery) -> EventQuery:
        if not query.contact_ids or not self._questions.shown:
            return query
        ids = tuple(self._questions.all_of(query.contact_ids))
        return msgspec.structs.replace(query, contact_ids=ids)

    def give_up(self, asker: int) -> None:
        """See `EventStore.give_up`."""
        self._gone.append(asker)
        self._questions.rows(sql("give_up"), _ended, mark=str(asker))

    def histogram(self, query: EventQuery, step: int) -> EventCounts:
        """See `EventStore.histogram`. Raises `Unavailable` as `find` does."""
        name, group = "name", "start, name"
        bound: dict[str, Parameter] = {"step": step // MICROSECOND}
        if len(query.names) == 1:  # To group by it too would take half as long again.
            name, group = "{only:String}", "start"
            bound["only"] = query.names[0]
        rows, back_to = self._of_all(
            query,
            f"event_date - positiveModulo(event_date, {{step:Int64}}) AS start, {name}, count(),"
            " min(event_date), max(event_date)",
            f" GROUP BY {group}",
            _bucket,
            **bound,
        )
        counts: Counter[tuple[int, str]] = Counter()
        for start, name, count, _, _ in rows:
            counts[start, name] += count
        dates = None
        if rows:
            first, last = min(row[3] for row in rows), max(row[4] for row in rows)
            dates = first * MICROSECOND, last * MICROSECOND
        buckets = [
            Bucket(start * MICROSECOND, name, count)
            for (start, name), count in sorted(counts.items())
        ]
        return EventCounts(buckets, dates, back_to)

    def _of_all(
        self, query: EventQuery, what: str, rest: str, row: Decoder[Row], **bound: Parameter
    ) -> tuple[list[Row], int | None]:
        """What is asked of all that match, by stretches of time; and `EventPage.looked_back_to`."""
        query = self._with_merged(query)
        table, conditions = selection.table(query), selection.matching(query)
        found: list[Row] = []

        def look(stretch: Conditions, seconds: float | None) -> bool:
            question, parameters = self._questions.question(what, table, conditions | stretch)
            question = f"{question}{rest}{self._settings(query, _BESIDE, seconds)}"
            found.extend(self._questions.rows(question, row, **parameters, **bound))
            return False

        if query.near is None or table != "events":
            look({}, None)
            return found, None
        return found, look_back(query.near, query, look)

    def sample(self, one_in: Mapping[str, int], per_name: int, since: Position) -> list[EventRow]:
        """See `EventStore.sample`. Raises `Unavailable` as `find` does."""
        if not one_in:
            return []
        # Of each name about as many are wanted, so that names are as frequent as one is in many.
        total = sum(one_in.values())
        bound: dict[str, Parameter] = {
            "names": list(one_in),
            "one_in": list(one_in.values()),
            "stretches": [_NEIGHBOURS * total // many for many in one_in.values()],
            "per_name": per_name,
            "since": since,
        }
        rows = event_rows(
            self._questions.rows(f"{sql('sample')} SETTINGS priority = {_BESIDE}", STORED, **bound)
        )
        return self._questions.as_shown(
            [row for row in rows if row.contact_id not in self._questions.hidden]
        )

    def _count_up_to(
        self, table: str, conditions: Conditions, most: int, query: EventQuery
    ) -> int | None:
        """How many there are, or `most` where there are more; None where that takes too long."""
        question, parameters = self._questions.question("1", table, conditions)
        question = f"SELECT count() FROM ({question} LIMIT {{most:UInt64}})"  # noqa: S608 - own words
        question += self._settings(query, _BESIDE, query.seconds)
        try:
            [[count]] = self._questions.rows(question, NUMBERS, **parameters, most=most)
        except TooSlow:
            return None
        return count

    def _settings(self, query: EventQuery, priority: int, seconds: float | None = None) -> str:
        """What a statement ends with that is asked for this query, of that priority, and may take
        so long. Raises `GivenUp` where nobody waits for it."""
        if query.asker in self._gone:
            raise GivenUp("Nobody waits for the answer any more.")
        bound = "" if seconds is None else f", max_execution_time = {seconds}"
        return f" SETTINGS priority = {priority}, log_comment = '{query.asker}'{bound}"


def _priority(query: EventQuery) -> int:
    return _BESIDE if query.gives_way else _AT_ONCE


def _cursor(row: list[int]) -> Cursor:
    date, nanos, position = row
    return Cursor(date * MICROSECOND + nanos, Position(position))
