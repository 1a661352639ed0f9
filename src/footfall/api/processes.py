"""`/v3/processes`: work that goes on after its request was answered, and how far it is."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.paging import Offset, Sort, UpTo50
from footfall.api.parts import GivenParts, Parts
from footfall.errors import NotFound
from footfall.instants import format_milliseconds
from footfall.processes import Notification, Process, Status

MAX_PAGE: Final = 1_000

Name = Literal["IMPORTUSER"]


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


class ShownProcess(msgspec.Struct, kw_only=True):
    """A process as Brevo shows it, with its progress."""

    id: int
    name: Name
    status: Status
    progress: ProcessProgress


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
    parts: GivenParts, limit: UpTo50 = 10, offset: Offset = 0, sort: Sort = "desc"
) -> Response[ProcessList]:
    """Processes by their begin, latest first unless `sort` is `asc`."""
    count, found = await parts.read(
        parts.directory.find_processes, oldest_first=sort == "asc", limit=limit, offset=offset
    )
    return json_answer(ProcessList(count, [shown(each) for each in found]))


@get(
    "/v3/processes/{process_id:int}",
    opt=require("contacts:read"),
    operation_id="getProcess",
    tags=["Processes"],
)
async def read_process(parts: GivenParts, process_id: FromPath[int]) -> Response[ShownProcess]:
    """One process."""
    return json_answer(shown(await _existing(parts, process_id)))


@get(
    "/footfall/v1/processes/{process_id:int}/problems",
    opt=require("contacts:read"),
    operation_id="getProcessProblems",
    tags=["Footfall"],
)
async def list_problems(
    parts: GivenParts,
    process_id: FromPath[int],
    after: Annotated[int, QueryParameter(ge=0, description="Only rows past this one")] = 0,
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


def shown(process: Process) -> ShownProcess:
    """The process in Brevo's form."""
    ended_at = None if process.ended_at is None else format_milliseconds(process.ended_at)
    return ShownProcess(
        id=process.id,
        name="IMPORTUSER",
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


async def _existing(parts: Parts, process_id: int) -> Process:
    found = None
    if 1 <= process_id < 2**63:
        found = await parts.read(parts.directory.process, process_id)
    if found is None:
        raise NotFound("Process ID does not exist")
    return found
