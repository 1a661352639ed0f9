"""How the interface's files are served, and that nothing of them leads elsewhere."""

from __future__ import annotations

import re
from typing import Final

import httpx
import pytest

from tests.running import Footfall
from tests.web.conftest import ROOT

BUILT: Final = ROOT / "src" / "footfall" / "web"
PAGES: Final = [
    "/",
    "/set-up",
    "/live",
    "/events",
    "/events/7",
    "/catalogue",
    "/catalogue/order_placed",
    "/contacts",
    "/contacts/7",
    "/segments",
    "/segments/new",
    "/segments/7",
    "/segments/7/edit",
    "/settings/keys",
    "/settings/webhooks",
    "/settings/webhooks/7",
]


@pytest.mark.parametrize("path", PAGES)
def test_the_page_has_a_strict_policy(account: Footfall, path: str) -> None:
    """Only the server's own files, no inline script, a new nonce each time, never cached."""
    answers = [httpx.get(f"{account.url}{path}") for _ in range(2)]
    policies = [answer.headers["content-security-policy"] for answer in answers]
    assert policies[0] != policies[1]
    for answer, policy in zip(answers, policies, strict=True):
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        nonce = re.search(r"'nonce-([\w-]+)'", policy)
        assert nonce is not None
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["connect-src"] == "'self'"
        assert rules["frame-ancestors"] == "'none'"
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert f'nonce="{nonce[1]}"' in answer.text
        assert "__NONCE__" not in answer.text
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
        assert scripts
        assert all("src=" in attributes and not body for attributes, body in scripts)


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/events/x", "/assets/nothing.js", "/assets/..%2findex.html", "/assets/", "/v3/x"],
)
def test_what_is_not_there_is_a_404_in_json(account: Footfall, path: str) -> None:
    """Only the interface's own paths lead to its page."""
    answer = httpx.get(f"{account.url}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


def test_files_are_kept_for_ever_and_sent_small(account: Footfall) -> None:
    """What the page loads has a hash in its name, so it may be kept; it travels compressed."""
    page = httpx.get(f"{account.url}/").text
    paths = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    assert len(paths) > 2
    for path in paths:
        answer = httpx.get(f"{account.url}{path}", headers={"accept-encoding": "gzip"})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        if len(answer.content) > 1_024:
            assert answer.headers["content-encoding"] == "gzip"
        plain = httpx.get(f"{account.url}{path}", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == answer.content == (BUILT / path[1:]).read_bytes()
