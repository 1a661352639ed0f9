"""Write the reference pages from the tables in the code: `python tools/reference.py`.

The pages are committed, so that they can be read where the code is read; a test fails when one of
them differs from what this makes.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast, get_type_hints

from litestar import Litestar

from footfall import errors, metrics, settings
from footfall.errors import ExitCode

FOLDER: Final = Path(__file__).parents[1] / "docs" / "reference"

EXIT_MEANINGS: Final = {
    ExitCode.OK: "Done.",
    ExitCode.FAILED: "It could not be done; the message says why.",
    ExitCode.USAGE: "The command line or a setting is wrong.",
    ExitCode.DATA_IN_USE: "Another process holds the data directory; the message names it.",
    ExitCode.DATA_INCONSISTENT: "The stores contradict each other; a file is damaged, or newer.",
    ExitCode.NOT_FOUND: "What the command line names is not there.",
    ExitCode.UNAVAILABLE: "Something it needs is down, full or taken; try again later.",
}

OPERATOR_ROUTES: Final = {
    "/healthz": "200 as soon as the front answers, whatever the engine does.",
    "/readyz": "200 when events are accepted and reads are answered, else 503.",
    "/metrics": "The [metrics](metrics.md), in Prometheus' text format.",
    "/openapi.json": "This page's source: the OpenAPI 3.1 document.",
}


def settings_page() -> str:
    """Every setting, by section."""
    sections = [
        "Settings stand in `footfall.toml` in the data directory, or in the environment, which "
        "wins. A name that means nothing is an error, so a misspelt setting cannot pass in "
        "silence. They are read at the start.",
        '```toml\n# footfall.toml\n[attributes]\nunknown = "ignore"\n```',
    ]
    kinds = get_type_hints(settings.Settings)
    for section, rows in groupby(settings.table(), key=lambda row: row.name.split(".")[0]):
        sections.append(f"## {section}\n\n{_first_line(kinds[section])}")
        sections.append(
            _table(
                ("setting", "variable", "type", "default", "meaning"),
                (
                    (
                        _code(row.name),
                        _code(row.variable),
                        row.type,
                        _code(row.default),
                        row.meaning,
                    )
                    for row in rows
                ),
            )
        )
    return _page("Settings", sections)


def errors_page() -> str:
    """Every error that a client can see."""
    return _page(
        "Errors",
        [
            "Every error is JSON, never an empty body: "
            '`{"code":"invalid_parameter","message":"…"}`. The message says what to do; where a '
            "field is at fault it names it by its path, as in `identifiers.email_id`. Answers "
            "with status 429 and 503 carry `Retry-After` in whole seconds.",
            _table(
                ("status", "code", "meaning"),
                ((str(row.status), _code(row.code), row.meaning) for row in errors.table()),
            ),
        ],
    )


def metrics_page() -> str:
    """Every metric."""
    return _page(
        "Metrics",
        [
            "`GET /metrics` answers in Prometheus' text format. The front's answer holds the "
            "engine's metrics too.",
            _table(
                ("metric", "kind", "role", "labels", "meaning"),
                (
                    (_code(row.name), row.kind, row.role, _codes(row.labels), row.meaning)
                    for row in metrics.table()
                ),
            ),
        ],
    )


def exit_codes_page() -> str:
    """Every exit code of the command."""
    return _page(
        "Exit codes",
        [
            "All commands share one table. What goes wrong is told in one line on standard error; "
            "`footfall --debug …` shows the traceback. Ctrl-C ends a command with 130, except "
            "`serve`, which then finishes what it has accepted and ends with 0.",
            _table(
                ("code", "name", "meaning"),
                ((str(int(code)), _code(code.name), EXIT_MEANINGS[code]) for code in ExitCode),
            ),
        ],
    )


def command_page() -> str:
    """Every command with its options."""
    from typer.main import get_command

    from footfall.cli.main import app

    sections = ["`python -m footfall` does the same, where the script is not on the path."]
    for path, command in _commands("footfall", get_command(app)):
        sections.append(f"## {path}\n\n{textwrap.dedent(command.help or '').strip()}")
        rows = [row for parameter in command.params for row in _parameter(parameter)]
        if rows:
            sections.append(_table(("option", "default", "meaning"), rows))
        if command.epilog:
            sections.append(f"```sh\n{command.epilog.removeprefix('Example: ')}\n```")
    return _page("The command", sections)


def _commands(path: str, command: Any) -> Iterable[tuple[str, Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(f"{path} {name}", child)


def _parameter(parameter: Any) -> Iterable[tuple[str, str, str]]:
    if getattr(parameter, "hidden", False) or parameter.name == "help":
        return
    names = " ".join(parameter.opts) if parameter.opts[0].startswith("-") else ""
    value = "" if getattr(parameter, "is_flag", False) else parameter.metavar or ""
    default = "required" if parameter.required else ""
    if not default and parameter.default not in (None, False, []):
        default = _code(str(parameter.default))
    yield _code(f"{names} {value}".strip()), default, parameter.help or ""


def routes_page() -> str:
    """Every route of the HTTP interface, from the OpenAPI document."""
    sections = [
        "The server describes itself at `/openapi.json` (OpenAPI 3.1). Every call but the "
        "operator's routes takes a key in `api-key` or as `Authorization: Bearer KEY`; every "
        "answer carries its request's id in `x-request-id`. [Compatibility](compatibility.md) says "
        "how the `/v3` routes compare with Brevo's.",
    ]
    for path, operations in sorted(openapi_document()["paths"].items()):
        for method, operation in operations.items():
            sections.append(f"## {method.upper()} {path}\n\n{_summary(operation)}")
            parameters = operation.get("parameters") or []
            if parameters:
                sections.append(
                    _table(("parameter", "in", "meaning"), map(_route_parameter, parameters))
                )
            statuses = ", ".join(f"`{status}`" for status in sorted(operation["responses"]))
            sections.append(f"Answers: {statuses}; [the errors](errors.md).")
    sections.append("## For the operator\n\nThese need no key.")
    rows = ((_code(f"GET {path}"), meaning) for path, meaning in OPERATOR_ROUTES.items())
    sections.append(_table(("route", "answer"), rows))
    return _page("Routes", sections)


def openapi_document() -> dict[str, Any]:
    """What `/openapi.json` answers."""
    from footfall.api.openapi import document

    return document(_engine_routes())


def served_paths() -> set[str]:
    """Every path that the engine serves to programs, documented or not; pages are for people."""
    from footfall.api import pages

    shown = {path for handler in pages.ROUTES for path in handler.paths}
    served = {route.path for route in _engine_routes().routes} - shown
    return {re.sub(r":\w+}", "}", path) for path in served}


def _engine_routes() -> Litestar:
    """The engine's application. No route of it runs, so it needs no stores."""
    from footfall.api.app import create_app
    from footfall.api.parts import Parts

    return create_app(cast(Parts, SimpleNamespace(settings=settings.Settings())))


def _summary(operation: dict[str, Any]) -> str:
    texts = (operation.get("summary"), operation.get("description"))
    return "\n\n".join(text for text in texts if text)


def _route_parameter(parameter: dict[str, Any]) -> tuple[str, str, str]:
    meaning = parameter.get("description") or ""
    return _code(parameter["name"]), parameter["in"], meaning.replace("\n", " ")


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").split("\n")[0]


def _page(title: str, sections: Sequence[str]) -> str:
    note = "<!-- Made by tools/reference.py from the tables in the code: make reference -->"
    return "\n\n".join([note, f"# {title}", *sections]) + "\n"


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in lines
    )


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _codes(texts: Iterable[str]) -> str:
    return " ".join(map(_code, texts))


PAGES: Final = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "metrics.md": metrics_page,
    "command.md": command_page,
    "exit-codes.md": exit_codes_page,
    "routes.md": routes_page,
}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
