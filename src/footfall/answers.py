"""Errors as HTTP answers: status and headers by the table of errors, and never an empty body."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from footfall.errors import FootfallError

Headers = list[tuple[bytes, bytes]]

JSON: Final = (b"content-type", b"application/json")
REQUEST_ID: Final = b"x-request-id"

_encode = msgspec.json.Encoder().encode


class Answer(NamedTuple):
    """A whole HTTP answer."""

    status: int
    headers: Headers
    body: bytes


def json_answer(status: int, body: object, request_id: str) -> Answer:
    """The answer with that body as JSON."""
    text = _encode(body)
    headers = [
        JSON,
        (b"content-length", str(len(text)).encode()),
        (REQUEST_ID, request_id.encode()),
    ]
    return Answer(status, headers, text)


def error_answer(error: FootfallError, request_id: str) -> Answer:
    """`{"code","message"}`, with `Retry-After` in whole seconds where a repeat may succeed."""
    answer = json_answer(error.status, error_body(error), request_id)
    if error.retry_after is not None:
        answer.headers.append((b"retry-after", str(error.retry_after).encode()))
    return answer


def error_body(error: FootfallError) -> dict[str, object]:
    """`{"code","message"}`, with `metadata` where there is some."""
    body: dict[str, object] = {"code": error.code, "message": error.told or error.message}
    if error.metadata is not None:
        body["metadata"] = error.metadata
    return body


def fault() -> FootfallError:
    """What a client is told of an error that is nobody's but the server's."""
    return FootfallError("A fault of the server; its log has it under the request id")
