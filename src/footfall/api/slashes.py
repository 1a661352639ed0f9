"""Slashes within a value in a path, as in an `ext_id` of `shop/17`.

Most clients send one as %2F, which the server decodes before the route is looked for; brevo-python
4 and 5 send it as it is. While the route is looked for, a character that no text has stands for it.
"""

from __future__ import annotations

from typing import Final, cast
from urllib.parse import unquote

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

CONTACTS: Final = b"/v3/contacts/"
_STAND_IN: Final = "\ufdd0"
"""Unicode keeps it out of texts for uses such as this."""


def routed(raw_path: bytes, query: bytes) -> str | None:
    """The path with a stand-in for each slash within a value; none where there is no such slash.

    Under `/v3/contacts/` an `identifierType` says that all that follows is the identifier.
    """
    if raw_path.startswith(CONTACTS) and b"identifierType=" in query:
        raw_path = CONTACTS + raw_path.removeprefix(CONTACTS).replace(b"/", b"%2F")
    if b"%2f" not in raw_path.lower():
        return None
    values = map(unquote, raw_path.decode("latin-1").split("/"))
    return "/".join(value.replace("/", _STAND_IN) for value in values)


def shown(path: str) -> str:
    """The path, or the value in it, with its slashes."""
    return path.replace(_STAND_IN, "/")


def keep_slashes(app: ASGIApp) -> ASGIApp:
    """The application with slashes within values kept from its routes."""

    async def keeping(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            path = routed(scope["raw_path"], scope["query_string"])
            if path is not None:
                scope["path"] = path
        await app(scope, receive, send)

    return keeping


def restore_slashes(app: ASGIApp) -> ASGIApp:
    """Middleware behind the routes that hands `app` values with their slashes."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if _STAND_IN in scope["path"]:
            scope["path"] = shown(scope["path"])
            values = cast("dict[str, object]", scope["path_params"])  # ids are numbers in it
            scope["path_params"] |= {
                name: shown(value) for name, value in values.items() if isinstance(value, str)
            }
        await app(scope, receive, send)

    return middleware
