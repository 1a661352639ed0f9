"""The port `Files` in one folder."""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final

from footfall.backends.sqlite.connection import refusals_named
from footfall.errors import NotFound

_DRAFT: Final = ".draft"
_name = re.compile(r"[a-z0-9-]{1,100}\.[a-z]{1,10}").fullmatch


class FolderFiles:
    """Files that only the owner of the data directory may read."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder where it is missing; what was half written by a crash is gone."""
        self._folder = folder
        with refusals_named(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for draft in folder.glob(f"*{_DRAFT}"):
                draft.unlink(missing_ok=True)

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """See `Files.write`."""
        path = self._path(name)
        draft = path.with_name(f"{uuid.uuid4().hex}{_DRAFT}")
        size = 0
        try:
            with refusals_named(path):
                descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                for chunk in chunks:
                    with refusals_named(path):
                        file.write(chunk)
                    size += len(chunk)
                with refusals_named(path):
                    file.flush()
                    os.fsync(file.fileno())
            with refusals_named(path):
                draft.rename(path)
                _sync(self._folder)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        return size

    def open(self, name: str) -> BinaryIO:
        """See `Files.open`."""
        path = self._path(name)
        try:
            return path.open("rb")
        except FileNotFoundError as problem:
            raise NotFound(f"There is no file {name}") from problem

    def remove(self, name: str) -> None:
        """See `Files.remove`."""
        with refusals_named(self._folder):
            self._path(name).unlink(missing_ok=True)

    def names(self) -> dict[str, int]:
        """See `Files.names`."""
        with refusals_named(self._folder):
            return {
                path.name: path.stat().st_mtime_ns
                for path in self._folder.iterdir()
                if _name(path.name)
            }

    def _path(self, name: str) -> Path:
        if _name(name) is None:
            raise ValueError(f"{name!r} is no name of a file")
        return self._folder / name


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
