"""Real stores in a folder, and journals to apply to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from footfall.backends.chdb.events import ChdbEventStore
from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.backends.sqlite.journal import SqliteJournal
from footfall.commands import AnyCommand, encode_commands
from footfall.engine.outcomes import Outcome
from footfall.engine.pipeline import Pipeline
from footfall.instants import SECOND
from footfall.records import Position, Request

RECEIVED = 1_700_000_000 * SECOND


def request(
    event: dict[str, Any] | bytes, *, at: int = RECEIVED, idempotency_key: str = ""
) -> Request:
    """One accepted event, received at that moment."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return Request("event", at, "key", body, idempotency_key=idempotency_key)


def order(*commands: AnyCommand, at: int = RECEIVED) -> Request:
    """One request of these commands, received at that moment."""
    return Request("command", at, "key", encode_commands(commands), len(commands))


def event(
    name: str = "viewed", *, properties: dict[str, Any] | None = None, **identifiers: Any
) -> dict[str, Any]:
    """The body of an event; who did it by keyword."""
    body: dict[str, Any] = {"event_name": name, "identifiers": identifiers}
    if properties is not None:
        body["contact_properties"] = properties
    return body


class Stores:
    """A journal, a directory and an event store, with the pipeline between them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.journal = SqliteJournal(folder / "journal.db")
        self.directory = SqliteDirectory(folder / "directory.db")
        self.events = ChdbEventStore(folder / "events")
        self.pipeline = Pipeline(self.directory, self.events, lambda _step, _seconds: None)

    def append(self, requests: Sequence[Request]) -> Position:
        """Journal the requests as one record; returns the position of the first."""
        return self.journal.append(requests).position

    def apply(self, *requests: Request) -> Position:
        """Journal and apply; returns the position of the first request."""
        first = self.append(requests)
        self.catch_up()
        return first

    def obey(self, *commands: AnyCommand, at: int = RECEIVED) -> list[Outcome]:
        """Journal the commands as one request, apply them, and return what each came to."""
        first = self.append([order(*commands, at=at)])
        outcomes: dict[Position, Outcome] = {}
        self.pipeline.apply(self.journal.read(self.pipeline.position, 20_000), outcomes)
        return [outcomes[Position(place)] for place in range(first, first + len(commands))]

    def catch_up(
        self, max_entries: int = 20_000, after_run: Callable[[], None] = lambda: None
    ) -> None:
        """Apply everything that the journal holds."""
        while records := self.journal.read(self.pipeline.position, max_entries):
            self.pipeline.apply(records)
            after_run()

    def contents(self) -> tuple[list[Any], list[Any]]:
        """Everything derived, to compare."""
        return list(self.directory.dump()), list(self.events.dump())

    def close(self) -> None:
        """Give back the files."""
        self.events.close()
        self.directory.close()
        self.journal.close()
