"""`/footfall/v1/users` and `/footfall/v1/changes`: who may sign in, and what people changed."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody, QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, actor, require
from footfall.api.paging import PathId
from footfall.api.parts import GivenParts, Parts
from footfall.api.signing_in import Name, NewPassword
from footfall.errors import NotFound
from footfall.instants import format_milliseconds
from footfall.passwords import hashed
from footfall.people import Change, Role, User, check_name, check_password


class ShownUser(msgspec.Struct):
    """A person who may sign in."""

    id: int
    name: str
    role: Role
    created_at: str
    last_seen_at: str | None


class UserList(msgspec.Struct):
    """Everybody, by name."""

    users: list[ShownUser]


class NewUser(msgspec.Struct):
    """A person to add."""

    name: Name
    password: NewPassword
    role: Role = "viewer"


class UserChange(msgspec.Struct):
    """What to change of a person; what is left out stays."""

    role: Role | None = None
    password: NewPassword | None = None


class ShownChange(msgspec.Struct):
    """A line of the log of what people change."""

    at: str
    actor: str
    action: str
    subject: str
    details: str


class ChangeList(msgspec.Struct):
    """The log's last lines, latest first."""

    changes: list[ShownChange]


@get("/footfall/v1/users", opt=require("admin"), operation_id="getUsers", tags=["People"])
async def list_users(parts: GivenParts) -> Response[UserList]:
    """Everybody who may sign in."""
    users = await parts.read(parts.people.users)
    return json_answer(UserList([_shown(user) for user in users]))


@post("/footfall/v1/users", opt=require("admin"), operation_id="addUser", tags=["People"])
async def add_user(
    parts: GivenParts, request: Call, data: JSONBody[NewUser]
) -> Response[ShownUser]:
    """Add a person."""
    name = check_name(data.name)
    password_hash = await parts.in_turn(hashed, check_password(data.password, name))
    change = Change(parts.clock.now(), actor(request), "user_added", name, data.role)
    user = await parts.read(parts.people.add, name, data.role, password_hash, change)
    return json_answer(_shown(user), status=201)


@patch(
    "/footfall/v1/users/{user_id:int}",
    opt=require("admin"),
    operation_id="changeUser",
    tags=["People"],
)
async def change_user(
    parts: GivenParts, request: Call, user_id: PathId, data: JSONBody[UserChange]
) -> Response[ShownUser]:
    """Change a person's role or password. A new password ends all the person's sessions."""
    user = await _user(parts, user_id)
    now, who, people = parts.clock.now(), actor(request), parts.people
    if data.password is not None:
        password_hash = await parts.in_turn(hashed, check_password(data.password, user.name))
        change = Change(now, who, "password_changed", user.name)
        await parts.read(people.set_password, user_id, password_hash, change)
    if data.role is not None and data.role != user.role:
        change = Change(now, who, "role_changed", user.name, f"{user.role} to {data.role}")
        await parts.read(people.set_role, user_id, data.role, change)
    return json_answer(_shown(await _user(parts, user_id)))


@delete(
    "/footfall/v1/users/{user_id:int}",
    opt=require("admin"),
    operation_id="removeUser",
    tags=["People"],
)
async def remove_user(parts: GivenParts, request: Call, user_id: PathId) -> None:
    """Remove a person, and end the person's sessions at once."""
    user = await _user(parts, user_id)
    change = Change(parts.clock.now(), actor(request), "user_removed", user.name)
    await parts.read(parts.people.remove, user_id, change)


@get("/footfall/v1/changes", opt=require("admin"), operation_id="getChanges", tags=["People"])
async def list_changes(
    parts: GivenParts, limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 100
) -> Response[ChangeList]:
    """What people changed, latest first."""
    changes = await parts.read(parts.people.changes, limit)
    return json_answer(
        ChangeList(
            [
                ShownChange(
                    format_milliseconds(change.at),
                    change.actor,
                    change.action,
                    change.subject,
                    change.details,
                )
                for change in changes
            ]
        )
    )


async def _user(parts: Parts, user_id: int) -> User:
    for user in await parts.read(parts.people.users):
        if user.id == user_id:
            return user
    raise NotFound("There is nobody with that id")


def _shown(user: User) -> ShownUser:
    seen = None if user.last_seen_at is None else format_milliseconds(user.last_seen_at)
    return ShownUser(user.id, user.name, user.role, format_milliseconds(user.created_at), seen)
