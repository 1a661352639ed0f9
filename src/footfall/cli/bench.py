"""`footfall bench`: what this machine gets out of Footfall."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from footfall.cli.options import AsJson

Seconds = Annotated[int, typer.Option(min=1, max=600, help="How long each load runs.")]
Output = Annotated[
    Path | None, typer.Option(help="Also write the result to this file, as JSON.", dir_okay=False)
]


def bench(seconds: Seconds = 10, output: Output = None, as_json: AsJson = False) -> None:
    """Measure the intake of single events beside nginx, which does nothing but answer.

    Needs wrk and nginx. Uses a new data directory, and only addresses of this machine. Absolute
    figures vary from machine to machine and with what else it does: judge by the ratios.
    """
    import tempfile

    import msgspec
    from rich.console import Console

    from footfall.bench.intake import measure

    errors = Console(stderr=True)
    with (
        tempfile.TemporaryDirectory(prefix="footfall-bench-") as folder,
        errors.status("Starting") as status,
    ):
        result = measure(Path(folder), seconds, status.update)
    text = msgspec.json.format(msgspec.json.encode(result)).decode()
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text + "\n")
    if as_json:
        typer.echo(text)
        return
    from footfall.bench.report import table

    Console().print(table(result))
