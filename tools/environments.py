"""Environments of Python of their own, for programs that the project's own must not meet."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.build_web import alone

ROOT: Final = Path(__file__).resolve().parents[1]
ENVIRONMENTS: Final = ROOT / "build" / "environments"
BUILD_CONSTRAINTS: Final = ROOT / "tools" / "build-constraints.txt"


def python_with(requirements: Path) -> Path:
    """The interpreter of the environment that the file pins, made where it is missing.

    The environment goes by the file's name; of several processes one makes it. Raises
    `RuntimeError` with what pip printed.
    """
    environment = ENVIRONMENTS / requirements.stem
    environment.mkdir(parents=True, exist_ok=True)
    with alone(environment):
        return _made(environment, requirements)


def _made(environment: Path, requirements: Path) -> Path:
    interpreter = environment / "bin" / "python"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = environment / ".requirements.sha256"
    if interpreter.exists() and stamp.exists() and stamp.read_text() == digest:
        return interpreter
    _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(environment))
    _run(
        *(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"),
        *("--python", str(interpreter), "install", "--requirement", str(requirements)),
        *("--build-constraint", str(BUILD_CONSTRAINTS)),
    )
    stamp.write_text(digest)
    return interpreter


def _run(*command: str) -> None:
    done = subprocess.run(  # noqa: S603 - this interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}")
