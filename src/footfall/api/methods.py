"""`Allow`: which methods a path takes. HEAD goes with GET, since the front asks GET for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Message, Receive, Scope, Send

ALLOW: Final = b"allow"


def in_one_line(methods: Iterable[str]) -> str:
    """The value of the field."""
    names = set(methods) | {"OPTIONS"}
    return ", ".join(sorted(names | {"HEAD"} if "GET" in names else names))


def tell_all_methods(app: ASGIApp) -> ASGIApp:
    """Middleware: OPTIONS tells of every handler of the path; Litestar names the first only."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_all(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [field for field in message["headers"] if field[0].lower() != ALLOW]
                message["headers"] = [*others, (ALLOW, in_one_line(_methods(scope)).encode())]
            await send(message)

        is_asked = scope["type"] == ScopeType.HTTP and scope["method"] == "OPTIONS"
        await app(scope, receive, send_with_all if is_asked else send)

    return middleware


def _methods(scope: Scope) -> set[str]:
    template = scope["path_template"]
    return {
        str(method)
        for route in scope["litestar_app"].routes
        if isinstance(route, HTTPRoute) and route.path_format == template
        for method in route.methods
    }
