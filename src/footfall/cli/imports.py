"""`footfall import`: files into a server that runs, through its API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from footfall.cli.calling import call
from footfall.cli.options import DEFAULT_SERVER, Server
from footfall.errors import ExitCode, FootfallError, InvalidParameter

if TYPE_CHECKING:
    import httpx

PIECE: Final = 8 * 2**20
"""Characters of a file that go into one request; a larger file takes several, one by one."""
SHOWN: Final = 20
"""Bad rows that are printed of each request; the server tells all of them."""
LOOK_SECONDS: Final = 0.2
ANSWER_SECONDS: Final = 120
COUNTS: Final = ("done", "created", "updated", "refused")

EXAMPLE: Final = "Example: footfall import contacts contacts.csv --new-list Newsletter"

imports = typer.Typer(
    name="import", no_args_is_help=True, help="Import files into a server.", epilog=EXAMPLE
)


@imports.callback()
def group() -> None:
    """Import files into a server that runs."""


@imports.command(epilog=EXAMPLE)
def contacts(
    file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8.", metavar="FILE")],
    key: Annotated[
        str,
        typer.Option(
            help="An API key that may write contacts; BREVO_API_KEY without it.",
            envvar="BREVO_API_KEY",
            metavar="KEY",
            show_envvar=False,
        ),
    ],
    url: Server = DEFAULT_SERVER,
    list_id: Annotated[
        list[int] | None,
        typer.Option(
            help="Put the contacts on that list; may be given several times.", metavar="ID"
        ),
    ] = None,
    new_list: Annotated[
        str, typer.Option(help="Put the contacts on a new list of that name.", metavar="NAME")
    ] = "",
    folder: Annotated[int, typer.Option(help="The folder of the new list.", metavar="ID")] = 1,
    keep_existing: Annotated[
        bool, typer.Option("--keep-existing", help="Leave contacts as they are that exist.")
    ] = False,
    clear_empty: Annotated[
        bool, typer.Option("--clear-empty", help="Let empty fields clear attributes.")
    ] = False,
) -> int:
    """Import contacts from a CSV file, whose first line names attributes.

    What is wrong with a row is told, and loses no other; the exit code is 1 where rows were
    refused. What was sent is imported even if this command ends before it.
    """
    import httpx

    from footfall.cli.progress import bar

    total = sum(1 for _ in _records(file)) - 1
    counts = dict.fromkeys(COUNTS, 0)
    with httpx.Client(base_url=url, headers={"api-key": key}, timeout=ANSWER_SECONDS) as server:
        lists = list(list_id or ())
        if new_list:
            made = call(server, "POST", "/v3/contacts/lists", name=new_list, folderId=folder)
            lists.append(made["id"])
        with bar("Importing") as progress:
            progress(0, total)
            for piece in _pieces(file):
                begun = call(
                    server,
                    "POST",
                    "/v3/contacts/import",
                    fileBody=piece,
                    listIds=lists,
                    updateExistingContacts=not keep_existing,
                    emptyContactsAttributes=clear_empty,
                )["processId"]
                before = counts["done"]
                done = _wait(server, begun, _from(progress, before, total))
                _tell_problems(server, begun, before)
                counts = {name: counts[name] + done[name] for name in COUNTS}
    typer.echo(
        f"{counts['done']} rows: {counts['created']} contacts created, "
        f"{counts['updated']} updated, {counts['refused']} rows refused"
    )
    return ExitCode.FAILED if counts["refused"] else ExitCode.OK


def _records(file: Path) -> Iterator[str]:
    """The file's records with their line ends; a field in quotes may go over several lines.

    Raises `InvalidParameter` for a file that is not in UTF-8. Empty lines are passed over.
    """
    record = ""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for line in lines:
                record += line
                if record.count('"') % 2 == 0:
                    if record.strip("\r\n"):
                        yield record
                    record = ""
    except UnicodeDecodeError as problem:
        raise InvalidParameter(f"{file} is not in UTF-8", "FILE") from problem
    if record:
        yield record


def _pieces(file: Path) -> Iterator[str]:
    """The file in pieces for a request each, every one with the line of names."""
    records = _records(file)
    names = next(records, "")
    if not names.endswith("\n"):
        names += "\n"
    piece, size = [names], len(names)
    for record in records:
        piece.append(record)
        size += len(record)
        if size >= PIECE:
            yield "".join(piece)
            piece, size = [names], len(names)
    if len(piece) > 1:
        yield "".join(piece)


def _from(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int], None]:
    return lambda done: progress(before + done, total)


def _wait(server: httpx.Client, process_id: int, progress: Callable[[int], None]) -> dict[str, int]:
    """The counts of the process once it has ended; raises `FootfallError` where it failed."""
    import time

    while True:
        process = call(server, "GET", f"/v3/processes/{process_id}")
        counts: dict[str, Any] = process["progress"]
        progress(counts["done"])
        if process["status"] == "failed":
            raise FootfallError(f"the import failed: {counts['message']}")
        if process["status"] == "completed":
            return {name: counts[name] for name in COUNTS}
        time.sleep(LOOK_SECONDS)


def _tell_problems(server: httpx.Client, process_id: int, before: int) -> None:
    """Print the first bad rows, numbered as in the whole file."""
    path = f"/footfall/v1/processes/{process_id}/problems"
    found = call(server, "GET", f"{path}?limit={SHOWN}")
    for problem in found["problems"]:
        what = "refused" if problem["refused"] else "partly ignored"
        row = before + problem["row"]
        typer.echo(f"row {row} {what}: {problem['message']}", err=True)
    if found["next_row"] is not None:
        typer.echo(f"more rows had problems: GET {path}", err=True)
