"""Whether a call may do what its route does: every route names the scope that it needs.

A call comes with an API key, or from the interface with the session of a person who signed in.
"""

from __future__ import annotations

from typing import Any, Final, Literal
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers, State
from litestar.handlers import BaseRouteHandler

from footfall.api.parts import Parts
from footfall.authentication import authenticate, authorize
from footfall.errors import PermissionDenied, Unauthorized
from footfall.ports import Scope

COOKIE: Final = "footfall_session"
PAGE: Final = "x-footfall-page"
"""The interface sends it with every call; see `check_own_page`."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Call = Request[Any, Any, State]


Need = Scope | Literal["any"]
"""What a key or a person must be allowed to do; for `any` it is enough to be known."""


def require(need: Need) -> dict[str, Need]:
    """The route option that names the scope; see `guard`."""
    return {"scope": need}


def guard(
    connection: ASGIConnection,  # type: ignore[type-arg] # of any handler, user and state
    handler: BaseRouteHandler,
) -> None:
    """Let the call in if its key or its person has the route's scope. Without one, all come in."""
    need: Need | None = handler.opt.get("scope")
    if need is None:
        return
    parts: Parts = connection.app.state.parts
    headers = connection.headers
    api_key, authorization = headers.get("api-key", ""), headers.get("authorization", "")
    token = connection.cookies.get(COOKIE)
    if token and not api_key and not authorization:
        if connection.scope.get("method") not in SAFE:
            check_own_page(headers)
        connection.state.actor = _admit_person(parts, token, need)
        connection.state.key_id = ""
        return
    key = authenticate(parts.keys, api_key, authorization)
    if need != "any":
        authorize(key, need)
    connection.state.actor = f"key {key.name}"
    connection.state.key_id = key.id


def actor(request: Call) -> str:
    """Who calls, for the log of what people change. Only within a route that names a scope."""
    name: str = request.state.actor
    return name


def check_own_page(headers: Headers) -> None:
    """Raises `PermissionDenied` unless the call comes from a page of this very server.

    A cookie travels with calls that other sites' pages make, as far as `SameSite` lets it. Two
    things stand against that, and no token has to be kept: a header of its own, which a browser
    sends across origins only after asking in vain, and the browser's own word on where the call
    comes from, `Sec-Fetch-Site` or, where the connection is plain HTTP, `Origin`.
    """
    site = headers.get("sec-fetch-site")
    if site is None:
        own = bool(origin := headers.get("origin")) and urlsplit(origin).netloc == headers["host"]
    else:
        own = site == "same-origin"
    if not own or PAGE not in headers:
        raise PermissionDenied("The call does not come from a page of this server")


def _admit_person(parts: Parts, token: str, need: Need) -> str:
    session = parts.people.session(token, parts.clock.now())
    if session is None:
        raise Unauthorized("The session has ended; sign in again")
    user = session.user
    if need != "any" and not user.allows(need):
        raise PermissionDenied(f"A {user.role} may not do that: it takes the scope {need}")
    return f"person {user.name}"
