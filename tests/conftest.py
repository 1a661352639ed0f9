"""How hard Hypothesis searches: `ci` by default, `thorough` by HYPOTHESIS_PROFILE=thorough."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci",
    max_examples=60,
    stateful_step_count=25,
    deadline=None,  # the machine may be busy, and time is not what these tests are about
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("ci"), max_examples=2_000, stateful_step_count=60
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the crash tests, which must stand in the outermost conftest."""
    parser.addoption("--rounds", type=int, default=50, help="how often the server is killed")
    parser.addoption("--rounds-seed", type=int, default=1, help="what is killed, and when")
