"""The servers that are measured: Footfall on a new data directory, and nginx beside it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from footfall.bench.load import needed
from footfall.errors import Unavailable

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 30.0

_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 204; }}
    }}
}}
"""


class Running(NamedTuple):
    """A server that answers."""

    port: int
    key: str


@contextmanager
def nginx(folder: Path) -> Iterator[Running]:
    """nginx with one worker that answers 204 to everything: what HTTP alone costs."""
    port = _free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, port=port))
    with _process([needed("nginx"), "-c", str(configuration)], folder / "nginx.log"):
        _await(port, "/", 204)
        yield Running(port, "")


@contextmanager
def footfall(folder: Path) -> Iterator[Running]:
    """`footfall serve` on a data directory of its own, with a key."""
    port, data = _free_port(), folder / "data"
    command = [sys.executable, "-m", "footfall"]
    create = [
        *command,
        "keys",
        "create",
        "--data",
        str(data),
        "--name",
        "bench",
        "--scope",
        "admin",
    ]
    key = subprocess.run(create, check=True, capture_output=True, text=True).stdout.strip()
    serve = [*command, "serve", "--data", str(data), "--port", str(port)]
    with _process(serve, folder / "footfall.log"):
        _await(port, "/readyz", 200)
        yield Running(port, key)


@contextmanager
def _process(command: list[str], log: Path) -> Iterator[None]:
    """The command while the block runs, in a process group of its own."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(port: int, path: str, status: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == status:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise Unavailable(f"Nothing answers {status} on port {port} after {START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
