"""One server, and every official client as a process of its own that calls it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.running import Footfall
from tests.sdk.official import CLIENTS, Official, Running

_NUMBERS = itertools.count(1)

Clients = Callable[[Official], Running]


@pytest.fixture(scope="package")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    """A server that all clients share. Tests add what is theirs, under names of their own."""
    with Footfall(tmp_path_factory.mktemp("sdk") / "data") as running:
        yield running


@pytest.fixture(scope="package")
def clients(footfall: Footfall) -> Iterator[Clients]:
    """Gives the process of a client, started when it is asked for first."""
    started: dict[str, Running] = {}
    with ExitStack() as stack:

        def running(official: Official) -> Running:
            if official.title not in started:
                process = Running(official, f"{footfall.url}/v3", footfall.key)
                started[official.title] = stack.enter_context(process)
            return started[official.title]

        yield running


@pytest.fixture
def client(request: pytest.FixtureRequest, clients: Clients) -> Running:
    """Each client in turn that offers the operations which the test's mark `offers` names."""
    return clients(request.param)


@pytest.fixture
def name() -> str:
    """A word that no other test has: good as a name, and in e-mail addresses."""
    return f"n{next(_NUMBERS)}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of `client` with each client that can."""
    if "client" in metafunc.fixturenames:
        needed = {name for mark in metafunc.definition.iter_markers("offers") for name in mark.args}
        able = [official for official in CLIENTS if not needed & official.lacks]
        titles = [official.title.replace(" ", "-") for official in able]
        metafunc.parametrize("client", able, indirect=True, ids=titles)
