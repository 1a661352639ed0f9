"""Which methods the official clients have, and that each of them is called by a test here."""

from __future__ import annotations

import re
from pathlib import Path

from tests.sdk.official import CLIENTS, Running

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "compatibility.md"

NOT_SERVED = {"createDoiContact"}
"""The double opt-in sends an e-mail, which Footfall does not do."""
NEITHER_EVENTS_NOR_CONTACTS = {"getAccountActivity"}


def test_every_method_for_events_and_contacts_is_called(client: Running) -> None:
    """A client's method that no test calls fails here."""
    tests = Path(__file__).parent.glob("test_*.py")
    called = set(re.findall(r'"([a-z][A-Za-z]+)"', "".join(test.read_text() for test in tests)))
    assert set(client.operations()) - NOT_SERVED - NEITHER_EVENTS_NOR_CONTACTS <= called


def test_a_client_lacks_what_the_table_says(client: Running) -> None:
    """Tests are left out for a client only where it has no such method or parameter."""
    offered = client.operations()
    for lacking in client.official.lacks:
        operation, _, parameter = lacking.partition(".")
        assert parameter not in offered.get(operation, []), lacking
        assert parameter or operation not in offered, lacking


def test_a_method_that_is_not_served_is_refused_clearly(client: Running) -> None:
    """Footfall sends no e-mail, so there is no double opt-in: 405, and never a success."""
    refusal = client.refusal(
        "createDoiContact",
        email="doi@example.com",
        includeListIds=[1],
        redirectionUrl="https://example.com/",
        templateId=1,
    )
    assert refusal.status == 405
    assert refusal.body["code"] == "method_not_allowed"


def test_the_page_on_compatibility_names_the_tested_versions() -> None:
    """Each client that is tested has its row."""
    page = PAGE.read_text("utf-8")
    for official in CLIENTS:
        assert f"| {official.name} | {official.version} |" in page
