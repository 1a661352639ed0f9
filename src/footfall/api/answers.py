"""Answers of the API: JSON as the types say, errors from the one table."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from footfall.answers import error_body, fault
from footfall.api.methods import in_one_line
from footfall.api.slashes import shown
from footfall.errors import (
    BodyTooLarge,
    FootfallError,
    InvalidParameter,
    MethodNotAllowed,
    NotFound,
)

Body = TypeVar("Body")

_SNAKE = re.compile(r"_([a-z])")
_log = structlog.get_logger()


def json_answer(body: Body, status: int = 200) -> Response[Body]:
    """The answer with that body, encoded here: raw texts inside come out to the letter."""
    content: Any = msgspec.json.encode(body)
    return Response(content, status_code=status, media_type=MediaType.JSON)


def error_answer(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, object]]:
    """The answer for any error of a route: `{"code","message"}`, never empty."""
    problem = _problem(request, error)
    headers = {} if problem.retry_after is None else {"retry-after": str(problem.retry_after)}
    if isinstance(error, MethodNotAllowedException) and error.headers:
        headers["allow"] = in_one_line(error.headers["allow"].split(", "))
    return Response(
        error_body(problem),
        status_code=problem.status,
        media_type=MediaType.JSON,
        headers=headers,
    )


def _problem(request: Request[Any, Any, Any], error: Exception) -> FootfallError:
    match error:
        case FootfallError():
            return error
        case ValidationException():
            return _invalid(request, error)
        case MethodNotAllowedException():
            return MethodNotAllowed(request.method)
        case NotFoundException():
            return NotFound(f"There is nothing at {shown(request.url.path)}")
        case RequestEntityTooLarge():
            return BodyTooLarge("The body is larger than this route takes")
        case HTTPException() if error.status_code < 500:
            return InvalidParameter(error.detail)
        case _:
            _log.error("request_failed", path=request.url.path, exc_info=error)
            return fault()


def _invalid(request: Request[Any, Any, Any], error: ValidationException) -> FootfallError:
    details = error.extra if isinstance(error.extra, list) else []
    for detail in details:
        if isinstance(detail, dict) and detail.get("key"):
            if isinstance(request.path_params.get(detail["key"]), int):  # no id is so large
                return NotFound(f"There is nothing at {shown(request.url.path)}")
            key = _as_given(request, str(detail["key"]))
            return InvalidParameter(f"{key}: {detail.get('message', 'is not valid')}", key)
    return InvalidParameter(error.detail)


def _as_given(request: Request[Any, Any, Any], key: str) -> str:
    """The parameter as the client wrote it; the framework names it as the code does."""
    camel = _SNAKE.sub(lambda letter: letter[1].upper(), key)
    return camel if camel in request.query_params else key
