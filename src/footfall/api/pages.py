"""The interface's built files: its page under each of its own paths, and what the page loads."""

from __future__ import annotations

import gzip
import secrets
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from footfall.api.answers import error_answer
from footfall.errors import NotFound, Unavailable

PATHS: Final = [
    "/",
    "/set-up",
    "/live",
    "/events",
    "/events/{position:int}",
    "/events/set-aside",
    "/catalogue",
    "/catalogue/{name:str}",
    "/contacts",
    "/contacts/{identifier:str}",
    "/segments",
    "/segments/new",
    "/segments/{segment_id:int}",
    "/segments/{segment_id:int}/edit",
    "/settings",
    "/settings/{part:str}",
    "/settings/webhooks",  # the router does not go back to /settings/{part:str}
    "/settings/webhooks/{webhook_id:int}",
]
"""Where the page is. Everything else that is not there is a 404: in the page for somebody who
visits it with a browser, else as in the API."""

NONCE: Final = b"__NONCE__"
"""Stands in the built page where each answer gets a value of its own, see `_policy`."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""The names of these files hold a hash of their content."""
ROUNDING: Final = 1_024
"""Bytes below which compressing gains nothing."""

TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
HARDENING: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

PROGRAMS: Final = ("/v3/", "/footfall/", "/api/", "/assets/")
"""Under these only programs call, also those that run in a browser."""

_FOLDER: Final = files("footfall") / "web"
_INDEX: Final = _FOLDER / "index.html"

Call = Request[Any, Any, State]


class Asset(NamedTuple):
    """A built file, plain and compressed."""

    media_type: str
    plain: bytes
    compressed: bytes


@get(PATHS, include_in_schema=False)
async def page() -> Response[bytes]:
    """The page. It finds out from its address what to show."""
    return _page(200)


def not_found(request: Call, error: NotFoundException) -> Response[Any]:
    """The answer where no route is: the page, which says so, to whoever visits with a browser."""
    if request.method != "GET" or request.url.path.startswith(PROGRAMS):
        return error_answer(request, error)
    if "text/html" not in request.headers.get("accept", "") or not _INDEX.is_file():
        return error_answer(request, error)
    return _page(404)


@get("/assets/{name:str}", include_in_schema=False)
async def asset(request: Call, name: FromPath[str]) -> Response[bytes]:
    """A file whose name changes with its content."""
    return _answer(request, f"assets/{name}", IMMUTABLE)


@get("/favicon.svg", include_in_schema=False)
async def icon(request: Call) -> Response[bytes]:
    """The sign in the browser's tab."""
    return _answer(request, "favicon.svg", "public, max-age=86400")


ROUTES: Final = [page, asset, icon]


def _page(status: int) -> Response[bytes]:
    if not _INDEX.is_file():
        raise Unavailable("The interface was not built: run python hatch_build.py")
    nonce = secrets.token_urlsafe(16)
    headers = HARDENING | {"cache-control": "no-store", "content-security-policy": _policy(nonce)}
    content = _INDEX.read_bytes().replace(NONCE, nonce.encode())
    return Response(content, status_code=status, media_type=MediaType.HTML, headers=headers)


def _answer(request: Call, path: str, cache: str) -> Response[bytes]:
    found = _asset(path)
    if found is None:
        raise NotFound(f"There is nothing at {request.url.path}")
    headers = HARDENING | {"cache-control": cache, "vary": "accept-encoding"}
    if found.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(found.compressed, media_type=found.media_type, headers=headers)
    return Response(found.plain, media_type=found.media_type, headers=headers)


@lru_cache(maxsize=256)
def _asset(path: str) -> Asset | None:
    """The built file, compressed once and kept: there are a few dozen of them."""
    file = _FOLDER / path
    media_type = TYPES.get(path.rpartition(".")[2])
    if media_type is None or not file.is_file():
        return None
    plain = file.read_bytes()
    smaller = len(plain) >= ROUNDING and not media_type.startswith("font/")
    return Asset(media_type, plain, gzip.compress(plain, mtime=0) if smaller else b"")


def _policy(nonce: str) -> str:
    """Nothing from elsewhere, no inline script, no script from text.

    Styles that the components write while they run carry the nonce of this answer; a script never
    has one.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
