"""Calls from web pages, to fronts that are open to all origins, to one, and to none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.front.wire import EVENT, Answer, ask, post
from tests.servers import Front

SHOP = "https://shop.example.com"
ALLOWED = "access-control-allow-origin"


def preflight(front: Front, origin: str, path: str = "/v3/events") -> Answer:
    """What a browser asks before it sends an event with a key."""
    lines = [
        f"OPTIONS {path} HTTP/1.1",
        "Host: localhost",
        f"Origin: {origin}",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: api-key,content-type",
    ]
    return ask(front.port, "\r\n".join([*lines, "", ""]).encode())


def words(answer: Answer, name: str) -> set[str]:
    return {each.strip() for each in (answer.header(name) or "").lower().split(",")}


def test_a_browser_may_send_events_from_any_page(front: Front) -> None:
    """The preflight needs no key; the event is accepted, and its answer may be read."""
    asked = preflight(front, SHOP)
    assert asked.status == 200
    assert asked.header(ALLOWED) == "*"
    assert {"put", "post", "get", "delete", "patch"} <= words(asked, "access-control-allow-methods")
    assert {"api-key", "content-type"} <= words(asked, "access-control-allow-headers")
    answer = ask(front.port, post(front.key, EVENT, f"Origin: {SHOP}"))
    assert (answer.status, answer.header(ALLOWED)) == (204, "*")
    assert answer.header("access-control-expose-headers") == "*"


def test_a_page_may_read_why_its_event_was_refused(front: Front) -> None:
    """Refusals have the field too."""
    answer = ask(front.port, post(None, EVENT, f"Origin: {SHOP}"))
    assert (answer.status, answer.header(ALLOWED)) == (401, "*")


def test_servers_are_told_nothing_of_origins(front: Front) -> None:
    """Without an Origin the answer is as bare as before."""
    answer = ask(front.port, post(front.key, EVENT))
    assert [name for name, _ in answer.headers] == ["date", "x-request-id"]


@pytest.mark.parametrize("path", ["/footfall/v1/keys", "/", "/metrics"])
def test_the_interface_is_closed_to_other_origins(front: Front, path: str) -> None:
    """Whatever is allowed for the API."""
    assert preflight(front, SHOP, path).header(ALLOWED) is None


def test_only_the_origins_of_the_setting_are_allowed(tmp_path: Path) -> None:
    """Others get no word of permission, so that their browsers keep the answer from them."""
    with Front(
        tmp_path, "short", {"FOOTFALL_CORS_ORIGINS": f"{SHOP}, https://b.example.com"}
    ) as front:
        assert preflight(front, SHOP).header(ALLOWED) == SHOP
        other = preflight(front, "https://other.example.com")
        assert (other.status, other.header(ALLOWED)) == (400, None)


def test_an_empty_setting_allows_none(tmp_path: Path) -> None:
    """OPTIONS then tells what the path takes, and nothing of origins."""
    with Front(tmp_path, "short", {"FOOTFALL_CORS_ORIGINS": ""}) as front:
        answer = preflight(front, SHOP)
        assert (answer.status, answer.header(ALLOWED)) == (204, None)
        assert answer.header("allow") == "GET, HEAD, OPTIONS, POST"
