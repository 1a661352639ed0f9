"""`footfall serve`: start, restart of what ends, and the end."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import httpx
import pytest

from footfall.cli.listening import listen
from footfall.errors import ExitCode, Unavailable
from tests.cli.test_main import footfall
from tests.running import Footfall, command, free_port, is_ready

SECONDS = 120.0


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Return once it holds; fail when it does not in time."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"not in {SECONDS} s: {what}"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Greeted:
    """`footfall serve` as a newcomer starts it, with what it prints."""

    def __init__(self, data: Path, port: int) -> None:
        self._process = subprocess.Popen(
            command("serve", "--data", str(data), "--port", str(port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self._printed = ""
        self._port = port
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> str:
        """End it; everything that it printed."""
        if self._process.poll() is None:
            self._process.terminate()
            self._printed, _ = self._process.communicate(timeout=SECONDS)
        return self._printed

    def wait_until_ready(self) -> None:
        eventually(lambda: is_ready(self._port), "/readyz")

    def line(self, start: str) -> str:
        """The next line of its output that starts like this."""
        return next(line for line in self._output if line.startswith(start)).strip()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl: install it")
def test_the_first_start_prints_a_key_and_a_curl_line_that_works(tmp_path: Path) -> None:
    """Pasted into a shell, the line answers 204, and the event is found with the printed key."""
    with Greeted(tmp_path / "data", free_port()) as server:
        key = server.line("ff_")
        line = server.line("curl ")
        answer = subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, timeout=30, check=True
        ).stdout
        assert answer.startswith("HTTP/1.1 204 ")
        server.wait_until_ready()
        found = httpx.get(f"{server.url}/v3/events", headers={"api-key": key}).json()
    assert [event["event_name"] for event in found["events"]] == ["video_played"]


def test_later_starts_print_no_key(tmp_path: Path) -> None:
    """The account is created once: a second start says where it listens and how to make keys."""
    data = tmp_path / "data"
    port = free_port()
    for key in (True, False):
        with Greeted(data, port) as server:
            server.wait_until_ready()
            printed = server.stop()
        assert f"http://127.0.0.1:{port}" in printed
        assert ("ff_" in printed, "keys create" in printed) == (key, not key)


def test_a_taken_port_is_told_and_costs_no_key(tmp_path: Path) -> None:
    """The refusal names the port; the key is printed by the start that works."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = footfall("serve", "--data", str(tmp_path), "--port", str(port))
    assert (done.returncode, done.stdout) == (ExitCode.UNAVAILABLE, "")
    assert f"port {port}" in done.stderr
    assert footfall("keys", "list", "--data", str(tmp_path), "--json").stdout in ("", "[]\n")


def test_a_host_that_does_not_exist_is_told() -> None:
    """An address that is not this machine's is refused, saying so."""
    with pytest.raises(Unavailable, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    with Footfall(tmp_path_factory.mktemp("serve") / "data") as running:
        send(running)
        yield running


def send(server: Footfall) -> None:
    assert server.send({"event_name": "e", "identifiers": {"ext_id": "x"}}).status_code == 204


def count(server: Footfall) -> int:
    with server.client() as client:
        found: int = client.get("/v3/events").raise_for_status().json()["count"]
        return found


def supervisor(server: Footfall) -> int:
    return int((server.data / "lock").read_text())


class TestRunning:
    """One server, through everything that may happen to its processes."""

    @pytest.mark.parametrize("role", ["front", "engine"])
    def test_a_role_that_is_killed_comes_back(self, server: Footfall, role: str) -> None:
        """After SIGKILL of a role another process takes its place, and nothing is missing."""
        before = count(server)
        [pid] = server.pids(role)
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: server.pids(role) not in ([], [pid]), f"another {role}")
        server.wait_until_ready()
        send(server)
        assert count(server) == before + 1

    def test_the_port_stays_open_while_the_front_is_away(self, server: Footfall) -> None:
        """A client that connects while there is no front waits, and gets its answer."""
        [pid] = server.pids("front")
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not alive(pid), "the front is gone")
        send(server)

    def test_children_end_with_a_killed_supervisor(self, server: Footfall) -> None:
        """After SIGKILL of the supervisor its children end, and a new server starts right away."""
        before = count(server)
        pids = [*server.pids("front"), *server.pids("engine")]
        server.kill_supervisor()
        server.start()
        # Until they end, the old ones may still answer on the port.
        eventually(lambda: not any(map(alive, pids)), "the old processes end")
        server.wait_until_ready()
        assert count(server) == before

    @pytest.mark.parametrize("arguments", [["serve", "--port", "0"], ["rebuild"], ["doctor"]])
    def test_nobody_else_works_on_its_data(self, server: Footfall, arguments: list[str]) -> None:
        """Another server, rebuild or doctor is refused, naming the process that is there."""
        done = footfall(*arguments, "--data", str(server.data))
        assert (done.returncode, done.stdout) == (ExitCode.DATA_IN_USE, "")
        assert f"process {supervisor(server)}" in done.stderr

    def test_the_engine_is_told_after_the_front_has_ended(self, server: Footfall) -> None:
        """Whatever the front has passed on still gets an answer."""
        [front], [engine], above = server.pids("front"), server.pids("engine"), supervisor(server)
        os.kill(front, signal.SIGSTOP)
        os.kill(above, signal.SIGTERM)
        time.sleep(1)  # that nothing happens meanwhile is what is tested
        assert alive(engine)
        os.kill(front, signal.SIGCONT)
        eventually(lambda: not alive(engine) and not alive(above), "the server ends")
        assert server.stop() == ExitCode.OK
        server.start()

    @pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
    def test_it_ends_in_order(self, server: Footfall, which: signal.Signals) -> None:
        """SIGTERM and Ctrl-C end every process, with exit code 0, and the next start has all."""
        before = count(server)
        pids = [*server.pids("front"), *server.pids("engine")]
        assert server.stop(which) == ExitCode.OK
        assert not any(map(alive, pids))
        assert not re.search("Traceback|process_killed", server.log())
        server.start()
        assert count(server) == before


def test_keys_made_and_revoked_while_it_runs_count_at_once(tmp_path: Path) -> None:
    """A new key works, and a revoked one is refused, from the next call on."""
    with Footfall(tmp_path / "data") as server:
        data = str(server.data)
        secret = footfall("keys", "create", "--data", data, "--name", "new").stdout.strip()
        listed = json.loads(footfall("keys", "list", "--data", data, "--json").stdout)
        with server.client(secret) as client:
            assert client.get("/v3/events").status_code == 200
            footfall("keys", "revoke", listed[-1]["id"], "--data", data)
            assert client.get("/v3/events").status_code == 401
            event = {"event_name": "e", "identifiers": {"ext_id": "x"}}
            assert client.post("/v3/events", json=event).status_code == 401
