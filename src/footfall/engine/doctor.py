"""Whether journal, directory and event store agree, and what to do where they do not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Final, Literal, TypeVar

import msgspec

from footfall.contacts import ContactId
from footfall.engine.decisions import FORGOTTEN
from footfall.errors import FootfallError, Unavailable, WrittenByNewer
from footfall.ports import Directory, EventRow, EventStore, Journal
from footfall.records import MAX_POSITION, Position, Record, Request
from footfall.verdicts import Verdict

CHUNK: Final = 10_000
"""Entries that are compared at a time."""
SHOWN: Final = 5
"""Positions that a finding names."""

REBUILD: Final = "Run footfall rebuild: it computes directory and event store from the journal."
UPDATE: Final = "Use that version of the program, or a later one, for all of the data directory."
COMPLETE: Final = "Start the server, or run footfall compact: either completes it."
RESTORE: Final = (
    "Keep a copy of the data directory, then restore the journal from the latest backup: what it "
    "lost cannot be computed from anything else."
)
REPLACE: Final[Mapping[Part, str]] = {
    "keys": "Restore keys.db from the latest backup. Without one, move the file away and make new "
    "keys: footfall keys create.",
    "people": "Restore people.db from the latest backup. Without one, move the file away and add "
    "people anew: footfall users add.",
    "webhooks": "Restore webhooks.db from the latest backup. Without one, move the file away and "
    "create webhooks anew.",
}
"""Remedies for what nothing else is computed from, and which is computed from nothing."""

Store = TypeVar("Store", Journal, Directory, EventStore)
Part = Literal["journal", "directory", "event store", "keys", "people", "webhooks"]
Fault = Literal["gap", "lacking", "superfluous", "unlike", "nobody's"]


class Finding(msgspec.Struct, frozen=True):
    """Something that is wrong."""

    part: Part
    problem: str
    remedy: str


_FAULTS: Final[dict[Fault, tuple[Part, str, str]]] = {
    "gap": ("journal", "entries are missing", RESTORE),
    "lacking": ("event store", "applied events are missing", REBUILD),
    "superfluous": ("event store", "events are there that were not applied", REBUILD),
    "unlike": ("event store", "events differ from the journal's", REBUILD),
    "nobody's": ("directory", "events belong to contacts that are missing", REBUILD),
}


def doctor(
    journal: Callable[[], Journal],
    directory: Callable[[], Directory],
    events: Callable[[], EventStore],
    others: Mapping[Part, Callable[[], list[str]]],
    progress: Callable[[int, int], None],
) -> list[Finding]:
    """Open the three stores, compare them, close them, and look at the other files.

    What cannot be opened or read is a finding. `others` tell what is wrong with each of the parts
    in `REPLACE`.
    """
    findings: list[Finding] = []
    for part, faults in others.items():
        findings += _checked(part, faults, REPLACE[part])
    with ExitStack() as opened:
        records = _opened(opened, journal, "journal", RESTORE, findings)
        derived = _opened(opened, directory, "directory", REBUILD, findings)
        rows = _opened(opened, events, "event store", REBUILD, findings)
        if records is not None and derived is not None and rows is not None:
            findings += compare(records, derived, rows, progress)
    return findings


def _opened(
    opened: ExitStack,
    store: Callable[[], Store],
    part: Part,
    remedy: str,
    findings: list[Finding],
) -> Store | None:
    try:
        return opened.enter_context(closing(store()))
    except FootfallError as problem:
        findings.append(_unusable(part, problem, remedy))
        return None


def _checked(part: Part, faults: Callable[[], list[str]], remedy: str) -> list[Finding]:
    try:
        return [Finding(part, fault, remedy) for fault in faults()]
    except FootfallError as problem:
        return [_unusable(part, problem, remedy)]


def _unusable(part: Part, problem: FootfallError, remedy: str) -> Finding:
    if isinstance(problem, WrittenByNewer):
        remedy = UPDATE
    return Finding(part, problem.message, remedy)


def compare(
    journal: Journal,
    directory: Directory,
    events: EventStore,
    progress: Callable[[int, int], None],
) -> list[Finding]:
    """Compare all three, entry by entry, up to the last one applied. Changes nothing.

    What waits in the journal for the engine is no finding, and neither are rows of a run that a
    kill cut short: the engine completes them when it starts.
    """
    findings = _checked("journal", journal.check, RESTORE)
    findings += _checked("directory", directory.check, REBUILD)
    findings += _checked("event store", events.check, REBUILD)
    try:
        findings += _contradictions(journal, directory, events, progress)
    except Unavailable:
        # What is damaged cannot be read to its end, and has its finding by now.
        if not findings:
            raise
    return findings


def _contradictions(
    journal: Journal,
    directory: Directory,
    events: EventStore,
    progress: Callable[[int, int], None],
) -> list[Finding]:
    findings = list(_positions(journal, directory, events))
    for erasing in directory.erasing():
        events.hide(erasing.contact_id)
        problem = f"the erasure of contact {erasing.contact_id} is not complete"
        findings.append(Finding("directory", problem, COMPLETE))
    comparison = _Comparison(directory, events)
    while comparison.done < comparison.applied:
        try:
            records = journal.read(comparison.done, CHUNK)
        except (FootfallError, msgspec.MsgspecError) as problem:
            message = f"cannot be read after position {comparison.done}: {problem}"
            return [*findings, Finding("journal", message, RESTORE)]
        if not records:
            break
        comparison.take(records)
        progress(min(comparison.done, comparison.applied), comparison.applied)
    return [*findings, *comparison.findings()]


def _positions(journal: Journal, directory: Directory, events: EventStore) -> Iterator[Finding]:
    head, applied, kept = journal.head(), directory.position(), events.last_position()
    if applied > head:
        yield Finding("journal", f"ends at {head}, but the directory applied {applied}", RESTORE)
    if kept > head:
        yield Finding("journal", f"ends at {head}, but the event store has {kept}", RESTORE)


class _Comparison:
    """Walks over journal and event store side by side, in order of position."""

    def __init__(self, directory: Directory, events: EventStore) -> None:
        self.applied = directory.position()
        self.done = Position(0)
        self._directory = directory
        self._rows = events.dump()
        self._row = next(self._rows, None)
        self._erasing = {
            trace.position
            for erasing in directory.erasing()
            for trace in directory.traces(erasing.contact_id, MAX_POSITION)
            if trace.whole
        }
        self._totals: Counter[str] = Counter()
        self._faults: Counter[Fault] = Counter()
        self._first: defaultdict[Fault, list[Position]] = defaultdict(list)

    def take(self, records: list[Record]) -> None:
        """The records that follow `done`."""
        last = min(records[-1].last, self.applied)
        verdicts = self._directory.verdicts(Position(self.done + 1), last)
        rows = {row.position: row for row in self._rows_up_to(last)}
        known = self._directory.contacts({row.contact_id for row in rows.values()}).keys()
        for record in records:
            self._note(range(self.done + 1, record.position), "gap")
            for position, kind, received_at, is_gone in _entries(record):
                if position <= last:
                    outcome = _outcome(kind, verdicts.get(position))
                    self._totals[outcome] += 1
                    row = rows.pop(position, None)
                    if is_gone or position in self._erasing:
                        outcome = "erased"
                    self._judge(position, outcome, row, received_at, known)
            self.done = record.last
        self._note(rows, "superfluous")

    def findings(self) -> Iterator[Finding]:
        """What was found, over all records."""
        for fault, count in self._faults.items():
            part, problem, remedy = _FAULTS[fault]
            shown = ", ".join(map(str, self._first[fault]))
            more = ", …" if count > SHOWN else ""
            yield Finding(part, f"{problem}: {count} (position {shown}{more})", remedy)
        stated = Counter(self._directory.state().totals)
        if +stated != +self._totals:
            problem = f"counts {dict(+stated)}, but the journal has {dict(+self._totals)}"
            yield Finding("directory", problem, REBUILD)

    def _rows_up_to(self, last: Position) -> Iterator[EventRow]:
        while self._row is not None and self._row.position <= last:
            yield self._row
            self._row = next(self._rows, None)

    def _judge(
        self,
        position: Position,
        outcome: str,
        row: EventRow | None,
        received_at: int,
        known: Collection[ContactId],
    ) -> None:
        if row is None:
            if outcome == "applied":
                self._note([position], "lacking")
        elif outcome != "applied":
            self._note([position], "superfluous")
        elif row.received_at != received_at:
            self._note([position], "unlike")
        elif row.contact_id not in known:
            self._note([position], "nobody's")

    def _note(self, positions: Collection[int], fault: Fault) -> None:
        if positions:
            self._faults[fault] += len(positions)
            room = SHOWN - len(self._first[fault])
            self._first[fault] += [Position(position) for position in list(positions)[:room]]


def _outcome(kind: str, verdict: Verdict | None) -> str:
    """What the entry counts as in the totals."""
    if verdict is None or kind == FORGOTTEN or (kind == "command" and verdict.verdict == "applied"):
        return kind
    return verdict.verdict


def _unsaid(request: Request) -> str:
    """The outcome of a request's entries of which no verdict says another."""
    if request.forgotten:
        return FORGOTTEN
    return "applied" if request.kind in ("event", "batch") else request.kind


def _entries(record: Record) -> Iterator[tuple[Position, str, int, bool]]:
    """Each entry's position, its outcome unless a verdict says otherwise, time of receipt, and
    whether it was erased."""
    for first, request in record.placed():
        outcome = _unsaid(request)
        gone = request.gone()
        for offset in range(request.count):
            yield Position(first + offset), outcome, request.received_at, offset in gone
