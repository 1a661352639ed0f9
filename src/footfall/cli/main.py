"""`footfall`: the commands put together, and what the shell sees when one of them fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from footfall import __version__
from footfall.cli.backup import backup
from footfall.cli.bench import bench
from footfall.cli.compact import compact
from footfall.cli.doctor import doctor
from footfall.cli.engine import engine
from footfall.cli.forget import forget
from footfall.cli.front import front
from footfall.cli.imports import imports
from footfall.cli.keys import keys
from footfall.cli.rebuild import rebuild
from footfall.cli.replay import replay
from footfall.cli.serve import serve
from footfall.cli.users import users
from footfall.errors import Damaged, ExitCode, FootfallError

app = typer.Typer(
    name="footfall",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@dataclass
class Invocation:
    """What holds for one call of the command, whichever of its commands runs."""

    debug: bool = False


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"footfall {__version__}")
        raise typer.Exit


@app.callback(epilog="Example: footfall serve --data ./data --port 8080")
def footfall(
    context: typer.Context,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of whatever goes wrong.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback acts on it
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """A self-hosted customer event platform that speaks Brevo's Events API."""
    context.ensure_object(Invocation).debug = debug


for command, example in (
    (serve, "footfall serve --data ./data --port 8080"),
    (front, "footfall front --data ./data --host 0.0.0.0 --port 8080"),
    (engine, "footfall engine --data ./data"),
    (rebuild, "footfall rebuild --data ./data"),
    (doctor, "footfall doctor --data ./data --json"),
    (backup, "footfall backup ./backup --data ./data"),
    (compact, "footfall compact --data ./data"),
    (forget, "footfall forget --older-than 730 --data ./data"),
    (replay, "footfall replay --reason unknown_attribute --since 2026-11-01"),
):
    app.command(epilog=f"Example: {example}")(command)
app.add_typer(bench)
app.add_typer(imports)
app.add_typer(keys)
app.add_typer(users)


def run() -> None:
    """The console script: run the command and end with its exit code."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run the command; the exit code. What fails is told in one line on standard error."""
    invocation = Invocation()
    try:
        returned = app(list(arguments), prog_name="footfall", standalone_mode=False, obj=invocation)
    except Exception as problem:
        if invocation.debug:
            raise
        code, line = _told(problem)
        if line:
            typer.echo(f"footfall: {line}", err=True)
        return code
    return returned if isinstance(returned, int) else ExitCode.OK


def _told(problem: Exception) -> tuple[int, str]:
    """The exit code and the line that says what to do next; none where help was shown instead."""
    match problem:
        case Damaged():
            return problem.exit_code, f"{problem.message}; footfall doctor says what to do"
        case FootfallError():
            return problem.exit_code, problem.message
        case typer.TyperException():
            context = getattr(problem, "ctx", None)
            command = context.command_path if context is not None else "footfall"
            wrong = problem.format_message().rstrip(".").replace("Value error, ", "")
            return problem.exit_code, f"{wrong}; see {command} --help" if wrong else ""
        case typer.Abort():
            return ExitCode.FAILED, "stopped"
        case OSError():
            subject = f"{os.fsdecode(problem.filename)}: " if problem.filename else ""
            return ExitCode.FAILED, f"{subject}{problem.strerror or problem}"
        case _:
            kind = type(problem).__name__
            return (
                ExitCode.FAILED,
                f"unexpected {kind}: {problem}. Run footfall --debug … to see where.",
            )
