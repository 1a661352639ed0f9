"""A server for all files of this folder: what they hold is no matter of what else it has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running import Footfall


@pytest.fixture(scope="package")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    """A server with default settings. Events, contacts and objects have names of their test's."""
    with Footfall(tmp_path_factory.mktemp("one_server") / "data") as running:
        yield running
