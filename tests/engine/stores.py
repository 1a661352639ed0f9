"""Real stores in a folder, and journals to apply to them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from footfall.backends.chdb.events import ChdbEventStore
from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.backends.sqlite.journal import SqliteJournal
from footfall.commands import ActivateSegment, AnyCommand, CreateSegment, encode_commands
from footfall.engine.computing import Computations
from footfall.engine.decoding import decode
from footfall.engine.erasure import Erasures
from footfall.engine.outcomes import Done, Outcome
from footfall.engine.pipeline import Pipeline
from footfall.engine.read_ahead import ReadAhead
from footfall.instants import SECOND
from footfall.records import Position, Request
from footfall.segments.definition import encode
from footfall.segments.reading import read_definition

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

    def __init__(self, folder: Path, journal: Path | None = None) -> None:
        """In that folder; the journal may be another one's."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.journal = SqliteJournal(journal or folder / "journal.db")
        self.directory = SqliteDirectory(folder / "directory.db")
        self.events = ChdbEventStore(folder / "events")
        self.computations = Computations(self.directory, self.events, lambda: None)
        self.erasures = Erasures(self.journal, self.directory, self.events, lambda: None)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Keep nothing in memory, as after a crash."""
        self.pipeline = Pipeline(
            self.directory,
            self.events,
            lambda _step, _seconds: None,
            self.computations.take,
            self.computations.note,
            self.erasures.begin,
        )

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
        self.pipeline.apply(decode(self.journal.read(self.pipeline.position, 20_000)), outcomes)
        return [outcomes[Position(place)] for place in range(first, first + len(commands))]

    def activate(self, at: int = RECEIVED) -> None:
        """Have the members of every segment found that waits for it."""
        for segment in self.directory.state().segments:
            if segment.state == "computing":
                self.obey(ActivateSegment(segment.id, segment.revision), at=at)

    def create_segment(self, condition: Any, at: int = RECEIVED) -> int:
        """A segment that is live when it returns; returns its id."""
        definition = encode(read_definition({"version": 1, "condition": condition}))
        [done] = self.obey(CreateSegment("a segment", "", definition), at=at)
        assert isinstance(done, Done), done
        self.activate(at)
        return done.id or 0

    def catch_up(
        self, max_entries: int = 20_000, after_run: Callable[[], None] = lambda: None
    ) -> None:
        """Apply everything that the journal holds."""
        with ReadAhead(self.journal, max_entries, lambda _step, _seconds: None) as upcoming:
            while entries := upcoming.after(self.pipeline.position):
                self.pipeline.apply(entries, writing=upcoming.writing)
                after_run()

    def contents(self) -> tuple[list[Any], list[Any]]:
        """Everything derived, to compare."""
        return list(self.directory.dump()), list(self.events.dump())

    def rebuilt(self) -> tuple[list[Any], list[Any]]:
        """Everything that a replay of the journal derives. These stores are closed then."""
        self.close()
        copy = self.folder / "rebuilt"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for path in self.folder.glob("journal.db*"):
            shutil.copy(path, copy)
        other = Stores(copy)
        try:
            other.catch_up()
            other.erasures.complete()
            return other.contents()
        finally:
            other.close()

    def close(self) -> None:
        """Give back the files."""
        self.computations.close()
        self.events.close()
        self.directory.close()
        self.journal.close()
