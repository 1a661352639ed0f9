from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.stores import Stores


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = Stores(tmp_path / "data")
    yield opened
    opened.close()
