"""Load by wrk: many connections that each send the next event when the last is answered."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.resources import as_file, files
from typing import Final

import msgspec

from footfall.errors import Unavailable

_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)$", re.MULTILINE)
_REFUSED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_BROKEN = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")
_MILLISECONDS: Final = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


class Load(msgspec.Struct, frozen=True):
    """What a load came to."""

    connections: int
    per_second: float
    """Requests answered."""
    p50_ms: float
    p99_ms: float
    failed: int
    """Requests that were answered otherwise than with 2xx, or not at all."""


def needed(program: str) -> str:
    """The path of a program; raises `Unavailable` saying how to install it."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if path is None:
        raise Unavailable(f"{program} is not installed: apt-get install {program}")
    return path


def send_events(port: int, connections: int, seconds: int, key: str) -> Load:
    """POST single events of about 600 bytes, with contacts out of 100,000, to 127.0.0.1.

    Raises `Unavailable` when wrk is missing or fails.
    """
    with as_file(files("footfall.bench") / "event.lua") as script:
        ran = subprocess.run(
            [
                needed("wrk"),
                "--threads=1",
                f"--connections={connections}",
                f"--duration={seconds}s",
                "--latency",
                "--timeout=10s",
                f"--script={script}",
                f"http://127.0.0.1:{port}",
            ],
            env=os.environ | {"API_KEY": key},
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        raise Unavailable(f"wrk failed: {ran.stderr or ran.stdout}")
    return _read(ran.stdout, connections)


def _read(text: str, connections: int) -> Load:
    rate = _RATE.search(text)
    if rate is None:
        raise Unavailable(f"wrk printed no rate:\n{text}")
    latency = {
        share: float(value) * _MILLISECONDS[unit] for share, value, unit in _LATENCY.findall(text)
    }
    refused = _REFUSED.search(text)
    broken = _BROKEN.search(text)
    failed = int(refused[1]) if refused else 0
    failed += sum(map(int, broken.groups())) if broken else 0
    return Load(
        connections=connections,
        per_second=float(rate[1]),
        p50_ms=round(latency["50"], 3),
        p99_ms=round(latency["99"], 3),
        failed=failed,
    )
