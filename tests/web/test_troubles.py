"""What a page says when something is missing: a part of itself, the server, what was asked for."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Route, StorageState, expect

from tests.running import Footfall
from tests.web.conftest import PATIENCE, OpenPage


def fail(route: Route) -> None:
    """Answer what a server does that has a fault."""
    route.fulfill(status=500, json={"code": "internal_error", "message": "It broke"})


def test_a_page_that_cannot_be_loaded_leaves_the_rest(
    browser: Browser, account: Footfall, signed_in: StorageState
) -> None:
    """As when the server was updated meanwhile: the menu stays, and loading again is offered."""
    context = browser.new_context(base_url=account.url, storage_state=signed_in)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/segments")
    page.get_by_text("Keen viewers").wait_for()
    page.route(re.compile("/assets/contacts-"), lambda route: route.abort())
    menu = page.get_by_role("navigation", name="Pages")
    menu.get_by_role("link", name="Contacts").click()
    expect(page.get_by_role("alert")).to_contain_text("This page could not be loaded")
    menu.get_by_role("link", name="Segments").click()
    expect(page.get_by_text("Keen viewers")).to_be_visible()
    menu.get_by_role("link", name="Contacts").click()
    page.unroute(re.compile("/assets/contacts-"))
    page.get_by_role("button", name="Load again").click()
    expect(page.get_by_role("table", name="Contacts")).to_be_visible()
    context.close()


def test_what_could_not_be_asked_for_is_not_said_to_be_nothing(open_page: OpenPage) -> None:
    """Where the server fails a page says that, and offers to try again; not that it is empty."""
    page = open_page("/settings/limits")
    page.get_by_text("intake.max_body").wait_for()
    for path, tab, row in (
        ("/footfall/v1/keys", "API keys", "test"),
        ("/footfall/v1/users", "People", "admin"),
        ("/footfall/v1/changes?*", "Changes", "signed in"),
    ):
        page.route(f"**{path}", fail)
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("alert")).to_contain_text("It broke")
        expect(page.get_by_text(re.compile("^(No keys|Nobody|Nothing)"))).to_have_count(0)
        page.unroute(f"**{path}")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("row").filter(has_text=row).first).to_be_visible()


def test_an_address_that_leads_nowhere_is_told_in_the_page(
    open_page: OpenPage, account: Footfall
) -> None:
    """To whoever visits it; a program has the error of the API, and both have a 404."""
    page = open_page("/nowhere")
    expect(page.get_by_role("heading", name="Nothing is here")).to_be_visible()
    page.get_by_role("link", name="To the start", exact=True).click()
    expect(page.get_by_role("heading", name="Events are coming in")).to_be_visible()
    with account.client() as client:
        visit = client.get("/nowhere", headers={"accept": "text/html"})
        assert (visit.status_code, visit.headers["content-type"][:9]) == (404, "text/html")
        for path, accept in (("/nowhere", "*/*"), ("/v3/nowhere", "text/html")):
            answer = client.get(path, headers={"accept": accept})
            assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


def test_a_contact_has_an_address_by_what_names_it(open_page: OpenPage) -> None:
    """A link with an e-mail address leads to the contact; one of nobody says so."""
    page = open_page("/contacts/ada@example.com")
    expect(page.get_by_role("heading", name="ada@example.com")).to_be_visible()
    page.goto("/contacts/nobody@example.com")
    expect(page.get_by_role("alert")).to_contain_text("Contact does not exist")


def test_what_was_refused_is_not_tried_again(open_page: OpenPage) -> None:
    """A condition that is none is said once, without a button that could not help."""
    page = open_page("/events?where=nothing")
    expect(page.get_by_role("alert")).to_contain_text("no condition")
    expect(page.get_by_role("alert")).to_have_count(1)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_what_is_watched_live_stands_in_the_address(open_page: OpenPage) -> None:
    """It is narrowed after a reload as it was before, and the address can be passed on."""
    page = open_page("/live?show=refused")
    expect(page.get_by_role("radio", name="Refused")).to_be_checked()
    page.get_by_role("cell", name="Key test").first.wait_for()
    page.get_by_label("Text").fill("duplicate of nothing")
    expect(page.get_by_text("Nothing matches yet")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Text")).to_have_value("duplicate of nothing")
    expect(page.get_by_text("Nothing matches yet")).to_be_visible()


CHART = "**/footfall/v1/events/histogram*"
SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => list.getEntries().forEach(each => window.shifted += each.value))
    .observe({type: "layout-shift", buffered: true});
"""


@pytest.mark.parametrize(
    ("path", "whole"), [("/", "text=Connect another client"), ("/events", "text=items[].sku")]
)
def test_nothing_jumps_while_a_page_loads(open_page: OpenPage, path: str, whole: str) -> None:
    """Room is kept for what is still being read: the layout shifts by less than 0.1 in all, also
    where the chart comes later than the events."""
    page = open_page("/settings/limits", width=1400, height=900)
    page.add_init_script(SHIFTS)
    late: list[Route] = []

    def hold(request: Route) -> None:
        late.append(request)

    if path == "/events":
        page.route(CHART, hold)
    page.goto(path)
    if path == "/events":
        page.locator("[data-index='0']").wait_for()
    for request in late:
        request.continue_()
    page.unroute(CHART)
    page.locator(whole).first.wait_for()
    page.locator(".u-over").first.wait_for()
    assert page.evaluate("window.shifted") < 0.1
