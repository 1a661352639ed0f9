"""`/v3/processes`: work that goes on after its request was answered, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, BinaryIO, Final, Literal

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.paging import MAX_INT64, Offset, PathId, Sort, UpTo50
from footfall.api.parts import GivenParts, Parts
from footfall.contact_exports import ExportOptions, csv_lines
from footfall.errors import NotFound, PermissionDenied
from footfall.instants import format_milliseconds
from footfall.processes import (
    MAX_PROBLEMS,
    ImportOptions,
    Notification,
    ObjectOptions,
    Options,
    Process,
    Status,
    report_of,
)

MAX_PAGE: Final = 1_000

Name = Literal["IMPORTUSER", "SEARCH_EXPORT_USERS", "OBJECTS_UPSERT", "OBJECTS_DELETE"]
CHUNK: Final = 2**16


class ProcessProgress(msgspec.Struct, kw_only=True):
    """How far an import is; Footfall's own."""

    begun_at: str
    ended_at: str | None
    total: int
    """Rows; 0 until they are counted."""
    done: int
    created: int
    updated: int
    refused: int
    problems: int
    """Rows with which something was wrong, refused or not: see the route `problems`."""
    message: str
    """Why it failed."""
    notification: Notification
    """Whether `notifyUrl` was told of the end; empty where there is none, or no end yet."""


class ImportReports(msgspec.Struct, kw_only=True):
    """Links to CSV files that tell of refused rows; null where there are none of a kind."""

    invalid_emails: str | None = None
    duplicate_contact_id: None = None
    """A row names no contact by its id."""
    duplicate_ext_id: str | None = None
    duplicate_email_id: str | None = None
    duplicate_phone_id: str | None = None
    duplicate_whatsapp_id: str | None = None
    duplicate_landline_number_id: str | None = None


class ProcessInfo(msgspec.Struct):
    """What an import left behind."""

    reports: ImportReports = msgspec.field(name="import")


class ShownProcess(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A process as Brevo shows it, with its progress."""

    id: int
    name: Name
    status: Status
    progress: ProcessProgress
    info: ProcessInfo | None = None
    """Of an import that is completed."""
    export_url: str | None = None
    """Of an export that is completed, as long as its file is there: a link that holds for a day,
    without a key."""


class ProcessList(msgspec.Struct):
    """A page of processes, and how many there are in all."""

    count: int
    processes: list[ShownProcess]


class ShownProblem(msgspec.Struct):
    """What was wrong with a row."""

    row: int
    """From 1; a CSV file's line of names does not count."""
    refused: bool
    """It changed nothing; else a part of it was ignored."""
    code: str
    field: str
    message: str


class ProblemList(msgspec.Struct):
    """Problems by row."""

    problems: list[ShownProblem]
    next_row: int | None
    """Ask for those after this row; null where that were all."""


@get("/v3/processes", opt=require("contacts:read"), operation_id="getProcesses", tags=["Processes"])
async def list_processes(
    parts: GivenParts,
    request: Call,
    limit: UpTo50 = 10,
    offset: Offset = 0,
    sort: Sort = "desc",
) -> Response[ProcessList]:
    """Processes by their begin, latest first unless `sort` is `asc`."""
    count, found = await parts.read(
        parts.directory.find_processes, oldest_first=sort == "asc", limit=limit, offset=offset
    )
    linked = _Linked(parts, request, await parts.read(parts.exported.ids))
    return json_answer(ProcessList(count, [linked.shown(each) for each in found]))


@get(
    "/v3/processes/{process_id:int}",
    opt=require("contacts:read"),
    operation_id="getProcess",
    tags=["Processes"],
)
async def read_process(
    parts: GivenParts, request: Call, process_id: PathId
) -> Response[ShownProcess]:
    """One process."""
    process = await _existing(parts, process_id)
    exported = await parts.read(parts.exported.ids)
    return json_answer(_Linked(parts, request, exported).shown(process))


@get(
    "/footfall/v1/processes/{process_id:int}/problems",
    opt=require("contacts:read"),
    operation_id="getProcessProblems",
    tags=["Footfall"],
)
async def list_problems(
    parts: GivenParts,
    process_id: PathId,
    after: Annotated[
        int, QueryParameter(ge=0, le=MAX_INT64, description="Only rows past this one")
    ] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 100,
) -> Response[ProblemList]:
    """The rows of a process with which something was wrong, and what; the first 10,000."""
    await _existing(parts, process_id)
    found = await parts.read(parts.directory.problems, process_id, after, limit)
    problems = [
        ShownProblem(each.row, each.refused, each.code, each.field, each.message) for each in found
    ]
    following = found[-1].row if len(found) == limit else None
    return json_answer(ProblemList(problems, following))


Expires = Annotated[int, QueryParameter(ge=0, le=2**40, description="As the link has it")]
Signature = Annotated[str, QueryParameter(max_length=200, description="As the link has it")]


@get(
    "/footfall/v1/processes/{process_id:int}/file",
    operation_id="getExportedFile",
    tags=["Footfall"],
    media_type="text/csv",
)
async def read_file(
    parts: GivenParts,
    process_id: PathId,
    expires: Expires = 0,
    signature: Signature = "",
) -> Stream:
    """The file that an export wrote, by the link in `export_url`; it needs no key."""
    _check_link(parts, _file_path(process_id), expires, signature)
    file = await parts.read(parts.exported.open, process_id)
    return _csv(_pieces(file), f"contacts-{process_id}.csv")


@get(
    "/footfall/v1/processes/{process_id:int}/reports/{name:str}",
    operation_id="getImportReport",
    tags=["Footfall"],
    media_type="text/csv",
)
async def read_report(
    parts: GivenParts,
    process_id: PathId,
    name: FromPath[str],
    expires: Expires = 0,
    signature: Signature = "",
) -> Stream:
    """What was wrong with the rows of one kind, by a link in `info.import`; it needs no key."""
    _check_link(parts, _report_path(process_id, name), expires, signature)
    found = await parts.read(parts.directory.problems, process_id, 0, MAX_PROBLEMS)
    rows = [
        [str(each.row), each.code, each.field, each.message]
        for each in found
        if report_of(each) == name
    ]
    return _csv([csv_lines([["row", "code", "field", "message"], *rows])], f"{name}.csv")


def shown(process: Process) -> ShownProcess:
    """The process in Brevo's form, without links."""
    ended_at = None if process.ended_at is None else format_milliseconds(process.ended_at)
    return ShownProcess(
        id=process.id,
        name=_name(process.options),
        status=process.status,
        progress=ProcessProgress(
            begun_at=format_milliseconds(process.begun_at),
            ended_at=ended_at,
            total=process.total,
            done=process.done,
            created=process.created,
            updated=process.updated,
            refused=process.refused,
            problems=process.problems,
            message=process.message,
            notification=process.notification,
        ),
    )


def described(process: Process) -> bytes:
    """The process as its `notifyUrl` is told of it."""
    return msgspec.json.encode(shown(process))


def _name(options: Options) -> Name:
    match options:
        case ImportOptions():
            return "IMPORTUSER"
        case ExportOptions():
            return "SEARCH_EXPORT_USERS"
        case ObjectOptions():
            return "OBJECTS_UPSERT" if options.action == "upsert" else "OBJECTS_DELETE"


class _Linked:
    """Shows processes with links to their files, at the address that the caller used."""

    def __init__(self, parts: Parts, request: Call, exported: set[int]) -> None:
        """`exported` are the processes whose files are there."""
        forwarded = request.headers.get("x-forwarded-proto", "")
        scheme = forwarded if forwarded in ("http", "https") else "http"
        self._base = f"{scheme}://{request.headers.get('host', 'localhost')}"
        self._links = parts.links
        self._now = parts.clock.now()
        self._exported = exported

    def shown(self, process: Process) -> ShownProcess:
        """The process in Brevo's form."""
        answer = shown(process)
        if process.status != "completed":
            return answer
        if isinstance(process.options, ImportOptions):
            reports = {name: self._link(_report_path(process.id, name)) for name in process.reports}
            answer.info = ProcessInfo(msgspec.convert(reports, ImportReports))
        elif isinstance(process.options, ExportOptions) and process.id in self._exported:
            answer.export_url = self._link(_file_path(process.id))
        return answer

    def _link(self, path: str) -> str:
        return self._base + self._links.link(path, self._now)


def _file_path(process_id: int) -> str:
    return f"/footfall/v1/processes/{process_id}/file"


def _report_path(process_id: int, name: str) -> str:
    return f"/footfall/v1/processes/{process_id}/reports/{name}"


def _check_link(parts: Parts, path: str, expires: int, signature: str) -> None:
    if not parts.links.holds(path, expires, signature, parts.clock.now()):
        raise PermissionDenied("The link has ended or is not whole; ask for the process again")


def _csv(pieces: Iterable[bytes], name: str) -> Stream:
    return Stream(
        iter(pieces),
        media_type="text/csv",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
        },
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece


async def _existing(parts: Parts, process_id: int) -> Process:
    found = None
    if 1 <= process_id < 2**63:
        found = await parts.read(parts.directory.process, process_id)
    if found is None:
        raise NotFound("Process ID does not exist")
    return found
