"""Paths as clients make them of a base URL that ends in a slash: `/v3//events`, `/v3/events/`.

The engine's routes do not mind; these are the paths that never come there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from uvicorn._types import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)


def without_needless_slashes(app: ASGI3Application, paths: Collection[str]) -> ASGI3Application:
    """The application, which gets each of these paths as it should be; all others as they are."""

    async def plain(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "http" and scope["path"] not in paths:
            path = "/" + "/".join(filter(None, scope["path"].split("/")))
            if path in paths:
                scope = cast(HTTPScope, {**scope, "path": path, "raw_path": path.encode()})
        await app(scope, receive, send)

    return plain
