"""How long the tests search, and which of them begin first.

Hypothesis' profiles are `default` and, with `--hypothesis-profile=long`, `long`; `make test-long`
takes that and kills more often.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.searching import DEFAULT_EXAMPLES

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
    """Begin files with a test marked `slow` first: of several at a time none is left to the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
