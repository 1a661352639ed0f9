"""Webhooks in the settings: created, changed, sent again and removed by a person."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import expect

from tests.running import Footfall
from tests.web.account import IN_OSLO, post, wait_until_live
from tests.web.conftest import OpenPage


def test_a_webhook_is_created_changed_and_removed(open_page: OpenPage) -> None:
    """The secret is shown once; another address keeps it; removed, the webhook is gone."""
    page = open_page("/settings/webhooks")
    page.get_by_role("button", name="New webhook").click()
    dialog = page.get_by_role("dialog", name="New webhook")
    dialog.get_by_label("Address").fill("ftp://till.invalid/calls")
    dialog.get_by_role("button", name="Create webhook").click()
    expect(dialog.get_by_role("alert")).to_contain_text("url")
    dialog.get_by_label("Address").fill("https://till.invalid/calls")
    dialog.get_by_role("button", name="Create webhook").click()
    secret = page.get_by_text(re.compile("^whsec_")).inner_text()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text(secret)).to_have_count(0)

    page.get_by_role("link", name="https://till.invalid/calls").click()
    about = page.get_by_role("region", name="About the webhook")
    expect(about).to_contain_text("all segments")
    page.get_by_role("button", name="Change").click()
    page.get_by_label("Address").fill("https://till.invalid/other")
    page.get_by_role("combobox", name="Segments").fill("In Oslo")
    page.get_by_role("option", name="In Oslo").first.click()
    page.get_by_role("heading", name="Change the webhook").click()
    page.get_by_role("button", name="Save").click()
    expect(about).to_contain_text("https://till.invalid/other")
    expect(about).to_contain_text("In Oslo")
    expect(page.get_by_text(secret)).to_have_count(0)

    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="New webhook")).to_be_visible()
    expect(page.get_by_role("link", name="https://till.invalid/other")).to_have_count(0)


def test_what_was_not_delivered_is_shown_and_sent_again(
    open_page: OpenPage, account: Footfall
) -> None:
    """A call that failed has its reason and its contact, and is made again on request."""
    with account.client() as client:
        named = {"name": "Watched by a webhook", "definition": IN_OSLO}
        segment_id = client.post("/footfall/v1/segments", json=named).json()["id"]
        wait_until_live(client, segment_id)
        body = {"url": "https://desk.invalid/calls", "segment_ids": [segment_id]}
        webhook_id = client.post("/footfall/v1/webhooks", json=body).json()["webhook"]["id"]
        person = {"event_name": "moved", "identifiers": {"email_id": "nadia@example.com"}}
        post(client, person | {"contact_properties": {"CITY": "Oslo"}})
    page = open_page(f"/settings/webhooks/{webhook_id}")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="nadia@example.com"))
    expect(row).to_contain_text("desk.invalid cannot be called")
    expect(row).to_contain_text("Entered Watched by a webhook")
    with page.expect_response(re.compile("/retry$")) as answered:
        page.get_by_role("button", name="Send all again now").click()
    assert answered.value.json()["count"] > 0
    with page.expect_response(re.compile("/deliveries/msg_[0-9_]+/retry$")) as answered:
        row.get_by_role("button", name="Send again").click()
    assert answered.value.json() == {"count": 1}
    row.get_by_role("link", name="nadia@example.com").click()
    expect(page.get_by_role("heading", name="nadia@example.com")).to_be_visible()
    page.get_by_role("link", name="moved").first.click()
    panel = page.get_by_role("complementary", name="Event moved")
    panel.get_by_role("tab", name="Caused").click()
    told = panel.get_by_role("listitem").filter(has_text=f"Webhook {webhook_id} is to be told")
    expect(told).to_contain_text("that Watched by a webhook was entered")
    with account.client() as client:
        client.delete(f"/footfall/v1/webhooks/{webhook_id}")


class Taking(BaseHTTPRequestHandler):
    """Takes every call."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(202)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_what_was_delivered_is_shown_and_sent_again(open_page: OpenPage, account: Footfall) -> None:
    """A call that was taken is listed with its answer, and is made anew on request."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with account.client() as client:
            named = {"name": "Told to a webhook", "definition": IN_OSLO}
            segment_id = client.post("/footfall/v1/segments", json=named).json()["id"]
            url = f"http://127.0.0.1:{server.server_address[1]}/"
            body = {"url": url, "segment_ids": [segment_id]}
            webhook_id = client.post("/footfall/v1/webhooks", json=body).json()["webhook"]["id"]
            person = {"event_name": "moved", "identifiers": {"email_id": "taken@example.com"}}
            post(client, person | {"contact_properties": {"CITY": "Oslo"}})
        page = open_page(f"/settings/webhooks/{webhook_id}")
        delivered = page.get_by_role("region", name="What was delivered")
        row = delivered.get_by_role("row").filter(has_text="Entered Told to a webhook").first
        expect(row).to_contain_text("202")
        with page.expect_response(re.compile("/deliveries/msg_[0-9_]+/retry$")) as answered:
            row.get_by_role("button", name="Send again").click()
        assert answered.value.json() == {"count": 1}
        expect(row).to_contain_text("202")
        with account.client() as client:
            client.delete(f"/footfall/v1/webhooks/{webhook_id}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
