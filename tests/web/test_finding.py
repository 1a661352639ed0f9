"""An event is found on the page Events by whatever is known of it, and how long that takes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.running import Footfall, command
from tests.web.account import OWN_PAGE
from tests.web.conftest import OpenPage

STORED: Final = os.environ.get("FIND_DATA", "")
"""A data directory in which to look; without, it is the account of the browser tests."""
TRIES: Final = int(os.environ.get("FIND_TRIES", "1"))
MAX_SECONDS: Final = float(os.environ.get("FIND_SECONDS", "10"))
"""From the last key to the first row."""
WATCH: Final = """() => {
  const before = location.href;
  window.found = new Promise((tell) => {
    addEventListener("keydown", ({ timeStamp }) => {
      const look = () => {
        const isOne = location.pathname.startsWith("/events/");
        const awaited = isOne ? "aside[aria-label^='Event ']" : "[data-index='0']";
        const there = document.querySelector(awaited);
        if (there && location.href !== before) tell(performance.now() - timeStamp);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, { capture: true, once: true });
  });
}"""
"""Looks at every frame; Playwright itself would look every half second."""
TWO_FRAMES: Final = """() => new Promise((tell) =>
  requestAnimationFrame(() => requestAnimationFrame(() => tell(true))))"""
SEARCHER: Final = "measures how long finding takes"
SECRET: Final = "a password for a minute"


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Iterator[tuple[Footfall, Page]]:
    """A server and its page Events."""
    if not STORED:
        open_page: OpenPage = request.getfixturevalue("open_page")
        yield request.getfixturevalue("account"), open_page("/events")
        return
    browser: Browser = request.getfixturevalue("browser")
    data = ["--data", STORED]
    add = command("users", "add", SEARCHER, *data)
    subprocess.run(add, input=SECRET, text=True, check=True, capture_output=True)
    try:
        with Footfall(Path(STORED)) as server:
            context = browser.new_context(base_url=server.url)
            context.request.post(
                "/footfall/v1/session",
                data={"name": SEARCHER, "password": SECRET},
                headers=OWN_PAGE,
            )
            page = context.new_page()
            page.goto("/events")
            yield server, page
            context.close()
    finally:
        subprocess.run(command("users", "remove", SEARCHER, *data), check=True, capture_output=True)


def test_an_event_is_found_by_any_of_its_values(opened: tuple[Footfall, Page]) -> None:
    """In one action and at once: by its contact, name, day, request and position, and by each value
    of its properties, at any depth and in lists."""
    server, page = opened
    expect(page.locator("[data-index='0']")).to_be_visible()
    taken: dict[str, float] = {}
    asked: set[Request] = set()

    def begun(request: Request) -> None:
        asked.add(request)

    def ended(request: Request) -> None:
        asked.discard(request)

    page.on("request", begun)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    with server.client() as client:
        for event in some_events(client):
            for kind, (suggested, typed) in ways(event).items():
                seconds = found_after(page, asked, typed, suggested, event)
                taken[kind] = max(seconds, taken.get(kind, 0.0))
    table = "".join(f"{kind:<32} {seconds:6.2f} s\n" for kind, seconds in taken.items())
    sys.stdout.write(table)
    assert max(taken.values()) < MAX_SECONDS, table


def some_events(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """Events from all over the time from which there are any, with properties."""
    found = get(client, "/footfall/v1/events", event_name=names(client), limit=1)
    [latest] = found["events"]
    span = get(client, "/footfall/v1/events/histogram", buckets=400)
    starts = [each["start"] for each in span["buckets"]] or [latest["date"]]
    for number in range(TRIES):
        end = starts[-1 - number * len(starts) // TRIES] if number else latest["date"]
        page = get(client, "/footfall/v1/events", event_name=names(client), end=end, limit=1)
        position = page["events"][0]["position"]
        yield get(client, f"/footfall/v1/events/{position}")


def names(client: httpx.Client) -> list[str]:
    """Names of events that have properties."""
    known = get(client, "/footfall/v1/catalogue")["events"]
    return [each["name"] for each in known if each["properties"]][:20]


def get(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ways(event: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """As what and how one may type something to find it, by what that is."""
    properties = leaves("", json.loads(event["properties"]))
    return {
        "contact": ("Contact", event["contact"]["label"]),
        "name": ("Event", event["name"]),
        "day": ("Day", event["date"][:10]),
        "request": ("Request", event["request_id"]),
        "position": ("Position", f"#{event['position']}"),
    } | {path: ("Condition", f"{path}={value}") for path, value in properties}


def leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """The values that stand in it, each as its JSON text, with their paths."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from leaves(f"{path}.{key}" if path else key, child)
    elif isinstance(value, list):
        for child in value:
            yield from leaves(f"{path}[]", child)
    else:
        yield path, json.dumps(value)


def found_after(
    page: Page, asked: set[Request], typed: str, suggested: str, event: dict[str, Any]
) -> float:
    """Seconds from the last key until a row, or the event itself, is there.

    Ends once the page has all that it asked for, so that the next search finds the server at rest.
    """
    page.get_by_label("Find events").fill(typed)
    expect(page.get_by_role("option").first).to_contain_text(suggested)
    page.evaluate(WATCH)
    page.keyboard.press("Enter")
    milliseconds: float = page.evaluate("() => window.found")
    rest(page, asked)
    if suggested in ("Request", "Position"):
        expect(page.get_by_role("complementary", name=f"Event {event['name']}")).to_be_visible()
        page.goto("/events")
    else:
        page.get_by_role("button", name="Clear", exact=True).click()
    expect(page).to_have_url(re.compile(r"/events$"))
    expect(page.locator("[data-index='0']")).to_be_visible()
    rest(page, asked)
    return milliseconds / 1_000


def rest(page: Page, asked: set[Request]) -> None:
    """Return once two frames went by without anything that is still to be answered."""
    while page.evaluate(TWO_FRAMES) and asked:
        with contextlib.suppress(PlaywrightTimeout):
            page.wait_for_event("requestfinished", timeout=1_000)
