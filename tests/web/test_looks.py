"""How every page looks and reads: a picture in both themes, and what axe has to say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from playwright.sync_api import Page
from tools import build_web

from tests.web.conftest import ROOT, OpenPage

PICTURES: Final = ROOT / "build" / "screenshots"
PHONE: Final = 390
MAIN: Final = {"sign-in", "start", "live", "events", "event", "contacts", "contact", "keys"} | {
    "catalogue",
    "catalogue-event",
    "webhook",
    "segments",
    "segment",
    "segment-edit",
}
"""Where a phone has another layout, and not only another width."""
SETTLED: Final = """async () => {
    const moving = document.getAnimations().filter(each => each instanceof CSSTransition);
    await Promise.allSettled(moving.map(each => each.finished));
}"""


class Look(NamedTuple):
    """A page, and what shows that it is whole."""

    name: str
    path: str
    whole: str
    click: str = ""
    anonymous: bool = False


LOOKS: Final = [
    Look("sign-in", "/", "button:has-text('Sign in')", anonymous=True),
    Look("start", "/", "text=Last 30 days"),
    Look("live", "/live", "[data-index='5']"),
    Look("live-refused", "/live", "text=Key test", "label:has-text('Refused')"),
    Look("events", "/events", "[data-index='5']"),
    Look("events-suggestions", "/events", "role=option >> nth=2", "[aria-label='Find events']"),
    Look("events-time", "/events", "text=Last 7 days", "role=button[name=Time]"),
    Look("events-narrow", "/events", "text=items[].sku", "role=button[name='Narrow down']"),
    Look("events-nothing", "/events?text=nowhere", "text=No event matches"),
    Look("event", "/events/6", "text=Applied"),
    Look("event-raw", "/events/6", ".cm-content", "role=tab[name=Raw]"),
    Look("event-receipt", "/events/6", "text=Received", "role=tab[name=Receipt]"),
    Look("event-caused", "/events/6", "text=Attribute CITY", "role=tab[name=Caused]"),
    Look("event-again", "/events/6", "text=As it was", "role=tab[name='Send again']"),
    Look("event-copy", "/events/6", "text=YOUR_KEY >> nth=0", "role=tab[name='Copy as']"),
    Look("event-remarks", "/events/454", "text=Applied, with remarks"),
    Look("event-set-aside", "/events/451", "text=Set aside, not lost"),
    Look("set-aside", "/events/set-aside", "role=row >> nth=1"),
    Look("event-duplicate", "/events/453", "text=Counted once"),
    Look("contacts", "/contacts", "role=row >> nth=5"),
    Look("contact", "/contacts/1", "text=the event at position >> nth=0"),
    Look("contact-changes", "/contacts/1?view=changes&of=CITY", "text=Attribute CITY"),
    Look("contact-events", "/contacts/1", "[data-index='5']", "role=tab[name=Events]"),
    Look("contact-erase", "/contacts/1", "text=It cannot be taken back", "text=Erase"),
    Look("contact-merge", "/contacts/1", "text=The other contact", "text=Merge with another"),
    Look("catalogue", "/catalogue", "text=1 drifts"),
    Look("catalogue-event", "/catalogue/order_placed", "text=items[].sku"),
    Look("catalogue-drift", "/catalogue/coupon_used", "text=Was number, became text"),
    Look(
        "catalogue-note",
        "/catalogue/coupon_used",
        "text=Expected type",
        "role=button[name='Describe total']",
    ),
    Look("segments", "/segments", "text=Keen viewers"),
    Look("segment", "/segments", ".u-over", "text=Cart abandoned in Lyon"),
    Look("segment-why", "/segments/2?contact=4", "text=wanted: at least 3"),
    Look("segment-new", "/segments/new", "text=Choose an event to see"),
    Look("segment-edit", "/segments/3/edit", "[aria-label='Some of them'] li"),
    Look("keys", "/settings/keys", "role=row >> nth=1"),
    Look("new-key", "/settings/keys", "text=What it may do", "role=button[name='New key']"),
    Look("people", "/settings/people", "role=row >> nth=1"),
    Look("attributes", "/settings/attributes", "text=identifier"),
    Look("webhooks", "/settings/webhooks", "text=/[0-9]+ waiting/"),
    Look("webhook", "/settings/webhooks/1", "text=hooks.invalid cannot be called"),
    Look(
        "new-webhook", "/settings/webhooks", "text=Only of these", "role=button[name='New webhook']"
    ),
    Look("data", "/settings/data", "text=footfall compact"),
    Look("limits", "/settings/limits", "text=intake.max_body"),
    Look("about", "/settings/about", "text=/openapi.json"),
    Look("changes", "/settings/changes", "role=row >> nth=1"),
    Look("account", "/contacts", "text=Sign out", "role=button[name=/Account of admin/]"),
    Look("nowhere", "/settings/nothing", "text=Nothing is here"),
]


@pytest.fixture(scope="module")
def axe() -> str:
    """The rules of axe-core, as a script."""
    node = build_web.find_node()
    if node is None:
        pytest.skip("needs Node, which brings axe-core")
    build_web.install(node, ROOT / "web", for_development=True)
    return Path(ROOT, "web", "node_modules", "axe-core", "axe.min.js").read_text()


def faults(page: Page) -> list[str]:
    """What stands against WCAG 2.2 AA, a line for each element.

    What is right is not described, which would take twice the time.
    """
    violations: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',"
        " 'best-practice'], resultTypes: ['violations']}).then(result => result.violations)"
    )
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for violation in violations
        for node in violation["nodes"]
    ]


def show(page: Page, look: Look) -> None:
    """Wait until the page is whole."""
    if look.click:
        page.locator(look.click).first.click()
    page.locator(look.whole).first.wait_for()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_page_looks_right(open_page: OpenPage, axe: str, look: Look) -> None:
    """In both themes and on a phone: axe finds nothing against WCAG AA, nothing is too wide.

    A picture of each is kept for people to look at.
    """
    page = open_page(look.path, anonymous=look.anonymous)
    show(page, look)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.evaluate(axe)
    found: dict[str, list[str]] = {}
    for form in ("light", "dark", "phone"):
        page.emulate_media(color_scheme="dark" if form == "dark" else "light")
        if form == "phone":
            page.set_viewport_size({"width": PHONE, "height": 780})
        page.evaluate(SETTLED)
        page.screenshot(path=PICTURES / f"{look.name}-{form}.png", animations="disabled")
        if form != "phone" or look.name in MAIN:
            found[form] = faults(page)
    assert [f"{form} {fault}" for form in found for fault in found[form]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.evaluate("(document.querySelector('main') ?? document.body).scrollWidth") <= PHONE


def test_a_phone_has_the_menu(open_page: OpenPage) -> None:
    """On a phone the pages are behind a button, and choosing one closes the menu."""
    page = open_page("/", width=PHONE, height=780)
    page.get_by_role("button", name="Menu").click()
    menu = page.get_by_role("dialog")
    menu.get_by_role("link", name="Contacts").wait_for()
    page.screenshot(path=PICTURES / "menu-phone.png")
    menu.get_by_role("link", name="Contacts").click()
    page.get_by_role("heading", name="Contacts").wait_for()
    assert re.search(r"/contacts$", page.url)
    menu.wait_for(state="detached")
