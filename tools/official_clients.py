"""Install Brevo's official clients, each in an environment of its own, for the tests.

usage: python -m tools.official_clients

What is installed is what tests/sdk/clients pins; nothing is done where that is there already.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools import build_web

ROOT: Final = Path(__file__).resolve().parents[1]
CLIENTS: Final = ROOT / "tests" / "sdk" / "clients"
ENVIRONMENTS: Final = ROOT / "build" / "clients"


def python_with(name: str) -> Path:
    """The interpreter of the environment that `name`.txt pins, made where it is missing.

    Raises `RuntimeError` with what pip printed.
    """
    requirements = CLIENTS / f"{name}.txt"
    environment = ENVIRONMENTS / name
    interpreter = environment / "bin" / "python"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = environment / ".requirements.sha256"
    if interpreter.exists() and stamp.exists() and stamp.read_text() == digest:
        return interpreter
    _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(environment))
    _run(
        *(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"),
        *("--python", str(interpreter), "install", "--requirement", str(requirements)),
        *("--build-constraint", str(CLIENTS / "build-constraints.txt")),
    )
    stamp.write_text(digest)
    return interpreter


def pinned_pythons() -> list[str]:
    """The names of the environments of Python."""
    return sorted(path.stem for path in CLIENTS.glob("brevo-python-*.txt"))


def node() -> list[str]:
    """The beginning of a command line of Node, with the clients of tests/sdk/clients installed.

    Raises `RuntimeError` where there is no Node, or with what npm printed.
    """
    found = build_web.find_node()
    if found is None:
        raise RuntimeError(f"the clients need Node with npm: pip install '{build_web.WHEEL}'")
    build_web.install(found, CLIENTS, for_development=False)
    return found.node


def _run(*command: str) -> None:
    done = subprocess.run(  # noqa: S603 - this interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}")


if __name__ == "__main__":
    for pinned in pinned_pythons():
        python_with(pinned)
    node()
