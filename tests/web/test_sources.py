"""What must hold of the sources of the interface, without a server or a browser."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tools import build_web

from tests.web.conftest import ROOT


@pytest.fixture(scope="module")
def node() -> build_web.Node:
    """Node, with all that the sources' checks take."""
    found = build_web.find_node()
    if found is None:
        pytest.skip("needs Node")
    build_web.install(found, ROOT / "web", for_development=True)
    return found


def test_the_interface_agrees_with_the_api(node: build_web.Node) -> None:
    """The sources hold to TypeScript's strict rules and to the types of the server's routes."""
    web = ROOT / "web"
    document = subprocess.run(
        [sys.executable, "-m", "tools.openapi"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (web / "build").mkdir(exist_ok=True)
    (web / "build" / "openapi.json").write_bytes(document.stdout)
    build_web.run([*node.npm, "run", "client"], node, web)
    build_web.run([*node.npm, "run", "types"], node, web)


def test_the_logic_of_the_interface(node: build_web.Node) -> None:
    """Vitest: what can be told without a browser."""
    build_web.run([*node.npm, "run", "test"], node, ROOT / "web")


def test_the_lock_file_names_no_registry() -> None:
    """It says what and which content, and leaves where to whoever installs."""
    lock = (ROOT / "web" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
    assert "registry" not in lock
