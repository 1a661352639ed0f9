"""Webhooks and what is still to be delivered, in a SQLite file of their own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from footfall.backends.sqlite.connection import connect, migrate, refusals_named, transaction
from footfall.backends.sqlite.rows import numbers_of, text
from footfall.records import Position
from footfall.webhooks import KEPT_FOR, MAX_KEPT, Delivery, Place, Taken, Webhook

_WEBHOOKS = (
    "SELECT id, url, segment_ids, created_at, position, at, contact_id, segment_id, delivered,"
    " (SELECT count(*) FROM deliveries WHERE webhook_id = id AND parked = 0),"
    " (SELECT count(*) FROM deliveries WHERE webhook_id = id AND parked = 1)"
    " FROM webhooks ORDER BY id"
)
_DELIVERIES = (
    "SELECT webhook_id, position, at, contact_id, segment_id, entered, cause, attempts, due,"
    " parked, problem FROM deliveries WHERE webhook_id = ? AND parked = ?"
    " ORDER BY position, at, contact_id, segment_id LIMIT ?"
)
_KEY = "webhook_id = ? AND position = ? AND at = ? AND contact_id = ? AND segment_id = ?"

_TAKEN = (
    "SELECT webhook_id, position, at, contact_id, segment_id, entered, cause, attempts, taken_at,"
    " duration, status FROM taken WHERE webhook_id = ? AND taken_at >= ?"
    " ORDER BY taken_at DESC, position DESC, at DESC, contact_id DESC, segment_id DESC LIMIT ?"
)
_TOLD = (
    "SELECT webhook_id, position, at, contact_id, segment_id, entered, cause, attempts, due,"
    " parked, problem FROM deliveries WHERE webhook_id IN (SELECT id FROM webhooks)"
    " AND parked IN (0, 1) AND position = ? ORDER BY webhook_id, at, contact_id, segment_id LIMIT ?"
)
_TOLD_AND_TAKEN = (
    "SELECT webhook_id, position, at, contact_id, segment_id, entered, cause, attempts, taken_at,"
    " duration, status FROM taken WHERE webhook_id IN (SELECT id FROM webhooks) AND position = ?"
    " ORDER BY webhook_id, at, contact_id, segment_id LIMIT ?"
)
_FORGET_OLD = "DELETE FROM taken WHERE webhook_id = ? AND taken_at < ?"
_FORGET_MANY = (
    "DELETE FROM taken WHERE webhook_id = ? AND taken_at <"
    " (SELECT taken_at FROM taken WHERE webhook_id = ? ORDER BY taken_at DESC LIMIT 1 OFFSET ? - 1)"
)
_WAIT_AGAIN = (
    "INSERT INTO deliveries SELECT webhook_id, position, at, contact_id, segment_id, entered,"
    " cause, 0, ?, 0, '' FROM taken"
)


class SqliteWebhooks:
    """The port `Webhooks` in one SQLite file."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made where it is missing (mode 0600, its directory 0700).

        Raises `OutOfSpace`, `Unavailable`, or `DataInconsistent` where a newer version wrote it.
        """
        self._path = path
        self._lock = threading.Lock()
        self._connection = connect(path)
        migrate(self._connection, files("footfall.backends.sqlite") / "migrations" / "webhooks")

    def create(
        self, url: str, segment_ids: Sequence[int], secret: str, reached: Place, now: int
    ) -> Webhook:
        """See `Webhooks.create`."""
        with self._changing() as connection:
            cursor = connection.execute(
                "INSERT INTO webhooks (url, segment_ids, secret, created_at, position, at,"
                " contact_id, segment_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (url, text(tuple(segment_ids)), secret, now, *reached),
            )
            id_ = cursor.lastrowid or 0
        return Webhook(
            id=id_, url=url, segment_ids=tuple(segment_ids), created_at=now, reached=reached
        )

    def all(self) -> list[Webhook]:
        """See `Webhooks.all`."""
        with self._lock, refusals_named(self._path):
            return list(map(_webhook, self._connection.execute(_WEBHOOKS)))

    def secret(self, webhook_id: int) -> str | None:
        """See `Webhooks.secret`."""
        query = "SELECT secret FROM webhooks WHERE id = ?"
        with self._lock, refusals_named(self._path):
            row = self._connection.execute(query, (webhook_id,)).fetchone()
        return None if row is None else str(row[0])

    def change(self, webhook_id: int, url: str, segment_ids: Sequence[int]) -> bool:
        """See `Webhooks.change`."""
        with self._changing() as connection:
            changed = connection.execute(
                "UPDATE webhooks SET url = ?, segment_ids = ? WHERE id = ?",
                (url, text(tuple(segment_ids)), webhook_id),
            )
            return changed.rowcount > 0

    def remove(self, webhook_id: int) -> bool:
        """See `Webhooks.remove`."""
        with self._changing() as connection:
            gone = connection.execute("DELETE FROM webhooks WHERE id = ?", (webhook_id,))
            return gone.rowcount > 0

    def take_up(self, webhook_id: int, deliveries: Collection[Delivery], reached: Place) -> None:
        """See `Webhooks.take_up`."""
        with self._changing() as connection:
            updated = connection.execute(
                "UPDATE webhooks SET position = ?, at = ?, contact_id = ?, segment_id = ?"
                " WHERE id = ?",
                (*reached, webhook_id),
            )
            if updated.rowcount:
                connection.executemany(
                    "INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    map(_delivery_row, deliveries),
                )

    def deliveries(self, webhook_id: int, *, parked: bool, limit: int) -> list[Delivery]:
        """See `Webhooks.deliveries`."""
        with self._lock, refusals_named(self._path):
            rows = self._connection.execute(_DELIVERIES, (webhook_id, int(parked), limit))
            return list(map(_delivery, rows))

    def settle(
        self,
        done: Collection[Taken],
        dropped: Collection[Delivery],
        failed: Collection[Delivery],
    ) -> None:
        """See `Webhooks.settle`."""
        with self._changing() as connection:
            for one in (*(each.delivery for each in done), *dropped, *failed):
                connection.execute(
                    f"DELETE FROM deliveries WHERE {_KEY}",  # noqa: S608 - a constant
                    (one.webhook_id, *one.place),
                )
            connection.executemany(
                "UPDATE webhooks SET delivered = delivered + 1 WHERE id = ?",
                ((each.delivery.webhook_id,) for each in done),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO taken SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
                " WHERE EXISTS (SELECT 1 FROM webhooks WHERE id = ?)",
                ((*_taken_row(each), each.delivery.webhook_id) for each in done),
            )
            for webhook_id in {each.delivery.webhook_id for each in done}:
                latest = max(each.at for each in done)
                connection.execute(_FORGET_OLD, (webhook_id, latest - KEPT_FOR))
                connection.execute(_FORGET_MANY, (webhook_id, webhook_id, MAX_KEPT))
            for one in failed:
                connection.execute(
                    "INSERT INTO deliveries SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
                    " WHERE EXISTS (SELECT 1 FROM webhooks WHERE id = ?)",
                    (*_delivery_row(one), one.webhook_id),
                )

    def retry(self, webhook_id: int, now: int) -> int:
        """See `Webhooks.retry`."""
        with self._changing() as connection:
            again = connection.execute(
                "UPDATE deliveries SET parked = 0, attempts = 0, due = ?"
                " WHERE webhook_id = ? AND attempts > 0",
                (now, webhook_id),
            )
            return again.rowcount

    def taken(self, webhook_id: int, since: int, limit: int) -> list[Taken]:
        """See `Webhooks.taken`."""
        with self._lock, refusals_named(self._path):
            rows = self._connection.execute(_TAKEN, (webhook_id, since, limit))
            return list(map(_taken, rows))

    def told_of(self, position: Position, limit: int) -> tuple[list[Delivery], list[Taken]]:
        """See `Webhooks.told_of`."""
        with self._lock, refusals_named(self._path):
            waiting = self._connection.execute(_TOLD, (position, limit))
            deliveries = list(map(_delivery, waiting))
            done = self._connection.execute(_TOLD_AND_TAKEN, (position, limit))
            return deliveries, list(map(_taken, done))

    def send_again(self, webhook_id: int, place: Place, now: int) -> bool:
        """See `Webhooks.send_again`."""
        key = (webhook_id, *place)
        with self._changing() as connection:
            again = connection.execute(
                "UPDATE deliveries SET parked = 0, attempts = 0, due = ?"  # noqa: S608 - a constant
                f" WHERE {_KEY}",
                (now, *key),
            ).rowcount
            if not again:
                again = connection.execute(f"{_WAIT_AGAIN} WHERE {_KEY}", (now, *key)).rowcount
            connection.execute(f"DELETE FROM taken WHERE {_KEY}", key)  # noqa: S608 - a constant
            return again > 0

    def close(self) -> None:
        """See `Webhooks.close`."""
        self._connection.close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, refusals_named(self._path), transaction(self._connection):
            yield self._connection


def _webhook(row: tuple[Any, ...]) -> Webhook:
    id_, url, segment_ids, created_at, *place, delivered, waiting, parked = row
    return Webhook(
        id=id_,
        url=url,
        segment_ids=numbers_of(segment_ids),
        created_at=created_at,
        reached=Place(*place),
        delivered=delivered,
        waiting=waiting,
        parked=parked,
    )


def _delivery(row: tuple[Any, ...]) -> Delivery:
    webhook_id, position, at, contact_id, segment_id, entered, cause, *rest = row
    attempts, due, parked, problem = rest
    return Delivery(
        webhook_id=webhook_id,
        place=Place(position, at, contact_id, segment_id),
        entered=bool(entered),
        cause=cause,
        attempts=attempts,
        due=due,
        parked=bool(parked),
        problem=problem,
    )


def _taken(row: tuple[Any, ...]) -> Taken:
    webhook_id, position, at, contact_id, segment_id, entered, cause, attempts, *rest = row
    taken_at, duration, status = rest
    delivery = Delivery(
        webhook_id=webhook_id,
        place=Place(position, at, contact_id, segment_id),
        entered=bool(entered),
        cause=cause,
        attempts=attempts - 1,
    )
    return Taken(delivery=delivery, at=taken_at, duration=duration, status=status)


def _taken_row(taken: Taken) -> tuple[object, ...]:
    one = taken.delivery
    return (
        one.webhook_id,
        *one.place,
        int(one.entered),
        one.cause,
        one.attempts + 1,
        taken.at,
        taken.duration,
        taken.status,
    )


def _delivery_row(one: Delivery) -> tuple[object, ...]:
    return (
        one.webhook_id,
        *one.place,
        int(one.entered),
        one.cause,
        one.attempts,
        one.due,
        int(one.parked),
        one.problem,
    )
