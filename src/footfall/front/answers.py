"""Answers as the front gives them: refusals counted and logged, and sent the ASGI way."""

from __future__ import annotations

import structlog
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from footfall import metrics
from footfall.answers import Answer, error_answer, fault, json_answer
from footfall.batches import Batch, outcome
from footfall.errors import FootfallError, InvalidParameter
from footfall.records import refused_request_id

_log = structlog.get_logger()


def refuse(error: Exception, path: str, key_id: str = "", request_id: str = "") -> Answer:
    """The answer to a request that failed with this error.

    The log has what is needed to find the caller and the rule, and neither secrets nor the body.
    """
    request_id = request_id or refused_request_id()
    if not isinstance(error, FootfallError):
        _log.error(
            "request_failed", path=path, request_id=request_id, key_id=key_id, exc_info=error
        )
        error = fault()
    _log.info(
        "request_refused",
        status=error.status,
        code=error.code,
        reason=error.message,
        path=path,
        request_id=request_id,
        key_id=key_id,
    )
    metrics.REFUSED.labels(error.code).inc()
    return error_answer(error, request_id)


def refuse_batch(batch: Batch, key_id: str, request_id: str) -> Answer:
    """The answer to a batch of which nothing was accepted: 400 of the shape of a 207."""
    _log.info(
        "batch_refused",
        events=batch.total,
        reason=batch.refused[0],
        key_id=key_id,
        request_id=request_id,
    )
    metrics.REFUSED.labels(InvalidParameter.code).inc()
    return json_answer(400, outcome(batch), request_id)


async def send_answer(send: ASGISendCallable, answer: Answer) -> None:
    """Send it whole."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})


class Refusal:
    """An ASGI application that refuses whatever it is given, and ends the connection."""

    def __init__(self, error: FootfallError) -> None:
        self._error = error

    async def __call__(
        self, scope: Scope, _receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """See ASGI."""
        answer = refuse(self._error, scope["path"])  # type: ignore[typeddict-item]
        answer.headers.append((b"connection", b"close"))
        await send_answer(send, answer)
