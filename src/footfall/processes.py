"""Processes: work that goes on after its request was answered. Pure; the engine does the work.

A process is begun, carried on and ended by commands in the journal, so that what became of it is
derived like everything else. Only those that are not over matter to further commands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Literal

import msgspec

from footfall.contact_exports import ExportOptions

Status = Literal["queued", "in_process", "completed", "failed"]
Notification = Literal["", "due", "delivered", "failed"]
"""Of the end of a process: whether it was told where that was wanted."""
RowFormat = Literal["csv", "json"]
ColumnType = Literal["boolean", "float"]

Report = Literal[
    "invalid_emails",
    "duplicate_ext_id",
    "duplicate_email_id",
    "duplicate_phone_id",
    "duplicate_whatsapp_id",
    "duplicate_landline_number_id",
]
"""What Brevo calls the files that tell of bad rows."""

_DUPLICATES: Final[dict[str, Report]] = {
    "ext_id": "duplicate_ext_id",
    "email": "duplicate_email_id",
    "SMS": "duplicate_phone_id",
    "WHATSAPP": "duplicate_whatsapp_id",
    "LANDLINE_NUMBER": "duplicate_landline_number_id",
}
MAX_PROBLEMS: Final = 10_000
"""Rows of one process of which it is kept what was wrong; further ones are only counted."""


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True, tag="import_contacts"):
    """How contacts are imported."""

    source: str
    """The name of the file with the rows; see the port `Files`."""
    format: RowFormat
    """`csv`: values are texts, to be read by the type of their attribute. Of a file that is fetched
    it is known when the process starts."""
    url: str = ""
    """From where the file is fetched; empty where the request brought it."""
    list_ids: tuple[int, ...] = ()
    update_existing: bool = True
    """Without it a contact that is there already only comes onto the lists."""
    clear_empty: bool = False
    """A field without a value takes the value of that attribute away."""
    block_email: bool = False
    block_sms: bool = False


class ObjectOptions(msgspec.Struct, frozen=True, kw_only=True, tag="objects"):
    """What became of records of objects in one request; such a process ends as it begins."""

    action: Literal["upsert", "delete"]


Options = ImportOptions | ExportOptions | ObjectOptions


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One process as it stands. Moments are nanoseconds since the epoch."""

    id: int
    """From 1, in the order in which they were begun; never used twice."""
    begun_at: int
    options: Options
    status: Status = "queued"
    ended_at: int | None = None
    total: int = 0
    """Rows that there are to do, as far as they were counted."""
    done: int = 0
    """Rows decided. They are numbered from 1, and the next one is `done` + 1."""
    created: int = 0
    updated: int = 0
    """Rows that named a contact that was there already."""
    refused: int = 0
    problems: int = 0
    """Rows with which something was wrong, refused or not."""
    reports: dict[Report, int] = {}
    """How many of the refused rows belong into each report."""
    column_types: dict[str, ColumnType] = {}
    """What the texts of a column are, where its attribute does not exist yet."""
    erased: dict[str, int] = {}
    """Who was erased since an import was begun: hashes of all that names them, in hexadecimal, and
    their numbers. Rows that name them are refused."""
    message: str = ""
    """Why it failed."""
    notify_url: str = ""
    """Where to tell that it ended."""
    notification: Notification = ""

    @property
    def has_ended(self) -> bool:
        """Whether no more rows are done."""
        return self.status in ("completed", "failed")

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do, not even to tell of the end."""
        return self.has_ended and self.notification != "due"


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong with a row. A refused row changed nothing; of another a part was ignored."""

    process_id: int
    row: int
    refused: bool
    code: str
    """Of the error, or of the first remark."""
    field: str = ""
    """Which one was at fault, by its path."""
    message: str


def report_of(problem: RowProblem) -> Report | None:
    """The report that tells of the row; a row that was not refused is in none."""
    if not problem.refused:
        return None
    if problem.code == "duplicate_parameter":
        return _DUPLICATES.get(problem.field)
    return "invalid_emails" if problem.field in ("email", "attributes.EMAIL") else None


def _is_open_import(process: Process) -> bool:
    return isinstance(process.options, ImportOptions) and not process.has_ended


class Processes:
    """The processes that are not over, and what a run of entries changed of processes."""

    def __init__(self, active: Iterable[Process] = (), next_id: int = 1) -> None:
        self.active = {process.id: process for process in active}
        self.next_id = next_id
        self.changed: dict[int, Process] = {}
        self.problems: list[RowProblem] = []

    def settle(self) -> None:
        """Forget what changed, once it is committed."""
        self.changed.clear()
        self.problems.clear()

    def begin(self, options: Options, notify_url: str, now: int) -> Process:
        """A new process, which waits for its turn."""
        process = Process(id=self.next_id, begun_at=now, options=options, notify_url=notify_url)
        self.next_id += 1
        self.put(process)
        return process

    def put(self, process: Process) -> None:
        """The process as it is from now on."""
        self.changed[process.id] = process
        if process.is_over:
            self.active.pop(process.id, None)
        else:
            self.active[process.id] = process

    @property
    def has_imports(self) -> bool:
        """Whether rows of an import may still come."""
        return any(map(_is_open_import, self.active.values()))

    def remember(self, keys: Collection[bytes], contact_id: int) -> None:
        """Whoever is known by these hashes was erased: no import under way brings them back."""
        if not keys:
            return
        for process in list(filter(_is_open_import, self.active.values())):
            erased = process.erased | dict.fromkeys(sorted(key.hex() for key in keys), contact_id)
            self.put(msgspec.structs.replace(process, erased=erased))

    def note(self, problem: RowProblem) -> None:
        """Count what was wrong with a row, and keep it where not too many are kept already."""
        process = self.active[problem.process_id]
        if process.problems < MAX_PROBLEMS:
            self.problems.append(problem)
        reports, report = process.reports, report_of(problem)
        if report is not None:
            reports = reports | {report: reports.get(report, 0) + 1}
        self.put(msgspec.structs.replace(process, problems=process.problems + 1, reports=reports))
