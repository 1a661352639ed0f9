"""`/footfall/v1/keys`: who may call the API."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, actor, require
from footfall.api.parts import GivenParts, Parts
from footfall.errors import NotFound
from footfall.instants import format_milliseconds
from footfall.people import Change
from footfall.ports import Key, Scope

MAX_NAME: Final = 255


class ShownKey(msgspec.Struct):
    """A key, without its secret."""

    id: str
    name: str
    scopes: list[Scope]
    created_at: str
    revoked_at: str | None


class KeyList(msgspec.Struct):
    """Every key, revoked ones too, oldest first."""

    keys: list[ShownKey]


class NewKey(msgspec.Struct):
    """A key to create."""

    name: Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=10)]


class CreatedKey(msgspec.Struct):
    """A new key with its secret, which nothing can show again."""

    key: ShownKey
    secret: str


@get("/footfall/v1/keys", opt=require("admin"), operation_id="getKeys", tags=["Keys"])
async def list_keys(parts: GivenParts) -> Response[KeyList]:
    """Every key."""
    keys = await parts.read(parts.keys.all)
    return json_answer(KeyList([_shown(key) for key in keys]))


@post("/footfall/v1/keys", opt=require("admin"), operation_id="createKey", tags=["Keys"])
async def create_key(
    parts: GivenParts, request: Call, data: JSONBody[NewKey]
) -> Response[CreatedKey]:
    """Create a key. Its secret stands in this answer and nowhere else."""
    now = parts.clock.now()
    key, secret = await parts.read(parts.keys.create, data.name, data.scopes, now)
    await _note(parts, Change(now, actor(request), "key_created", _named(key), _scopes(key)))
    return json_answer(CreatedKey(_shown(key), secret), status=201)


@delete(
    "/footfall/v1/keys/{key_id:str}", opt=require("admin"), operation_id="revokeKey", tags=["Keys"]
)
async def revoke_key(parts: GivenParts, request: Call, key_id: FromPath[str]) -> None:
    """Revoke a key. No call that begins after the answer is let in with it."""
    now = parts.clock.now()
    if not await parts.read(parts.keys.revoke, key_id, now):
        raise NotFound("There is no key with that id")
    key = next(key for key in await parts.read(parts.keys.all) if key.id == key_id)
    await _note(parts, Change(now, actor(request), "key_revoked", _named(key)))


async def _note(parts: Parts, change: Change) -> None:
    await parts.read(parts.people.note, change)


def _named(key: Key) -> str:
    return f"{key.name} ({key.id})"


def _scopes(key: Key) -> str:
    return " ".join(key.scopes)


def _shown(key: Key) -> ShownKey:
    revoked = None if key.revoked_at is None else format_milliseconds(key.revoked_at)
    created = format_milliseconds(key.created_at)
    return ShownKey(key.id, key.name, list(key.scopes), created, revoked)
