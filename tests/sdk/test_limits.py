"""What the official clients do where a key may call no more often."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running import Footfall
from tests.sdk.official import CLIENTS, Official, Running


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    """A server that lets each key call five times a second."""
    settings = {"FOOTFALL_LIMITS_RATES": "own", "FOOTFALL_LIMITS_PER_SECOND": "5"}
    with Footfall(tmp_path_factory.mktemp("limited") / "data", settings) as running:
        yield running


def a_key(server: Footfall) -> str:
    """A key that has not called yet."""
    with server.client() as http:
        answer = http.post("/footfall/v1/keys", json={"name": "new", "scopes": ["admin"]})
    key: str = answer.json()["secret"]
    return key


@pytest.mark.parametrize("official", CLIENTS, ids=lambda official: official.title)
def test_a_call_over_the_limit_is_refused(limited: Footfall, official: Official) -> None:
    """429 comes as the client's type; a client that repeats calls is served when it was told."""
    operation, given = official.generation.limited
    with Running(official, f"{limited.url}/v3", a_key(limited)) as client:
        refusal = None
        while refusal is None:
            refusal = client.attempt(operation, **given)
        assert refusal.status == 429
        assert refusal.error == official.generation.error(operation, 429)
        assert refusal.body["code"] == "too_many_requests"
        if official.generation.repeats:
            assert client.call_patiently("getContacts", limit=1)["contacts"] is not None
