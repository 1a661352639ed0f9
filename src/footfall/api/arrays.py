"""Lists in query strings, in every way in which a Brevo client writes them.

`ids=1&ids=2`, `ids=1%2C2`, `ids[]=1&ids[]=2` and `ids[0]=1&ids[1]=2` mean the same. The routes are
given the first form.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

LISTS: Final = frozenset({"contact_id", "event_name", "object_type", "ids", "listIds"})
MAX_PARAMETERS: Final = 1_000

_INDEX = re.compile(r"(\w+)\[\d*\]", re.ASCII)


def unfold(query: bytes) -> bytes:
    """The query string with every list as a repeated name; raises ValueError past the limits."""
    pairs = parse_qsl(
        query.decode("latin-1"), keep_blank_values=True, max_num_fields=MAX_PARAMETERS
    )
    unfolded: list[tuple[str, str]] = []
    for name, value in pairs:
        match = _INDEX.fullmatch(name)
        plain = match[1] if match else name
        if plain in LISTS:
            unfolded += [(plain, item) for item in value.split(",") if item]
        else:
            unfolded.append((plain, value))
    return urlencode(unfolded).encode()


def unfold_lists(app: ASGIApp) -> ASGIApp:
    """Middleware that hands `app` unfolded query strings."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        query = scope.get("query_string", b"")
        if scope["type"] == ScopeType.HTTP and query:
            scope["query_string"] = unfold(query)
        await app(scope, receive, send)

    return middleware
