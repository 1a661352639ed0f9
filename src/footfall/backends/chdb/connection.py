"""Opening chDB on a directory, putting questions to it, and naming what it refuses.

chDB keeps one directory open per process, and one process per directory. A connection serves one
thread at a time; several of them do not wait for one another.
"""

from __future__ import annotations

import errno
import fcntl
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeVar

import numpy as np
from chdb import _chdb
from chdb.session import Session
from msgspec.json import Decoder
from numpy.typing import NDArray

from footfall.errors import DataInUse, InvalidParameter, OutOfSpace, Unavailable, Unusable

Parameter = int | str | Sequence[int] | Sequence[str]
Row = TypeVar("Row")
Config = Literal["merging", "resting"]

_PACKAGE: Final = files("footfall.backends.chdb")
_ESCAPES: Final = str.maketrans(
    {"\\": r"\\", "'": r"\'", "\0": r"\0"}
    | {"\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
)
_CODE = re.compile(r"Code: (\d+)\.")
_NO_ROOM = re.compile(
    rf"NOT_ENOUGH_SPACE|errno: (?:{errno.ENOSPC}|{errno.EDQUOT}|{errno.EFBIG})\b|No space left"
)
_TOO_SLOW: Final = ("159", "160")
_TOO_LARGE: Final = ("241",)
_CANCELLED: Final = ("394",)


class TooSlow(Unavailable):
    """A question took longer than it may."""


class GivenUp(Unavailable):
    """Whoever asked does not wait for the answer any more."""


class _Answer(Protocol):
    def bytes(self) -> bytes: ...


class _Session(Protocol):
    """What is used of chDB's untyped class."""

    def query(self, sql: str, fmt: str, *, params: Mapping[str, str]) -> _Answer: ...

    def close(self) -> None: ...


class Connection:
    """One connection. For one thread at a time."""

    def __init__(self, path: Path, role: str, config: Config = "merging") -> None:
        """Opens the directory, made where it is missing; `role` names its settings in sql/.

        The first connection to a directory decides by `config` whether parts are merged in it.

        Raises `DataInUse` where this or another process has it open, `InvalidParameter` for a path
        that chDB cannot take, `OutOfSpace` or `Unavailable`.
        """
        if "?" in str(path):
            raise InvalidParameter(f"{path}: the path of an event store can't have a question mark")
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise _refused_file(problem, path) from problem
        # Its handlers would take over Ctrl-Z and delay the end of a crashing process.
        _chdb.set_signal_handlers_enabled(0)  # type: ignore[attr-defined] # the stub lacks it
        target = f"{path.absolute()}?config-file={_PACKAGE / 'config' / f'{config}.xml'}"
        try:
            self._session: _Session = Session(target)  # type: ignore[no-untyped-call] # chDB's
        except RuntimeError as problem:
            raise _refused_directory(problem, path) from problem
        self.run(sql(role))

    def run(self, statement: str, **parameters: Parameter) -> None:
        """Execute a statement that answers nothing. Raises `OutOfSpace` or `Unavailable`."""
        self._query(statement, "Null", parameters)

    def rows(self, question: str, row: Decoder[Row], **parameters: Parameter) -> list[Row]:
        """The answer's rows as `row` reads JSON arrays. Raises `OutOfSpace` or `Unavailable`.

        Not by Arrow: chDB 26.5 hangs for good where several threads have parts of such an answer.
        """
        return row.decode_lines(self._query(question, "JSONCompactEachRow", parameters))

    def records(
        self, question: str, kind: np.dtype[Any], parameters: Mapping[str, Parameter]
    ) -> NDArray[Any]:
        """The answer's rows as packed records of numbers, in the order of its columns.

        Raises `OutOfSpace` or `Unavailable`.
        """
        return np.frombuffer(self._query(question, "RowBinary", parameters), kind)

    def _query(self, text: str, form: str, parameters: Mapping[str, Parameter]) -> bytes:
        bound = {name: _bound(value) for name, value in parameters.items()}
        try:
            return self._session.query(text, form, params=bound).bytes()
        except RuntimeError as problem:
            self._drain()
            raise refusal(problem) from problem

    def _drain(self) -> None:
        """Take out what a question had answered before it failed: chDB 26.5 puts it before the
        answer to the next one."""
        with suppress(RuntimeError):
            self._session.query("SELECT 1", "Null", params={})

    def close(self) -> None:
        """Give back the session; the last one closes the directory."""
        self._session.close()


@cache
def sql(name: str) -> str:
    """The text of a file in sql/."""
    return (_PACKAGE / "sql" / f"{name}.sql").read_text("utf-8")


def _bound(value: Parameter) -> str:
    """A parameter's text in the form that ClickHouse reads; chDB escapes nothing by itself."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    items = (f"'{one.translate(_ESCAPES)}'" if isinstance(one, str) else str(one) for one in value)
    return f"[{','.join(items)}]"


def refusal(problem: Exception) -> Unavailable:
    """`OutOfSpace` where files could not grow, `Unusable` for what nobody asked for."""
    text = str(problem)
    if _NO_ROOM.search(text):
        return OutOfSpace(f"The event store can't be written: {text}", retry_after=5)
    code = _CODE.search(text)
    if code is not None and code[1] in _TOO_LARGE:
        return Unavailable("The question takes more memory than it may; ask for less at a time.")
    if code is not None and code[1] in _TOO_SLOW:
        return TooSlow("The question takes longer than it may; ask for less at a time.")
    if code is not None and code[1] in _CANCELLED:
        return GivenUp("Nobody waits for the answer any more.")
    return Unusable(f"The event store can't be used: {text}")


def _refused_file(problem: OSError, path: Path) -> Unavailable:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutOfSpace(f"{path} can't be written: {problem}", retry_after=5)
    return Unusable(f"{path} can't be used: {problem}")


def _refused_directory(problem: RuntimeError, path: Path) -> DataInUse | Unavailable:
    """chDB says the same of a directory in use and of one that is damaged."""
    if "already initialized with path" in str(problem) or _is_locked(path / "status"):
        return DataInUse(f"{path} is open already, or another event store in this process")
    return refusal(problem)


def _is_locked(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
