"""Merging contacts on their page, and undoing it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.running import Footfall
from tests.web.account import post
from tests.web.conftest import OpenPage


def test_two_contacts_are_merged_and_parted_again(open_page: OpenPage, account: Footfall) -> None:
    """Both are seen side by side, then shown as one with both's events; undone, both are back."""
    paul = {"event_name": "seen_in_rome", "identifiers": {"email_id": "paul@example.com"}}
    unnamed = {"event_name": "seen_nowhere", "identifiers": {"ext_id": "p-7"}}
    with account.client() as client:
        post(client, paul | {"contact_properties": {"CITY": "Rome"}})
        post(client, unnamed)
        older = client.get("/v3/contacts/paul@example.com").json()["id"]
        by_ext_id = {"identifierType": "ext_id"}
        newer = client.get("/v3/contacts/p-7", params=by_ext_id).json()["id"]
    page = open_page(f"/contacts/{newer}")
    page.get_by_role("button", name="Merge with another").click()
    dialog = page.get_by_role("dialog", name="Merge p-7")
    dialog.get_by_label("The other contact").fill("p-7")
    dialog.get_by_role("button", name="Look up").click()
    expect(dialog.get_by_role("alert")).to_contain_text("this very contact")
    dialog.get_by_label("The other contact").fill("paul@example.com")
    dialog.get_by_role("button", name="Look up").click()
    expect(dialog.get_by_role("row").filter(has_text="Own id")).to_contain_text("p-7")
    expect(dialog.get_by_role("row").filter(has_text="CITY")).to_contain_text("Rome")
    dialog.get_by_role("button", name="Merge", exact=True).click()

    expect(page.get_by_role("heading", name="paul@example.com")).to_be_visible()
    assert page.url.endswith(f"/contacts/{older}")
    expect(page.get_by_role("region", name="Identifiers")).to_contain_text("p-7")
    timeline = page.get_by_role("region", name="Timeline")
    for name in ("seen_in_rome", "seen_nowhere"):
        expect(timeline.get_by_role("link", name=name)).to_be_visible()

    merged = page.get_by_role("region", name="Merged contacts")
    merged.get_by_role("button", name=f"Undo the merge of {newer}").click()
    page.get_by_role("button", name="Undo the merge", exact=True).click()
    expect(merged).to_have_count(0)
    expect(page.get_by_role("region", name="Identifiers")).not_to_contain_text("p-7")
    expect(timeline.get_by_role("link", name="seen_nowhere")).to_have_count(0)
