"""The port of the files that processes work on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Protocol


class Draft(Protocol):
    """A file that is being written, which nobody else sees yet."""

    def write(self, chunk: bytes) -> None:
        """Add bytes. Raises `OutOfSpace` or `Unavailable`."""
        ...

    def keep(self) -> None:
        """The file is there under its name, whole and on disk, in place of an older one."""
        ...

    def drop(self) -> None:
        """Nothing is kept, unless `keep` was called before; an older file stays."""
        ...


class Files(Protocol):
    """Files that processes work on: what they were given, until they end. Names are like `a-b.c`.

    Any thread may use it.
    """

    def draft(self, name: str) -> Draft:
        """A new file, to be kept under that name. Raises `OutOfSpace` or `Unavailable`."""
        ...

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Keep the bytes under that name, whole and on disk when it returns.

        Raises `OutOfSpace` or `Unavailable`; then, and when `chunks` raises, nothing is kept.
        """
        ...

    def open(self, name: str) -> BinaryIO:
        """The bytes, to be read. Raises `NotFound`."""
        ...

    def remove(self, name: str) -> None:
        """Nothing is kept under that name any more; no error where nothing was."""
        ...

    def names(self) -> dict[str, int]:
        """Every name, with the moment at which it was written, nanoseconds since the epoch."""
        ...
