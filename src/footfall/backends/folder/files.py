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


class FolderDraft:
    """See `Draft`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f"{uuid.uuid4().hex}{_DRAFT}")
        with refusals_named(path):
            descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = open(descriptor, "wb")  # noqa: SIM115 - keep and drop close it

    def write(self, chunk: bytes) -> None:
        """See `Draft.write`."""
        with refusals_named(self._path):
            self._file.write(chunk)

    def keep(self) -> None:
        """See `Draft.keep`."""
        with refusals_named(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._draft.rename(self._path)
            _sync(self._path.parent)

    def drop(self) -> None:
        """See `Draft.drop`."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._draft.unlink(missing_ok=True)


class FolderFiles:
    """Files that only the owner of the data directory may read."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder where it is missing; what was half written by a crash is gone."""
        self._folder = folder
        with refusals_named(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for draft in folder.glob(f"*{_DRAFT}"):
                draft.unlink(missing_ok=True)

    def draft(self, name: str) -> FolderDraft:
        """See `Files.draft`."""
        return FolderDraft(self._path(name))

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """See `Files.write`."""
        draft = self.draft(name)
        try:
            for chunk in chunks:
                draft.write(chunk)
            draft.keep()
        finally:
            draft.drop()

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
        found: dict[str, int] = {}
        with refusals_named(self._folder):
            for path in self._folder.iterdir():
                if _name(path.name) and path.suffix != _DRAFT:
                    with contextlib.suppress(FileNotFoundError):  # removed at this moment
                        found[path.name] = path.stat().st_mtime_ns
        return found

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
