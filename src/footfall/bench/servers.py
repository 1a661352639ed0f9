"""The servers that are measured: Footfall, nginx beside it, and what a team would write itself."""

from __future__ import annotations

import http.client
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from footfall.errors import Unavailable

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.005
COMMAND: Final = (sys.executable, "-m", "footfall")
REFERENCE_WORKERS: Final = 2

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
    pid: int
    start_seconds: float
    """From the start of its process to its first answer."""


@contextmanager
def nginx(folder: Path) -> Iterator[Running]:
    """nginx with one worker that answers 204 to everything: what HTTP alone costs."""
    port = _free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, port=port))
    command = [_program("nginx", "/usr/sbin"), "-c", str(configuration)]
    with _process(command, folder / "nginx.log") as process:
        yield Running(port, "", process.pid, _await(port, "GET", "/", 204))


@contextmanager
def footfall(data: Path, log: Path, fronts: int = 1) -> Iterator[Running]:
    """`footfall serve` on the data directory, with a new key; there once it accepts an event."""
    port = _free_port()
    create = ["keys", "create", "--data", str(data), "--name", "bench", "--scope", "admin"]
    key = subprocess.run(
        [*COMMAND, *create], check=True, capture_output=True, text=True
    ).stdout.strip()
    serve = [*COMMAND, "serve", "--data", str(data), "--port", str(port)]
    serve += ["--fronts", str(fronts)]
    with _process(serve, log) as process:
        headers = {"api-key": key}
        body = '{"event_name":"first","identifiers":{"ext_id":"first"}}'
        seconds = _await(port, "POST", "/v3/events", 204, headers, body)
        _await(port, "GET", "/readyz", 200)
        yield Running(port, key, process.pid, seconds)


def has_reference() -> bool:
    """Whether what the reference needs is installed: the dependency group `bench`, PostgreSQL."""
    modules = ("fastapi", "sqlalchemy", "asyncpg")
    return all(find_spec(name) for name in modules) and _postgres_folder() is not None


@contextmanager
def reference(log: Path) -> Iterator[Running]:
    """The reference with two workers, on a PostgreSQL of its own as Debian sets it up."""
    with _postgres(log) as url:
        port, key = _free_port(), secrets.token_urlsafe()
        environment = {"DATABASE_URL": url, "API_KEY": key}
        module = "footfall.bench.reference"
        subprocess.run([sys.executable, "-m", module], check=True, env=os.environ | environment)
        command = [
            *(sys.executable, "-m", "uvicorn", f"{module}:app", "--port", str(port)),
            *("--workers", str(REFERENCE_WORKERS), "--no-access-log", "--log-level", "warning"),
        ]
        with _process(command, log, environment=environment) as process:
            yield Running(port, key, process.pid, _await(port, "GET", "/ready", 200))


@contextmanager
def _postgres(log: Path) -> Iterator[str]:
    """PostgreSQL on a new cluster; gives the URL of its database. It refuses to run as root."""
    programs = _postgres_folder()
    if programs is None:
        raise Unavailable("PostgreSQL is not installed: apt-get install postgresql")
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="footfall-bench-postgres-") as folder:
        shutil.chown(folder, user)
        cluster = f"{folder}/cluster"
        subprocess.run(
            [programs / "initdb", "-D", cluster, "-U", "postgres", "-A", "trust"],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        serve = [
            *(str(programs / "postgres"), "-D", cluster, "-k", folder, "-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1"),
        ]
        with _process(serve, log, user=user, cwd=folder, stop=signal.SIGINT):
            _await_connection(port)
            yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres"


def _postgres_folder() -> Path | None:
    """Where Debian keeps PostgreSQL's programs, of the newest version that is there."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((each.parent for each in found), default=None)


def _program(name: str, elsewhere: str) -> str:
    path = shutil.which(name) or shutil.which(name, path=elsewhere)
    if path is None:
        raise Unavailable(f"{name} is not installed: apt-get install {name}")
    return path


@contextmanager
def _process(
    command: list[str],
    log: Path,
    *,
    user: str | None = None,
    cwd: str | None = None,
    environment: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """The command while the block runs, in a process group of its own."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=user,
            cwd=cwd,
            env=os.environ | dict(environment or {}),
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(
    port: int,
    method: str,
    path: str,
    status: int,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> float:
    """Ask until the answer has that status; returns how many seconds it took."""
    start = time.monotonic()
    while (elapsed := time.monotonic() - start) < START_SECONDS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request(method, path, body, dict(headers or {}))
            if connection.getresponse().status == status:
                return time.monotonic() - start
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(LOOK_SECONDS)
    raise Unavailable(f"Nothing answers {status} on port {port} after {elapsed:.0f} s")


def _await_connection(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(LOOK_SECONDS)
        else:
            return
    raise Unavailable(f"Nothing listens on port {port} after {START_SECONDS:.0f} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
