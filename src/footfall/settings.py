"""Every setting, once: its type, default, bounds and meaning. The reference page is made from this.

Read from `footfall.toml` in the data directory, then from the environment: `journal.max_pending` is
`max_pending` under `[journal]`, or FOOTFALL_JOURNAL_MAX_PENDING. Parsed once, then passed in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from footfall.batches import DEFAULT_MAX_EVENTS
from footfall.contacts import UnknownAttributes
from footfall.errors import InvalidParameter

FILE: Final = "footfall.toml"
PREFIX: Final = "FOOTFALL_"
MAX_IMPORT: Final = 256 * 2**20
"""Bytes of a request to import contacts, whatever is set."""
_PLACE = re.compile(r"`\$\.([^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of `footfall.toml`."""


class Intake(Section, frozen=True, forbid_unknown_fields=True):
    """What the front accepts."""

    max_body: Annotated[
        int, Meta(ge=1_024, le=64 * 2**20, description="Bytes of one event's request body.")
    ] = 131_072
    max_batch_events: Annotated[int, Meta(ge=1, le=100_000, description="Events in one batch.")] = (
        DEFAULT_MAX_EVENTS
    )
    max_batch_body: Annotated[
        int, Meta(ge=1_024, le=256 * 2**20, description="Bytes of a batch's request body.")
    ] = 524_288
    max_waiting: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Requests that may wait for the journal's commit."),
    ] = 10_000
    idle_seconds: Annotated[
        int,
        Meta(ge=1, le=3_600, description="Seconds after which a silent connection is closed."),
    ] = 75
    request_seconds: Annotated[
        int,
        Meta(ge=1, le=3_600, description="Seconds within which a request must arrive whole."),
    ] = 30
    max_connections: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Connections that one front serves at a time."),
    ] = 10_000


class Journal(Section, frozen=True, forbid_unknown_fields=True):
    """The journal's bounds."""

    max_pending: Annotated[
        int,
        Meta(
            ge=1,
            le=10**12,
            description="Events that may wait for the engine; past it the front answers 503.",
        ),
    ] = 5_000_000
    seal_entries: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Entries that are compressed into one block.")
    ] = 4_096


class Limits(Section, frozen=True, forbid_unknown_fields=True):
    """How much one key may call."""

    rates: Annotated[
        Literal["off", "brevo", "own"],
        Meta(
            description="off; brevo, which limits each key as Brevo's general plan does, so that "
            "callers can be tested against it; or own, by the two settings that follow."
        ),
    ] = "off"
    per_second: Annotated[
        int,
        Meta(ge=0, le=1_000_000, description="Calls a key may make a second; 0 sets no limit."),
    ] = 0
    per_hour: Annotated[
        int,
        Meta(ge=0, le=10**9, description="Calls a key may make an hour; 0 sets no limit."),
    ] = 0

    def __post_init__(self) -> None:
        """Raises ValueError for limits of one's own that are none."""
        if self.rates == "own" and not self.per_second and not self.per_hour:
            raise ValueError("rates is own, so per_second or per_hour must be above 0")


class Cors(Section, frozen=True, forbid_unknown_fields=True):
    """Which web pages may call the API from a browser."""

    origins: Annotated[
        str,
        Meta(
            pattern=r"^(\*|https?://[^/\s,]+(\s*,\s*https?://[^/\s,]+)*)?$",
            description="* for those of all origins, as Brevo has it; some origins with commas "
            "between; or nothing for none. The interface's own paths are never open to others.",
        ),
    ] = "*"


class Attributes(Section, frozen=True, forbid_unknown_fields=True):
    """How contacts' attributes come into being."""

    unknown: Annotated[
        UnknownAttributes,
        Meta(
            description="What an event does with an attribute that does not exist: create it with "
            "the type seen, ignore it (named in the verdict), or refuse (the event is set aside)."
        ),
    ] = "create"


class Outgoing(Section, frozen=True, forbid_unknown_fields=True):
    """Calls that the server makes to addresses that its users name."""

    private_addresses: Annotated[
        Literal["refuse", "allow"],
        Meta(
            description="Whether such an address may be one of this machine or of a private "
            "network."
        ),
    ] = "refuse"
    seconds: Annotated[
        int,
        Meta(
            ge=1, le=300, description="Seconds that the other side may take to connect or answer."
        ),
    ] = 10


class Imports(Section, frozen=True, forbid_unknown_fields=True):
    """What one import may bring."""

    max_body: Annotated[
        int,
        Meta(
            ge=1_024,
            le=MAX_IMPORT,
            description="Bytes of the body of a request to import contacts.",
        ),
    ] = 32 * 2**20
    max_file: Annotated[
        int,
        Meta(ge=1_024, le=2**30, description="Bytes of a file of contacts behind a `fileUrl`."),
    ] = 256 * 2**20


class Exports(Section, frozen=True, forbid_unknown_fields=True):
    """What becomes of exported files."""

    keep_days: Annotated[
        int,
        Meta(ge=1, le=3_650, description="Days after which an exported file is removed."),
    ] = 7


class Engine(Section, frozen=True, forbid_unknown_fields=True):
    """How the engine works."""

    max_batch: Annotated[
        int, Meta(ge=1, le=100_000, description="Entries that are applied in one run at the most.")
    ] = 20_000
    pace_ms: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000,
            description="Milliseconds from the begin of one run to the next while entries keep "
            "coming, unless a read or a change waits for them: longer runs cost less.",
        ),
    ] = 100
    read_wait_ms: Annotated[
        int,
        Meta(
            ge=0,
            le=60_000,
            description="Milliseconds that a read waits for the engine to catch up; past it the "
            "answer carries x-footfall-lag.",
        ),
    ] = 5_000


class Segments(Section, frozen=True, forbid_unknown_fields=True):
    """How segments are read."""

    time_zone: Annotated[
        str,
        Meta(
            max_length=64,
            description="The time zone whose days, weeks and months conditions mean, as in "
            "Europe/Paris. Another one has all segments computed anew.",
        ),
    ] = "UTC"

    def __post_init__(self) -> None:
        """Raises ValueError for what is no time zone."""
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, OSError, ValueError):
            raise ValueError(f"there is no time zone {self.time_zone!r}") from None


class Log(Section, frozen=True, forbid_unknown_fields=True):
    """What is logged, and how."""

    format: Annotated[
        Literal["auto", "console", "json"],
        Meta(description="auto writes for people on a terminal and JSON elsewhere."),
    ] = "auto"
    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least that is logged.")
    ] = "info"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings."""

    intake: Intake = Intake()
    journal: Journal = Journal()
    attributes: Attributes = Attributes()
    imports: Imports = Imports()
    exports: Exports = Exports()
    outgoing: Outgoing = Outgoing()
    engine: Engine = Engine()
    limits: Limits = Limits()
    cors: Cors = Cors()
    segments: Segments = Segments()
    log: Log = Log()


class SettingRow(NamedTuple):
    """One line of the reference table."""

    name: str
    variable: str
    type: str
    default: str
    meaning: str


def load(directory: Path, environment: Mapping[str, str]) -> Settings:
    """The settings in force for that data directory; raises `InvalidParameter` naming the setting.

    An environment variable with the prefix that names no setting is an error, as is an unknown key
    in the file: a misspelt setting must not pass in silence.
    """
    path = directory / FILE
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        tree: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InvalidParameter(f"{path}: {problem}") from problem
    for name, value in _from_environment(environment):
        section, key = name.split(".")
        part = tree.setdefault(section, {})
        if isinstance(part, dict):
            part[key] = value
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as problem:
        text = f"{path.name} or environment: {problem}"
        raise InvalidParameter(text, _setting_at_fault(str(problem))) from problem


def _setting_at_fault(problem: str) -> str:
    parts = (_PLACE.search(problem), _UNKNOWN.search(problem))
    return ".".join(part[1] for part in parts if part)


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    names = {row.variable: row.name for row in table()}
    for variable, value in environment.items():
        if variable.startswith(PREFIX):
            if variable not in names:
                raise InvalidParameter(f"{variable} names no setting", variable)
            yield names[variable], value


def table() -> list[SettingRow]:
    """Every setting, in order, for the reference documentation."""
    return list(_rows())


def _rows() -> Iterator[SettingRow]:
    for section, kind in get_type_hints(Settings).items():
        hints = get_type_hints(kind, include_extras=True)
        for field in msgspec.structs.fields(kind):
            base, meta = get_args(hints[field.name])
            choices = get_args(base)
            bounds = f", {meta.ge} to {meta.le}" if meta.ge is not None else ""
            yield SettingRow(
                name=f"{section}.{field.name}",
                variable=f"{PREFIX}{section}_{field.name}".upper(),
                type=" or ".join(choices) if choices else f"{base.__name__}{bounds}",
                default=str(field.default),
                meaning=meta.description or "",
            )
