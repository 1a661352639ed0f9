"""Fronts that several tests share: one of each way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import WAYS, Front


@pytest.fixture(scope="session", params=WAYS)
def front(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """A front without an engine, by the short way and by the plain one."""
    with Front(tmp_path_factory.mktemp("front"), request.param) as running:
        yield running
