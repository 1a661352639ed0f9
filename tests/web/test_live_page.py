"""The live page: what is accepted shows itself, holds still on demand, and stays quick."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from typing import Final

import httpx
from playwright.sync_api import Page, expect

from tests.running import Footfall
from tests.web.account import post
from tests.web.conftest import OpenPage

FRAMES: Final = """() => {
    const times = [];
    let before = performance.now();
    const tick = now => { times.push(now - before); before = now; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    window.frameTimes = () => times;
}"""
PAST: Final = "2020-02-03T04:05:06Z"
"""Dates on which no other test looks for events."""
BY: Final = {"event_date": PAST, "identifiers": {"ext_id": "watched"}}

RATE: Final = 10_000
BATCH: Final = 200
FLOOD_SECONDS: Final = float(os.environ.get("FLOOD_SECONDS", "1.5"))
MAX_FRAME: Final = float(os.environ.get("MAX_FRAME", "150"))
"""Milliseconds, which 95 of 100 frames keep to."""


def opened(open_page: OpenPage) -> Page:
    """The page with its stream open."""
    page = open_page("/live")
    expect(page.get_by_text(re.compile("events/s"))).to_be_visible()
    return page


def test_an_event_shows_itself_and_opens(open_page: OpenPage, account: Footfall) -> None:
    """An event is there without a reload, above all others; a click opens it, Escape leads back."""
    page = opened(open_page)
    with account.client() as client:
        post(client, BY | {"event_name": "live_now", "event_properties": {"city": "Lyon"}})
    newest = page.locator("[data-index='0']")
    expect(newest).to_have_text("live_now")
    newest.click()
    panel = page.get_by_role("complementary", name="Event live_now")
    expect(panel.get_by_text("Applied", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page.get_by_role("button", name="live_now").first).to_be_focused()


def test_a_pause_counts_what_waits(open_page: OpenPage, account: Footfall) -> None:
    """Paused, the page stands still and says how many wait; resumed, they are there."""
    page = opened(open_page)
    page.get_by_role("button", name="Pause").click()
    with account.client() as client:
        for name in ("waits_1", "waits_2"):
            post(client, BY | {"event_name": name})
    expect(page.get_by_text("Paused; 2 wait")).to_be_visible()
    expect(page.get_by_role("button", name="waits_1")).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("[data-index='0']")).to_have_text("waits_2")
    expect(page.locator("[data-index='1']")).to_have_text("waits_1")


def test_the_filter_holds_while_events_come(open_page: OpenPage, account: Footfall) -> None:
    """Only what matches is shown: of what is there, and of what comes."""
    page = opened(open_page)
    page.get_by_label("Text", exact=True).fill("lyon grace")
    with account.client() as client:
        for city in ("Lyon", "Paris"):
            event = {"event_name": f"to_{city}", "event_properties": {"city": city}}
            post(client, BY | event | {"identifiers": {"ext_id": "Grace-1"}})
    expect(page.get_by_role("button", name="to_Lyon")).to_be_visible()
    expect(page.get_by_role("button", name="to_Paris")).to_have_count(0)
    page.get_by_label("Text", exact=True).fill("")
    expect(page.get_by_role("button", name="to_Paris")).to_be_visible()


def test_an_event_that_was_set_aside_says_so(open_page: OpenPage, account: Footfall) -> None:
    """The verdict follows the event onto its row."""
    page = opened(open_page)
    with account.client() as client:
        post(client, BY | {"event_name": "aside", "identifiers": {"contact_id": 7_777_777}})
    row = page.get_by_role("row").filter(has_text="aside").first
    expect(row.get_by_text("Set aside")).to_be_visible()


def test_a_refused_request_shows_why_and_what(open_page: OpenPage, account: Footfall) -> None:
    """A request that was refused is there with its reason; opened, it shows its body as sent."""
    page = opened(open_page)
    with account.client() as client:
        answer = client.post(
            "/v3/events",
            content=b'{"event_name": 1.0, "identifiers": {"ext_id": "a"}}',
            headers={"content-type": "application/json"},
        )
    assert answer.status_code == 400
    page.get_by_text("Refused", exact=True).first.click()
    newest = page.get_by_role("row").filter(has=page.locator("[data-index='0']"))
    expect(newest).to_contain_text(answer.json()["message"])
    expect(newest).to_contain_text("Key test")
    page.locator("[data-index='0']").click()
    panel = page.get_by_role("complementary", name="Refused request")
    expect(panel.get_by_text(answer.headers["x-request-id"])).to_be_visible()
    panel.get_by_text("As received").click()
    expect(panel.get_by_role("textbox")).to_have_text(
        '{"event_name": 1.0, "identifiers": {"ext_id": "a"}}'
    )
    page.keyboard.press("Escape")
    expect(page.locator("[data-index='0']")).to_be_focused()


def flood(server: Footfall, seconds: float) -> float:
    """Send `RATE` events a second in batches, or as many as the server takes; the rate reached."""
    event = BY | {"event_name": "flood", "event_properties": {"page": "/flooded", "n": 1}}
    body = json.dumps({"events": [event] * BATCH}).encode()
    headers = {"api-key": server.key, "content-type": "application/json"}
    begin, sent = time.monotonic(), 0
    with httpx.Client(base_url=server.url, headers=headers) as client:
        while time.monotonic() - begin < seconds:
            assert client.post("/v3/events/batch", content=body).status_code == 202
            sent += BATCH
            time.sleep(max(0.0, begin + sent / RATE - time.monotonic()))
    return sent / (time.monotonic() - begin)


def test_a_flood_leaves_the_page_responsive(open_page: OpenPage, account: Footfall) -> None:
    """10,000 events a second: frames keep coming, and the newest event is shown.

    In the suite, with whatever shares the machine, the bound is wide; `make frames` holds the page
    to 50 ms over ten seconds, and says what was seen.
    """
    page = opened(open_page)
    page.evaluate(FRAMES)
    rate = flood(account, FLOOD_SECONDS)
    times = sorted(page.evaluate("window.frameTimes()"))
    p95 = times[int(len(times) * 0.95)]
    seen = (
        f"{rate:,.0f} events/s, {len(times)} frames: median {times[len(times) // 2]:.1f} ms, "
        f"p95 {p95:.1f} ms, longest {times[-1]:.1f} ms"
    )
    sys.stdout.write(f"{seen}\n")
    assert p95 < MAX_FRAME, seen
    with account.client() as client:
        post(client, BY | {"event_name": "after_the_flood"})
    expect(page.locator("[data-index='0']")).to_have_text("after_the_flood")
    assert page.locator("[role=row]").count() < 100
