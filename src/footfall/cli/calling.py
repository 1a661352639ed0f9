"""Calls of a server that runs, by the commands that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from footfall.errors import FootfallError, Unavailable

if TYPE_CHECKING:
    import httpx


def call(server: httpx.Client, method: str, path: str, **body: Any) -> Any:
    """What the server answers; raises `Unavailable`, or the error that it tells."""
    import httpx

    try:
        answer = server.request(method, path, json=body or None)
    except httpx.HTTPError as problem:
        raise Unavailable(f"{server.base_url} cannot be reached: {problem}") from problem
    if answer.is_success:
        return answer.json()
    try:
        message = answer.json()["message"]
    except (ValueError, KeyError, TypeError):
        message = f"{server.base_url} answered {answer.status_code} to {method} {path}"
    raise FootfallError(message)
