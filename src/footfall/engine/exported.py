"""The files that exports write. They go when a contact is erased, for it may be in any of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import BinaryIO, Final

from footfall.ports import Draft, Files

PREFIX: Final = "export-"


class ExportedFiles:
    """Exported files, by the id of their process. For any thread."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._order = threading.Lock()
        self._drops = 0

    @property
    def drops(self) -> int:
        """How often all files were dropped; see `keep`."""
        return self._drops

    def draft(self, process_id: int) -> Draft:
        """A file to write; to be kept by `keep` alone."""
        return self._files.draft(_name(process_id))

    def keep(self, draft: Draft, drops: int) -> bool:
        """Keep the file. False where all were dropped since `drops` of them: begin it anew."""
        with self._order:
            if self._drops != drops:
                return False
            draft.keep()
            return True

    def open(self, process_id: int) -> BinaryIO:
        """The file, to be read. Raises `NotFound`."""
        return self._files.open(_name(process_id))

    def ids(self) -> set[int]:
        """The processes whose files are there."""
        names = (name for name in self._files.names() if name.startswith(PREFIX))
        texts = (name.removeprefix(PREFIX).partition(".")[0] for name in names)
        return {int(text) for text in texts if text.isdecimal()}

    def drop_all(self) -> None:
        """Remove every file; what is being written is not kept either."""
        with self._order:
            self._drops += 1
            self._drop(lambda _written_at: True)

    def drop_older_than(self, moment: int) -> None:
        """Remove those written before that moment, nanoseconds since the epoch."""
        self._drop(lambda written_at: written_at < moment)

    def _drop(self, is_due: Callable[[int], bool]) -> None:
        for name, written_at in self._files.names().items():
            if name.startswith(PREFIX) and is_due(written_at):
                self._files.remove(name)


def _name(process_id: int) -> str:
    return f"{PREFIX}{process_id}.csv"
