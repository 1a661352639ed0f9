"""Options that several commands share, so that they read and behave alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path, typer.Option(help="The data directory.", metavar="DIR")]
Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.", metavar="HOST")]
Port = Annotated[
    int,
    typer.Option(help="Port to listen on; 0 for any free one.", min=0, max=65535, metavar="PORT"),
]
Server = Annotated[str, typer.Option(help="Where the server is.", metavar="URL")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]

DEFAULT_DATA = Path("data")
DEFAULT_HOST = "127.0.0.1"
DEFAULT_SERVER = "http://127.0.0.1:8080"
DEFAULT_PORT = 8080
