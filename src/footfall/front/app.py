"""The front as an ASGI application: the plain way of every request."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from uvicorn._types import (
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPScope,
    Scope,
)

from footfall import metrics
from footfall.answers import REQUEST_ID, Answer, json_answer
from footfall.batches import BatchAccepted, outcome, summary
from footfall.errors import FootfallError, InvalidParameter, MethodNotAllowed, Unavailable
from footfall.front.answers import refuse, refuse_batch, send_answer
from footfall.front.commit import GroupCommit
from footfall.front.intake import (
    BATCH_PATH,
    PATH,
    Caller,
    Intake,
    check_size,
    client_of,
    content_of,
    fields_of,
    with_tracker_key,
)
from footfall.front.passing import Passing
from footfall.records import refused_request_id
from footfall.refusals import Refusals
from footfall.tracking import CALLS

EVENT: Final = PATH.decode()
BATCH: Final = BATCH_PATH.decode()
READS: Final = ("GET", "HEAD")
TAKEN_IN: Final = frozenset({EVENT, BATCH, *CALLS})
"""The paths of the intake."""


class _Left(Exception):
    """The client left before its request was there."""


class App:
    """Takes events in, answers for the front's own health, and passes on all else."""

    def __init__(
        self,
        intake: Intake,
        commit: GroupCommit,
        passing: Passing,
        refusals: Refusals,
        lost: Callable[[], None],
    ) -> None:
        """`lost` is called when no more can be journaled."""
        self._intake = intake
        self._commit = commit
        self._passing = passing
        self._refusals = refusals
        self._lost = lost
        self._own = {
            "/healthz": self._healthz,
            "/readyz": self._readyz,
            "/metrics": self._metrics,
        }

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Between start and stop the commit takes requests; it ends when all have answers."""
        await receive()
        await self._commit.start(self._intake.doubts, self._lost)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._commit.close()
        await self._passing.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        request_id = refused_request_id()
        path, method = scope["path"], scope["method"]
        try:
            if path == BATCH or path in CALLS or (path == EVENT and method not in READS):
                await send_answer(send, await self._take_in(scope, receive, request_id))
            elif path in self._own:
                await send_answer(send, await self._own_answer(path, method, request_id))
            else:
                await self._passing.pass_on(scope, receive, send, request_id)
        except _Left:
            return
        except Exception as error:
            await send_answer(send, refuse(error, path, request_id=request_id))

    async def _take_in(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, request_id: str
    ) -> Answer:
        """The intake, step by step: head, body, journal, answer."""
        path = scope["path"]
        if scope["method"] != "POST":
            allowed = b"GET, HEAD, OPTIONS, POST" if path == EVENT else b"OPTIONS, POST"
            return _without_entrance(path, scope["method"], allowed, request_id)
        key_id, body = "", b""
        fields = fields_of(scope["headers"])
        try:
            if path in CALLS:
                fields = with_tracker_key(fields)
            key = self._intake.identify(fields)
            key_id = key.id
            max_body = self._intake.max_batch_body if path == BATCH else self._intake.max_body
            caller = self._intake.admit(key, fields, max_body)
            body = content_of(fields, await _whole_body(receive, max_body), max_body)
            if path == BATCH:
                return await self._take_batch(caller, body, request_id)
            commit = _Commit()
            if path in CALLS:
                self._intake.accept_tracked(CALLS[path], caller, body, commit)
            else:
                self._intake.accept(caller, body, commit)
            journaled_id = await commit.request_id
        except FootfallError as error:
            self._refusals.tell(error, path, request_id, key_id, client_of(fields), body)
            return refuse(error, path, key_id, request_id)
        return Answer(204, [(REQUEST_ID, journaled_id.encode())], b"")

    async def _take_batch(self, caller: Caller, body: bytes, request_id: str) -> Answer:
        """202 for a batch whose events are all accepted, 207 for a mixed one, 400 for none."""
        commit = _Commit()
        batch = self._intake.accept_batch(caller, body, commit)
        if batch.refused:
            error = InvalidParameter(summary(batch))
            self._refusals.tell(error, BATCH, request_id, caller.key.id, caller.client, body)
        if not batch.accepted:
            return refuse_batch(batch, caller.key.id, request_id)
        journaled_id = await commit.request_id
        if batch.refused:
            return json_answer(207, outcome(batch), journaled_id)
        return json_answer(202, BatchAccepted("Events accepted", batch.accepted), journaled_id)

    # -- the front's own paths ---------------------------------------------------------------------

    async def _own_answer(self, path: str, method: str, request_id: str) -> Answer:
        if method not in READS:
            return _without_entrance(path, method, b"GET, HEAD, OPTIONS", request_id)
        return await self._own[path](request_id)

    async def _healthz(self, request_id: str) -> Answer:
        """The process answers."""
        return json_answer(200, {"status": "ok"}, request_id)

    async def _readyz(self, request_id: str) -> Answer:
        """Events can be journaled, and reads can be answered."""
        if self._commit.is_failing:
            raise Unavailable("The journal cannot be written")
        await self._passing.read("/healthz")
        return json_answer(200, {"status": "ready"}, request_id)

    async def _metrics(self, request_id: str) -> Answer:
        """The front's metrics, and the engine's while it can be reached."""
        text = metrics.exposition("front")
        with contextlib.suppress(Unavailable):
            text += await self._passing.read("/metrics")
        headers = [
            (b"content-type", metrics.CONTENT_TYPE.encode()),
            (b"content-length", str(len(text)).encode()),
            (REQUEST_ID, request_id.encode()),
        ]
        return Answer(200, headers, text)


async def _whole_body(receive: ASGIReceiveCallable, max_body: int) -> bytes:
    """The body, as far as its size is allowed."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Left
        body += message.get("body", b"")
        check_size(len(body), max_body)
        if not message.get("more_body"):
            return bytes(body)


class _Commit:
    """Waits for a request's commit, see `commit.Waiting`."""

    def __init__(self) -> None:
        self.request_id: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def committed(self, request_id: str) -> None:
        """See `commit.Waiting`."""
        if not self.request_id.done():
            self.request_id.set_result(request_id)

    def failed(self, error: FootfallError) -> None:
        """See `commit.Waiting`."""
        if not self.request_id.done():
            self.request_id.set_exception(error)


def _without_entrance(path: str, method: str, allowed: bytes, request_id: str) -> Answer:
    """OPTIONS is told what is allowed, another method that it is not."""
    if method == "OPTIONS":
        answer = Answer(204, [(REQUEST_ID, request_id.encode())], b"")
    else:
        answer = refuse(MethodNotAllowed(method), path, request_id=request_id)
    answer.headers.append((b"allow", allowed))
    return answer
