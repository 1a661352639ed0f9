"""Rate limits around the front: every call of a key is counted before anything else is done."""

from __future__ import annotations

from typing import Final

from uvicorn._types import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
)

from footfall.answers import Headers
from footfall.clock import Clock
from footfall.errors import RateLimited, Unauthorized
from footfall.front.answers import refuse, send_answer
from footfall.front.intake import client_of, fields_of, secret_in, with_tracker_key
from footfall.limits import Allowance, Limiter
from footfall.ports import Keys
from footfall.records import refused_request_id
from footfall.refusals import Refusals

LIMIT: Final = b"x-sib-ratelimit-limit"
REMAINING: Final = b"x-sib-ratelimit-remaining"
RESET: Final = b"x-sib-ratelimit-reset"
"""Seconds until the window ends, as Brevo has it: no moment in time."""


class Limited:
    """An ASGI application of which each key may call as much as the limiter allows.

    Every answer to a call that was counted has the three header fields; a call past the limit is
    answered 429 with `Retry-After`, and nothing of it is done. Calls without a good key pass: they
    are refused for that.
    """

    def __init__(
        self, app: ASGI3Application, limiter: Limiter, keys: Keys, clock: Clock, refusals: Refusals
    ) -> None:
        self._app = app
        self._limiter = limiter
        self._keys = keys
        self._clock = clock
        self._refusals = refusals

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """See ASGI."""
        if scope["type"] == "http":
            await self._count(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _count(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        path = scope["path"]
        fields = with_tracker_key(fields_of(scope["headers"]))
        try:
            key = self._keys.find(secret_in(fields))
        except Unauthorized:
            key = None
        allowance = None if key is None else self._limiter.take(key.id, path, self._clock.now())
        if key is None or allowance is None:
            await self._app(scope, receive, send)
        elif allowance.is_allowed:
            await self._app(scope, receive, _with_fields(send, _fields(allowance)))
        else:
            rate, reset = allowance.rate, allowance.reset
            error = RateLimited(
                f"The key's calls to these paths are limited to {rate.calls} in {rate.seconds} s; "
                f"repeat the call after {reset} s",
                reset,
            )
            request_id = refused_request_id()
            self._refusals.tell(error, path, request_id, key.id, client_of(fields), b"")
            answer = refuse(error, path, key.id, request_id)
            answer.headers.extend(_fields(allowance))
            await send_answer(send, answer)


def _fields(allowance: Allowance) -> Headers:
    return [
        (LIMIT, str(allowance.rate.calls).encode()),
        (REMAINING, str(allowance.remaining).encode()),
        (RESET, str(allowance.reset).encode()),
    ]


def _with_fields(send: ASGISendCallable, fields: Headers) -> ASGISendCallable:
    async def send_with_fields(event: ASGISendEvent) -> None:
        if event["type"] == "http.response.start":
            event["headers"] = [*event["headers"], *fields]
        await send(event)

    return send_with_fields
