"""Methods beside GET and POST, against a whole server."""

from __future__ import annotations

import pytest

from tests.running import Footfall


@pytest.mark.parametrize("path", ["/v3/events", "/v3/contacts", "/openapi.json", "/", "/metrics"])
def test_head_is_get_without_the_body(footfall: Footfall, path: str) -> None:
    """The same status and content type."""
    with footfall.client() as client:
        head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v3/contacts", "GET, HEAD, OPTIONS, POST"),
        ("/v3/contacts/jane@example.com", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("/v3/contacts/batch", "OPTIONS, POST"),
    ],
)
def test_a_path_tells_the_methods_that_it_takes(
    footfall: Footfall, path: str, allowed: str
) -> None:
    """OPTIONS needs no key; a method that is not taken is answered 405 with the same list."""
    with footfall.client() as client:
        refused = client.patch(path)
        del client.headers["api-key"]
        asked = client.options(path)
    assert (asked.status_code, asked.headers["allow"]) == (204, allowed)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
