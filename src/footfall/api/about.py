"""`GET /footfall/v1/about`: which Footfall this is, and under which settings it runs."""

from __future__ import annotations

import platform

import msgspec
from litestar import Response, get

from footfall import __version__, settings
from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.parts import GivenParts, Parts
from footfall.instants import format_milliseconds


class SettingInForce(msgspec.Struct):
    """One setting, as it was read at the start."""

    name: str
    value: str
    default: str
    variable: str
    """Of the environment."""
    meaning: str


class About(msgspec.Struct):
    """The server and its account."""

    version: str
    python: str
    account_id: str
    created_at: str
    settings: list[SettingInForce]
    """In the order of the reference. None of them is a secret."""


@get("/footfall/v1/about", opt=require("admin"), operation_id="getAbout", tags=["Footfall"])
async def read_about(parts: GivenParts) -> Response[About]:
    """Version, account, and every setting with the value that is in force."""
    return json_answer(await parts.read(_about, parts))


def _about(parts: Parts) -> About:
    account = parts.keys.account(parts.clock.now())
    return About(
        version=__version__,
        python=platform.python_version(),
        account_id=account.id,
        created_at=format_milliseconds(account.created_at),
        settings=[_in_force(parts.settings, row) for row in settings.table()],
    )


def _in_force(given: settings.Settings, row: settings.SettingRow) -> SettingInForce:
    section, key = row.name.split(".")
    value = getattr(getattr(given, section), key)
    return SettingInForce(row.name, str(value), row.default, row.variable, row.meaning)
