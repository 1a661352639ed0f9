"""Links that let their bearer in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from footfall.instants import SECOND
from footfall.links import LIFETIME, Links

NOW = 1_700_000_000 * SECOND
PATH = "/footfall/v1/processes/1/file"


def parts(link: str) -> tuple[str, int, str]:
    path, query = urlsplit(link).path, parse_qs(urlsplit(link).query)
    return path, int(query["expires"][0]), query["signature"][0]


def test_a_link_holds_for_its_path_and_its_time() -> None:
    """Until it ends, and not a second longer."""
    links = Links(b"secret")
    path, expires, signature = parts(links.link(PATH, NOW))
    assert path == PATH
    for at, holds in ((NOW, True), (NOW + LIFETIME, True), (NOW + LIFETIME + SECOND, False)):
        assert links.holds(PATH, expires, signature, at) is holds


def test_nothing_of_a_link_can_be_changed() -> None:
    """Neither its path nor its end, and no other secret makes the same."""
    links = Links(b"secret")
    _, expires, signature = parts(links.link(PATH, NOW))
    assert not links.holds(PATH.replace("1/", "2/"), expires, signature, NOW)
    assert not links.holds(PATH, expires + 1, signature, NOW)
    assert not links.holds(PATH, expires, signature[:-1], NOW)
    assert not links.holds(PATH, expires, "ü", NOW)
    assert not Links(b"other").holds(PATH, expires, signature, NOW)
