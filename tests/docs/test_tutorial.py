"""What the pages tell people to type works, and answers what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.running import Footfall

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["tutorial/first-event.md", "how-to/segments.md"]
_BLOCK = re.compile(r"^```(sh|output)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def steps(page: str) -> list[tuple[str, str]]:
    """Each command of the page with the output that it shows."""
    blocks = _BLOCK.findall((DOCS / page).read_text("utf-8"))
    assert [kind for kind, _ in blocks] == ["sh", "output"] * (len(blocks) // 2)
    return [(blocks[at][1], blocks[at + 1][1]) for at in range(0, len(blocks), 2)]


def matches(shown: str, output: str) -> bool:
    """Whether the output is the one shown, where `...` stands for anything."""
    pattern = ".*".join(re.escape(part) for part in shown.strip().split("..."))
    return re.fullmatch(pattern, output.replace("\r", "").strip(), re.DOTALL) is not None


@pytest.mark.skipif(shutil.which("curl") is None, reason="the pages need curl: install it")
@pytest.mark.parametrize("page", PAGES)
def test_the_page_works_when_typed(tmp_path: Path, page: str) -> None:
    """Typed one after the other against a new server, its commands print what it shows."""
    with Footfall(tmp_path / "data") as footfall:
        environment = os.environ | {"KEY": footfall.key, "URL": footfall.url}
        for command, shown in steps(page):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command],
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stderr}"
            assert matches(shown, done.stdout), f"{command}\n{done.stdout}"
