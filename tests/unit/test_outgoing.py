"""The policy of calls to addresses that users name."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall import outgoing, settings
from footfall.errors import InvalidParameter
from footfall.outgoing import Address, NotAllowed, Outgoing, Unreachable, is_public
from tests.unit.other_side import OtherSide


@pytest.fixture
async def other() -> AsyncIterator[OtherSide]:
    async with OtherSide() as side:
        yield side


@pytest.fixture
async def strict() -> AsyncIterator[Outgoing]:
    opened = Outgoing(settings.Outgoing())
    yield opened
    await opened.close()


@pytest.fixture
async def trusting() -> AsyncIterator[Outgoing]:
    opened = Outgoing(settings.Outgoing(private_addresses="allow", seconds=2))
    yield opened
    await opened.close()


async def read(by: Outgoing, url: str, max_bytes: int = 1_000) -> bytes:
    async with by.get(url, max_bytes) as pieces:
        return b"".join([piece async for piece in pieces])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "/path",
        "ftp://example.com",
        "file:///etc/passwd",
        "http://",
        "https://user:secret@example.com",
        "http://example.com:99999",
        "http://127.0.0.1",
        "http://10.1.2.3/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]",
        "http://[::ffff:127.0.0.1]",
        "http://[fe80::1%25eth0]",
        "http://0.0.0.0",
        "https://example.com/" + "a" * 2_048,
    ],
)
async def test_a_url_that_may_not_be_called_is_refused_at_once(strict: Outgoing, url: str) -> None:
    """By its form, or by an address that stands in it; the field is named."""
    with pytest.raises(InvalidParameter, match="notifyUrl") as error:
        strict.check(url, "notifyUrl")
    assert error.value.path == "notifyUrl"


@pytest.mark.parametrize("url", ["https://example.com/a?b=c", "http://8.8.8.8:8080"])
async def test_a_url_that_may_be_called_passes(strict: Outgoing, url: str) -> None:
    """A name is not looked up yet."""
    assert strict.check(url, "fileUrl") == url


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_counts_as_itself(address: ipaddress.IPv4Address) -> None:
    """However IPv6 carries it: mapped, by 6to4, by Teredo, or translated."""
    number = int(address)
    carriers = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x20010000 << 96) | (0x08080808 << 64) | (number ^ 0xFFFFFFFF)),
    ]
    if not is_public(address):
        assert not any(map(is_public, carriers))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    """As names of the internet have them."""
    assert is_public(ipaddress.ip_address(address))


async def test_a_name_with_a_private_address_is_never_called(
    strict: Outgoing, other: OtherSide
) -> None:
    """It is looked up, and refused before anything is sent."""
    for url in (f"http://localhost:{other.port}/file", f"http://127.0.0.1:{other.port}/file"):
        with pytest.raises(NotAllowed, match="not public"):
            await read(strict, url)
        with pytest.raises(NotAllowed, match="not public"):
            await strict.post(url, b"{}")
    assert other.seen == []


async def test_what_is_read_is_what_is_there(trusting: Outgoing, other: OtherSide) -> None:
    """Redirects are followed, and the other side hears the name that was called."""
    assert await read(trusting, f"{other.url}/moved") == b"the file"
    assert [path for path, _ in other.seen] == ["/moved", "/file"]
    assert {host for _, host in other.seen} == {f"localhost:{other.port}"}


async def test_a_redirect_to_a_private_address_is_refused(
    strict: Outgoing, other: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each hop is looked at like the first."""

    def only_the_first(address: Address) -> bool:
        return str(address) == "127.0.0.1"

    monkeypatch.setattr(outgoing, "is_public", only_the_first)
    with pytest.raises(NotAllowed):
        await read(strict, f"http://127.0.0.1:{other.port}/elsewhere")
    assert [path for path, _ in other.seen] == ["/elsewhere"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/missing", "answered 404"), ("/file", "larger than 3 bytes"), ("/round", "redirects")],
)
async def test_a_file_that_cannot_be_had_is_told(
    trusting: Outgoing, other: OtherSide, path: str, reason: str
) -> None:
    """An error, a file past the bound, and redirects without an end."""
    with pytest.raises(Unreachable, match=reason):
        await read(trusting, other.url + path, max_bytes=3)


async def test_a_post_counts_only_when_it_was_taken(trusting: Outgoing, other: OtherSide) -> None:
    """A 2xx does; an error, a redirect and nobody there do not."""
    await trusting.post(f"{other.url}/hook", b'{"a":1}')
    assert other.posted == [b'{"a":1}']
    for path in ("/missing", "/moved"):
        with pytest.raises(Unreachable):
            await trusting.post(other.url + path, b"{}")
    with pytest.raises(Unreachable):
        await trusting.post("http://localhost:1/", b"{}")


async def test_what_is_told_holds_no_secret_of_the_url(
    trusting: Outgoing, other: OtherSide
) -> None:
    """The host is enough to know whom it is about."""
    with pytest.raises(Unreachable) as error:
        await read(trusting, f"{other.url}/missing?token=secret")
    assert "secret" not in str(error.value)
