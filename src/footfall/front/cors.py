"""Calls from web pages: the API may be open to browsers of other origins, the rest never is."""

from __future__ import annotations

import re
from typing import Final, cast

from starlette.middleware.cors import CORSMiddleware
from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

API: Final = ("/v3/", "/api/v2/")
METHODS: Final = ("PUT", "POST", "GET", "DELETE", "PATCH", "OPTIONS")
"""What Brevo allows."""
MAX_AGE_SECONDS: Final = 600
"""How long a browser may remember what it was allowed."""


def open_to_origins(app: ASGI3Application, origins: str) -> ASGI3Application:
    """The application, with the API's paths open to these origins; see `settings.Cors`."""
    allowed = re.split(r"\s*,\s*", origins) if origins else []
    open_app = cast(
        ASGI3Application,
        CORSMiddleware(
            app,  # type: ignore[arg-type]  # ASGI's messages have two typings
            allow_origins=allowed,
            allow_methods=METHODS,
            allow_headers=["*"],
            expose_headers=["*"],
            max_age=MAX_AGE_SECONDS,
        ),
    )

    async def choose(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await (open_app if _is_of_a_page(scope) else app)(scope, receive, send)

    return choose if allowed else app


def _is_of_a_page(scope: Scope) -> bool:
    """Whether it is a call to the API with an `Origin`; servers send none."""
    return (
        scope["type"] == "http"
        and scope["path"].startswith(API)
        and any(name == b"origin" for name, _ in scope["headers"])
    )
