"""What contacts did, for segments that are found anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec.json import Decoder
from numpy.typing import NDArray

from footfall.backends.chdb.connection import Parameter, sql
from footfall.backends.chdb.database import Database
from footfall.backends.chdb.questions import Questions
from footfall.backends.chdb.rows import TABLES
from footfall.backends.chdb.selection import MICROSECOND
from footfall.contacts import ContactId
from footfall.records import Position
from footfall.segments.definition import Definition
from footfall.segments.evaluation import PastEvent
from footfall.segments.membership import Differing
from footfall.segments.sql.statement import DOUBT, statement

_ASKED: Final = 5_000
"""Contacts whose events are asked for at a time."""
_MANY: Final = 500
"""Contacts from which on it is worth to ask first which table has less to be read."""

_estimate = Decoder(tuple[str, str, int, int, int])
"""Of EXPLAIN ESTIMATE: database, table, parts, rows, marks."""
_past_event = Decoder(tuple[ContactId, Position, int, int, str, str, int])
_past_dates = Decoder(tuple[ContactId, str, list[int], list[int]])
_tree: Final = Decoder().decode
_PAIR: Final = np.dtype([("condition", "<u2"), ("contact_id", "<u8")])


class Pasts:
    """What `EventStore` tells of contacts' pasts. Any thread may ask."""

    def __init__(self, questions: Questions, database: Database) -> None:
        self._questions = questions
        self._database = database

    def histories(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> dict[ContactId, list[PastEvent]]:
        """See `EventStore.histories`. Raises `Unavailable` where that takes too much memory."""
        found: dict[ContactId, list[PastEvent]] = {}
        wanted = _wanted(since, up_to)
        rest = iter(sorted(self._questions.all_of(contact_ids)))
        while since and (asked := list(islice(rest, _ASKED))):
            rows = self._questions.rows(
                sql("histories"),
                _past_event,
                table=self._quicker(asked, wanted),
                contact_ids=asked,
                **wanted,
            )
            for contact_id, position, date, nanos, name, properties, received_at in rows:
                moment = date * MICROSECOND + nanos
                event = PastEvent(position, moment, name, _tree(properties), received_at)
                first = self._questions.shown.get(contact_id, contact_id)
                found.setdefault(first, []).append(event)
        return found

    def dates(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> list[tuple[ContactId, str, list[int]]]:
        """See `EventStore.dates`. Raises `Unavailable` where that takes too much memory."""
        found: list[tuple[ContactId, str, list[int]]] = []
        wanted = _wanted(since, up_to)
        rest = iter(sorted(self._questions.all_of(contact_ids)))
        while since and (asked := list(islice(rest, _ASKED))):
            table = self._quicker(asked, wanted)
            rows = self._questions.rows(
                sql("dates"), _past_dates, table=table, contact_ids=asked, **wanted
            )
            for contact_id, name, dates, nanos in rows:
                moments = [
                    date * MICROSECOND + nano for date, nano in zip(dates, nanos, strict=True)
                ]
                found.append((self._questions.shown.get(contact_id, contact_id), name, moments))
        return found

    def _quicker(self, contact_ids: list[ContactId], wanted: Mapping[str, Parameter]) -> str:
        """The table of which less is to be read to find the events of these contacts: timeline
        stands in order of contacts, events in order of names and dates."""
        if len(contact_ids) < _MANY:
            return "timeline"
        return min(TABLES, key=lambda table: self._to_read(table, contact_ids, wanted))

    def _to_read(
        self, table: str, contact_ids: list[ContactId], wanted: Mapping[str, Parameter]
    ) -> int:
        """Rows, as the tables' order tells."""
        question = f"EXPLAIN ESTIMATE {sql('dates')}"
        parts = self._questions.rows(
            question, _estimate, table=table, contact_ids=contact_ids, **wanted
        )
        return sum(rows for _, _, _, rows, _ in parts)

    def who_did(self, since: Mapping[str, int], up_to: Position) -> NDArray[np.uint64]:
        """See `EventStore.who_did`. Raises `Unavailable` where that takes too much memory."""
        if not since:
            return np.array([], np.uint64)
        with self._database.connection("reading") as connection:
            found = connection.records(sql("who_did"), np.dtype("<u8"), _wanted(since, up_to))
        merged = [
            self._questions.shown[id_]
            for id_ in set(found.tolist()).intersection(self._questions.shown)
        ]
        return np.concatenate([found, np.array(merged, np.uint64)])

    def differing(
        self,
        definition: Definition,
        now: int,
        zone: ZoneInfo,
        seconds: float,
        up_to: Position | None = None,
    ) -> Differing | None:
        """See `EventStore.differing`."""
        question = statement(definition, now, zone, up_to=up_to)
        if question is None:
            return Differing({}, np.array([], np.uint64))
        if question.slots:
            return None
        text = f"{question.text}, max_execution_time = {seconds}"
        with self._database.connection("reading") as connection:
            found = connection.records(text, _PAIR, question.parameters)
        asked = found["condition"]
        doubtful = [
            found["contact_id"][asked == DOUBT],
            np.array(list(self._questions.merged), np.uint64),
        ]
        return Differing(
            {
                int(number): found["contact_id"][asked == number]
                for number in np.flatnonzero(np.bincount(asked))
            },
            np.concatenate(doubtful),
        )


def _wanted(since: Mapping[str, int], up_to: Position) -> dict[str, Parameter]:
    """Names, and for each the whole microsecond from which on its events are wanted; beside them
    the earliest of these, which the order of the tables can make use of."""
    moments = [max(moment // MICROSECOND, -(2**63)) for moment in since.values()]
    earliest = min(moments, default=0)
    return {"names": list(since), "since": moments, "earliest": earliest, "up_to": up_to}
