"""Calls that the server makes to addresses that its users name, under one policy.

Whoever may name an address could otherwise let the server call what only the server can reach. So a
name is looked up here, every address that it has must be a public one, and the call goes to an
address that was looked at: a second look-up could answer otherwise. That holds for every redirect.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

import httpx

from footfall import __version__
from footfall.errors import InvalidParameter
from footfall.settings import Outgoing as Bounds

MAX_URL: Final = 2_048
MAX_REDIRECTS: Final = 5
MAX_SECONDS: Final = 3_600
"""A file that takes longer to come is given up."""
AGENT: Final = f"Footfall/{__version__}"

_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 addresses as IPv6 networks translate them, RFC 6052."""

_FAILURES: Final = (httpx.HTTPError, httpx.InvalidURL, OSError)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """The other side could not be called, did not answer in time, or answered with an error.

    Never an answer of the API: calls are made after it. Its text is for the user, and holds no more
    of the URL than the host.
    """


class NotAllowed(Unreachable):
    """The policy forbids the call; to repeat it is of no use."""


class _NotPublic(httpx.ConnectError):
    """A host has an address that is not public."""


class Outgoing:
    """Calls to others. Lives on one event loop."""

    def __init__(self, bounds: Bounds) -> None:
        self._allows_private = bounds.private_addresses == "allow"
        self._client = httpx.AsyncClient(
            transport=_Guarded(self._allows_private),
            timeout=bounds.seconds,
            trust_env=False,  # a proxy would look up names by itself
            headers={"user-agent": AGENT},
            max_redirects=MAX_REDIRECTS,
        )
        self._seconds = bounds.seconds

    def check(self, url: str, field: str) -> str:
        """The URL, if it can be called at all; raises `InvalidParameter`, naming the field.

        It must be absolute, of http or https, without a user's name or password. A name of a host
        is looked up only when it is called.
        """
        problem = self._problem(url)
        if problem:
            raise InvalidParameter(f"{field} {problem}", field)
        return url

    @asynccontextmanager
    async def get(self, url: str, max_bytes: int) -> AsyncIterator[AsyncIterator[bytes]]:
        """The body behind the URL, piece by piece; redirects are followed.

        Raises `Unreachable`, also for a body of more than `max_bytes`.
        """
        try:
            async with (
                asyncio.timeout(MAX_SECONDS),
                self._client.stream("GET", url, follow_redirects=True) as answer,
            ):
                if answer.status_code != 200:
                    raise Unreachable(f"{_host(url)} answered {answer.status_code}")
                yield _bounded(answer.aiter_bytes(), max_bytes)
        except _FAILURES as problem:
            raise _unreachable(url, problem) from problem

    async def post(self, url: str, body: bytes, further: Mapping[str, str] | None = None) -> int:
        """Send JSON there, with these further headers; the answer's code.

        Raises `Unreachable` unless the answer, which is not read, is a 2xx.
        """
        headers = {"content-type": "application/json", **(further or {})}
        try:
            async with (
                asyncio.timeout(2 * self._seconds),
                self._client.stream("POST", url, content=body, headers=headers) as answer,
            ):
                if not answer.is_success:
                    raise Unreachable(f"{_host(url)} answered {answer.status_code}")
                return answer.status_code
        except _FAILURES as problem:
            raise _unreachable(url, problem) from problem

    async def close(self) -> None:
        """Give back connections."""
        await self._client.aclose()

    def _problem(self, url: str) -> str:
        if len(url) > MAX_URL:
            return f"is longer than {MAX_URL} characters"
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
            httpx.URL(url)
        except (ValueError, httpx.InvalidURL):
            return "is not a URL"
        if parts.scheme not in ("http", "https") or not host:
            return "must be a URL of http or https"
        if parts.username is not None or parts.password is not None:
            return "must not hold a user's name or password"
        address = _literal(host)
        if address is not None and not (self._allows_private or is_public(address)):
            return "names an address that is not public (outgoing.private_addresses)"
        return ""


class _Guarded(httpx.AsyncBaseTransport):
    """Connects to addresses that were looked at, and to no others."""

    def __init__(self, allows_private: bool) -> None:
        self._allows_private = allows_private

    @cached_property
    def _inner(self) -> httpx.AsyncHTTPTransport:
        # Made for the first call: it reads all of the machine's certificates, 44 ms of a start.
        return httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx. Certificates are checked for the name, not for the address."""
        host = request.url.host
        address = await self._address(host, request.url.port)
        return await self._inner.handle_async_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host=str(address)),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions | {"sni_hostname": host},
            )
        )

    async def aclose(self) -> None:
        """See httpx."""
        if "_inner" in vars(self):
            await self._inner.aclose()

    async def _address(self, host: str, port: int | None) -> Address:
        addresses = await _look_up(host, port)
        if not self._allows_private and not all(map(is_public, addresses)):
            raise _NotPublic("its address is not public (outgoing.private_addresses)")
        return addresses[0]


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet; what it carries inside counts too."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _TRANSLATED:
            inside.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        if any(each is not None and not is_public(each) for each in inside):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not address.is_multicast


async def _look_up(host: str, port: int | None) -> Sequence[Address]:
    """Every address of the host, the one to call first. Raises OSError or `httpx.ConnectError`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # An address of a link comes with the name of an interface, after a per cent sign.
    addresses = [ipaddress.ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
    if not addresses:
        raise httpx.ConnectError("it has no address")
    return addresses


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


async def _bounded(pieces: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[bytes]:
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > max_bytes:
            raise Unreachable(f"The file is larger than {max_bytes} bytes")
        yield piece


def _unreachable(url: str, problem: Exception) -> Unreachable:
    kind = NotAllowed if isinstance(problem, _NotPublic) else Unreachable
    return kind(f"{_host(url)} cannot be called: {_reason(problem)}")


def _host(url: str) -> str:
    """Enough of the URL to be told: a path may hold secrets."""
    return urlsplit(url).hostname or "The address"


def _reason(problem: Exception) -> str:
    if isinstance(problem, TimeoutError | httpx.TimeoutException):
        return "no answer in time"
    if isinstance(problem, socket.gaierror):
        return "its name is not known"
    return str(problem) or type(problem).__name__
