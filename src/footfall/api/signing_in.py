"""`/footfall/v1/session` and `/footfall/v1/set-up`: signing in to the interface, and out."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec
from litestar import Response, delete, get, post, put
from litestar.datastructures import Cookie, Headers
from litestar.params import JSONBody
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import COOKIE, Call, check_own_page
from footfall.api.parts import GivenParts, Parts
from footfall.errors import PermissionDenied, Unauthorized
from footfall.passwords import NOBODY, hashed, matches
from footfall.people import (
    LONGEST,
    MAX_NAME,
    MAX_PASSWORD,
    MIN_PASSWORD,
    SECOND,
    Change,
    Role,
    User,
    check_name,
    check_password,
)

WRONG: Final = "Name or password is wrong"
MAX_CLIENT: Final = 255
FORWARDING: Final = ("forwarded", "x-real-ip", "x-forwarded-host", "x-forwarded-proto", "via")

Name = Annotated[str, Meta(max_length=MAX_NAME)]
Password = Annotated[str, Meta(max_length=MAX_PASSWORD)]
NewPassword = Annotated[str, Meta(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD)]


class SignIn(msgspec.Struct):
    """Who wants in."""

    name: Name
    password: Password


class SetUp(msgspec.Struct):
    """The first administrator. The token stands in the link that `footfall serve` prints."""

    password: NewPassword
    name: Name = "admin"
    token: Annotated[str, Meta(max_length=100)] = ""


class PasswordChange(msgspec.Struct):
    """A person's own new password, with the one to date."""

    current: Password
    password: NewPassword


class SignedIn(msgspec.Struct):
    """Who is signed in."""

    name: str
    role: Role


class ShownSession(msgspec.Struct):
    """Whether somebody is signed in here, or whether there is nobody yet who could."""

    state: Literal["signed_in", "signed_out", "set_up"]
    user: SignedIn | None = None
    needs_token: bool = False
    """Whether setting up takes the token: everywhere but on the server's own machine."""


@get("/footfall/v1/session", operation_id="getSession", tags=["People"])
async def read_session(parts: GivenParts, request: Call) -> Response[ShownSession]:
    """Who is signed in."""
    token = request.cookies.get(COOKIE)
    session = parts.people.session(token, parts.clock.now()) if token else None
    if session is not None:
        return json_answer(_shown(session.user))
    if parts.people.users():
        return json_answer(ShownSession("signed_out"))
    return json_answer(ShownSession("set_up", needs_token=not is_on_this_machine(request)))


@post("/footfall/v1/session", operation_id="signIn", tags=["People"])
async def sign_in(
    parts: GivenParts, request: Call, data: JSONBody[SignIn]
) -> Response[ShownSession]:
    """Sign in: 201 and the session's cookie. Tries are bounded per address and per name."""
    check_own_page(request.headers)
    user = await _known(parts, request, data.name, data.password)
    return await _signed_in(parts, request, user)


@delete("/footfall/v1/session", operation_id="signOut", tags=["People"], status_code=204)
async def sign_out(parts: GivenParts, request: Call) -> Response[None]:
    """End the session of this browser."""
    check_own_page(request.headers)
    parts.people.end_session(request.cookies.get(COOKIE, ""))
    return Response(None, status_code=204, cookies=[_cookie(request, "", 0)])


@put("/footfall/v1/session/password", operation_id="changeOwnPassword", tags=["People"])
async def change_password(
    parts: GivenParts, request: Call, data: JSONBody[PasswordChange]
) -> Response[ShownSession]:
    """Change one's own password. Ends all the person's sessions and begins a new one here."""
    check_own_page(request.headers)
    now = parts.clock.now()
    session = parts.people.session(request.cookies.get(COOKIE, ""), now)
    if session is None:
        raise Unauthorized("The session has ended; sign in again")
    name = session.user.name
    password = check_password(data.password, name)
    user = await _known(parts, request, name, data.current)
    password_hash = await parts.in_turn(hashed, password)
    change = Change(now, f"person {name}", "password_changed", name)
    await parts.read(parts.people.set_password, user.id, password_hash, change)
    return await _signed_in(parts, request, user)


@post("/footfall/v1/set-up", operation_id="setUp", tags=["People"])
async def set_up(parts: GivenParts, request: Call, data: JSONBody[SetUp]) -> Response[ShownSession]:
    """Set the first administrator's password and sign in: once, while there is nobody.

    From the server's own machine that is all; from elsewhere it takes the token, so that not
    whoever comes first has the account.
    """
    check_own_page(request.headers)
    name = check_name(data.name)
    password = check_password(data.password, name)
    now = parts.clock.now()
    parts.attempts.take(address(request.headers), name, now)
    if not is_on_this_machine(request) and not parts.people.is_set_up_token(data.token):
        raise PermissionDenied("Open the link that footfall serve printed when it started")
    password_hash = await parts.in_turn(hashed, password)
    change = Change(now, f"person {name}", "user_added", name, "admin")
    user = await parts.read(parts.people.add_first, name, password_hash, change)
    if user is None:
        raise PermissionDenied("The account is set up already; sign in")
    return await _signed_in(parts, request, user)


def address(headers: Headers) -> str:
    """Where the call comes from, as the front says last in `X-Forwarded-For`.

    A program on this machine that passes calls on is believed when it names whom it does it for.
    """
    hops = _hops(headers)
    if len(hops) > 1 and _is_loopback(hops[-1]):
        return hops[-2]
    return hops[-1] if hops else ""


def is_on_this_machine(request: Call) -> bool:
    """Whether the browser runs on the server's machine and called it by a loopback name.

    The name keeps out pages of others that let their own name point here. A call that somebody
    passed on counts as from elsewhere.
    """
    hops = _hops(request.headers)
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return (
        len(hops) == 1
        and _is_loopback(hops[0])
        and (host == "localhost" or _is_loopback(host))
        and not any(name in request.headers for name in FORWARDING)
    )


def _hops(headers: Headers) -> list[str]:
    return [hop for each in headers.get("x-forwarded-for", "").split(",") if (hop := each.strip())]


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


async def _known(parts: Parts, request: Call, name: str, password: str) -> User:
    """The person of that name, if the password is right; raises `Unauthorized` or `RateLimited`."""
    where = address(request.headers)
    parts.attempts.take(where, name, parts.clock.now())
    found = await parts.read(parts.people.find, name)
    password_hash = NOBODY if found is None else found[1]
    if not await parts.in_turn(matches, password_hash, password) or found is None:
        raise Unauthorized(WRONG)
    parts.attempts.give_back(where, name)
    return found[0]


async def _signed_in(parts: Parts, request: Call, user: User) -> Response[ShownSession]:
    change = Change(
        parts.clock.now(),
        f"person {user.name}",
        "signed_in",
        user.name,
        f"from {address(request.headers)}",
    )
    client = request.headers.get("user-agent", "")[:MAX_CLIENT]
    token = await parts.read(parts.people.begin_session, user.id, change, client)
    answer = json_answer(_shown(user), status=201)
    answer.cookies.append(_cookie(request, token, LONGEST // SECOND))
    return answer


def _cookie(request: Call, token: str, seconds: int) -> Cookie:
    """No script can read it and no other site's page sends it.

    Where the page came over HTTPS, which its `Origin` tells even behind a proxy, it never travels
    without.
    """
    return Cookie(
        key=COOKIE,
        value=token,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.headers.get("origin", "").startswith("https:"),
    )


def _shown(user: User) -> ShownSession:
    return ShownSession("signed_in", SignedIn(user.name, user.role))
