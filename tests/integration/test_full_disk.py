"""A disk that is really full: 503, nothing acknowledged lost, and recovery without a restart."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.running import command, free_port, is_ready, plain_client

SIZE: Final = "192m"
SECONDS: Final = 60.0


class SmallDisk:
    """A server whose data directory is a small file system of its own, in its own mounts."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._data = folder / "data"
        self._data.mkdir()
        key_file = folder / "key"
        create = command(
            "keys", "create", "--data", str(self._data), "--name", "t", "--scope", "admin"
        )
        serve = command("serve", "--data", str(self._data), "--port", str(self.port))
        script = (
            f"mount -t tmpfs -o size={SIZE},mode=700 tmpfs {shlex.quote(str(self._data))}"
            f" && {shlex.join(create)} > {shlex.quote(str(key_file))} && exec {shlex.join(serve)}"
        )
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._filler = Path(f"/proc/{self._process.pid}/root{self._data}/filler")
        self._log = folder / "log"
        self.client = plain_client(f"http://127.0.0.1:{self.port}")
        self._wait_until_ready()
        self.client.headers["api-key"] = key_file.read_text().strip()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if is_ready(self.port):
                return
            time.sleep(0.05)
        raise AssertionError(self._log.read_text())

    def fill(self) -> None:
        """Leave no byte free."""
        with self._filler.open("ab", buffering=0) as filler:
            for size in (2**20, 2**12, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink()

    def send(self, number: int) -> httpx.Response:
        """One numbered event of some size."""
        body = {
            "event_name": "disk",
            "identifiers": {"ext_id": "d"},
            "event_properties": {"number": number, "text": os.urandom(4_000).hex()},
        }
        return self.client.post("/v3/events", json=body)

    def send_until(self, status: int, first: int) -> list[int]:
        """Send until that status comes; returns the numbers that were acknowledged."""
        acknowledged = []
        deadline = time.monotonic() + SECONDS
        number = first
        while time.monotonic() < deadline:
            answer = self.send(number)
            if answer.status_code == 204:
                acknowledged.append(number)
            if answer.status_code == status:
                if status == 503:
                    assert int(answer.headers["retry-after"]) >= 1
                    assert answer.json() == {
                        "code": "service_unavailable",
                        "message": "The server's disk is full; repeat the call when there is room",
                    }
                return acknowledged
            assert answer.status_code in (204, 503)
            number += 1
        raise AssertionError(f"no {status} came:\n{self._log.read_text()[-3000:]}")

    def numbers(self) -> list[int]:
        """What is listed."""
        answer = self.client.get("/v3/events", params={"event_name": "disk", "limit": 10_000})
        assert answer.status_code == 200, answer.text
        assert "x-footfall-lag" not in answer.headers
        return [event["event_properties"]["number"] for event in answer.json()["events"]]

    def end(self) -> None:
        self.client.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        finally:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(folder)
    try:
        yield disk
    finally:
        disk.end()


def own_mounts_work() -> bool:
    """Whether the kernel lets this user mount in a namespace of its own."""
    probe = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "t", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not own_mounts_work(), reason="this kernel gives users no mounts of their own")
def test_a_full_disk_is_answered_503_and_survived(tmp_path: Path) -> None:
    """Refused while full, accepted again with room; found is exactly what was acknowledged."""
    with small_disk(tmp_path) as disk:
        acknowledged = [number for number in range(20) if disk.send(number).status_code == 204]
        assert len(acknowledged) == 20
        disk.fill()
        acknowledged += disk.send_until(503, 1_000)
        disk.free()
        acknowledged += disk.send_until(204, 100_000)
        assert sorted(disk.numbers()) == sorted(acknowledged)
