"""How long the tests search, which of them begin first, and which run in one process.

Hypothesis' profiles are `default` and, with `--hypothesis-profile=long`, `long`; `make test-long`
takes that and kills more often.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped] # it has no types

from tests.searching import DEFAULT_EXAMPLES

SHARING: Final = ("tests/integration/one_server/", "tests/sdk/", "tests/web/")
"""Folders whose files share servers, clients and a browser, which each process would start anew."""
ALONE: Final = tuple(
    f"tests/web/test_{name}.py"
    for name in ("first_visit", "looks", "many_contacts", "signing_in", "sources")
)
"""Files of these folders that have servers of their own or none, or that take long enough."""

settings.register_profile(
    "default",
    max_examples=DEFAULT_EXAMPLES,
    stateful_step_count=25,
    deadline=None,  # the machine may be busy, and time is not what these tests are about
    print_blob=True,
    derandomize=True,  # the same code gets the same answer; `long` looks for what nobody saw yet
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    settings.get_profile("default"),
    derandomize=False,
    max_examples=20 * DEFAULT_EXAMPLES,
    stateful_step_count=60,
)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the crash tests, which must stand in the outermost conftest."""
    parser.addoption(
        "--rounds",
        type=int,
        default=50,
        help="how often the server is killed; a store a fifth of it",
    )
    parser.addoption("--rounds-seed", type=int, default=1, help="what is killed, and when")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin folders that share, and files with a test marked `slow`: none is left to the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow and not item.nodeid.startswith(SHARING))


class _FilesAndFolders(LoadFileScheduling):  # type: ignore[misc] # xdist has no types
    """Gives a process a file at a time, or all the files of a folder that share what they start."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        if file in ALONE:
            return file
        return next((folder for folder in SHARING if file.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """How tests are dealt out to several processes."""
    return _FilesAndFolders(config, log)
