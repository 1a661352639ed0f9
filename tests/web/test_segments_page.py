"""The pages of segments, as a person uses them, in the browser."""

from __future__ import annotations

import json
import re
from typing import Final

from playwright.sync_api import Locator, Page, expect

from footfall.clock import SystemClock
from footfall.instants import SECOND, format_instant
from tests.running import Footfall
from tests.web.account import post, wait_until_live
from tests.web.conftest import OpenPage

HOUR: Final = 3_600 * SECOND


def choose(within: Page | Locator, label: str, option: str) -> None:
    """Choose an option of a select."""
    field = within.get_by_role("combobox", name=label, exact=True)
    page = field.page
    field.click()
    page.get_by_role("option", name=option, exact=True).click()


def name_event(within: Page | Locator, label: str, name: str) -> None:
    """Type an event's name into a field for several, and enter it."""
    field = within.get_by_role("combobox", name=label, exact=True)
    field.fill(name)
    field.press("Enter")


def preview(page: Page) -> Locator:
    return page.get_by_role("region", name="Preview")


def definition(account: Footfall, page: Page) -> object:
    """The definition of the segment that the page shows."""
    page.wait_for_url(re.compile(r"/segments/\d+$"))
    with account.client() as client:
        segment_id = int(page.url.rpartition("/")[2])
        wait_until_live(client, segment_id)
        found = client.get(f"/footfall/v1/segments/{segment_id}").json()["definition"]
    return found["condition"]


def test_an_abandoned_cart_is_built(open_page: OpenPage, account: Footfall) -> None:
    """By mouse: two events, a time between them; the count shows, and the members follow events."""
    ago = format_instant(SystemClock().now() - 3 * HOUR)
    cart = {"event_name": "basket_filled", "event_date": ago}
    with account.client() as client:
        for name in ("sue", "tom"):
            post(client, cart | {"identifiers": {"email_id": f"{name}@example.com"}})
    page = open_page("/segments")
    page.get_by_role("link", name="New segment").click()
    page.get_by_label("Name", exact=True).fill("Cart abandoned")
    choose(page, "Type of condition", "Did one, then not another")
    name_event(page, "First event", "basket_filled")
    choose(page, "Which of them", "the last")
    choose(page, "When", "in the last")
    page.get_by_label("When: how many").fill("7")
    name_event(page, "Then not", "basket_paid")
    expect(preview(page).get_by_role("status")).to_contain_text("2 of ")
    expect(preview(page).get_by_role("link", name="sue@example.com")).to_be_visible()
    condition = page.get_by_role("group", name="Condition", exact=True)
    expect(condition.get_by_text("2", exact=True)).to_be_visible()
    page.get_by_role("button", name="Create segment").click()
    assert definition(account, page) == {
        "type": "not_followed",
        "first": {
            "event": "basket_filled",
            "when": {"type": "last", "amount": 7, "unit": "days"},
            "occurrence": "last",
        },
        "then": {"event": "basket_paid"},
        "within": {"amount": 1, "unit": "hours"},
    }
    members = page.get_by_role("region", name="All members")
    expect(members.get_by_role("link")).to_have_text(["sue@example.com", "tom@example.com"])
    paid = {"event_name": "basket_paid", "event_date": ago}
    with account.client() as client:
        post(client, paid | {"identifiers": {"email_id": "tom@example.com"}})
    expect(members.get_by_role("link")).to_have_text(["sue@example.com"])
    latest = page.get_by_role("region", name="Who entered and left").get_by_role("listitem").first
    expect(latest).to_contain_text("Left")
    latest.get_by_role("link", name="the event at position").click()
    expect(page.get_by_role("complementary", name="Event basket_paid")).to_be_visible()


def test_three_videos_are_built_by_keyboard(open_page: OpenPage, account: Footfall) -> None:
    """With Tab, arrows and Enter alone; the property and its type come from the catalogue."""
    page = open_page("/segments/new")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    keys = page.keyboard
    keys.type("Three videos")
    event = page.get_by_role("combobox", name="Event", exact=True)
    tab_to(page, event)
    keys.type("video_pl")
    page.get_by_role("option", name="video_played").wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    tab_to(page, page.get_by_label("Times"))
    keys.press("ControlOrMeta+a")
    keys.type("3")
    tab_to(page, page.get_by_role("button", name="Add property"))
    keys.press("Enter")
    path = page.get_by_role("combobox", name="Property", exact=True)
    expect(path).to_be_focused()
    keys.type("dura")
    page.get_by_role("option", name="duration").wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    tab_to(page, page.get_by_role("combobox", name="Operator"))
    keys.press("Enter")
    page.get_by_role("option", name="is greater than").wait_for()
    for _ in range(4):
        keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_role("combobox", name="Operator")).to_have_value("is greater than")
    tab_to(page, page.get_by_label("Number", exact=True))
    keys.type("100")
    expect(preview(page).get_by_role("status")).to_contain_text("5 of ")
    tab_to(page, page.get_by_role("button", name="Create segment"))
    keys.press("Enter")
    assert definition(account, page) == {
        "type": "did",
        "event": "video_played",
        "where": [
            {
                "type": "property",
                "path": "duration",
                "test": {"operator": "greater_than", "value": 100},
            }
        ],
        "count": {"operator": "at_least", "value": 3},
    }


def tab_to(page: Page, field: Locator) -> None:
    """Press Tab until the field has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if field.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError("Tab does not lead there")


def test_json_is_the_same_definition(open_page: OpenPage, account: Footfall) -> None:
    """What was built is there as JSON; what is written there is built, once the server takes it."""
    page = open_page("/segments/new")
    page.get_by_label("Name", exact=True).fill("By hand")
    page.get_by_text("JSON", exact=True).click()
    editor = page.get_by_role("textbox", name="Definition as JSON")
    expect(editor).to_contain_text('"type": "did"')
    written = {
        "version": 1,
        "condition": {
            "type": "any",
            "of": [
                {"type": "list", "id": 1},
                {"type": "did", "event": "x", "count": {"operator": "exactly", "value": -1}},
            ],
        },
    }
    editor.fill(json.dumps(written))
    expect(page.get_by_role("alert")).to_contain_text("condition.of[1].count.value: Expected")
    page.get_by_text("Builder", exact=True).click()
    expect(editor).to_be_visible()
    editor.fill(json.dumps(written).replace("-1", "0").replace('{"type": "list", "id": 1}, ', ""))
    expect(preview(page).get_by_role("status")).to_be_visible()
    page.get_by_text("Builder", exact=True).click()
    expect(page.get_by_role("combobox", name="What must hold of the conditions")).to_have_value(
        "At least one of these holds"
    )
    expect(page.get_by_label("Times")).to_have_value("0")


def test_faults_stand_beside_their_condition(open_page: OpenPage) -> None:
    """What is missing, and what the server refuses, is said where it has to be mended."""
    page = open_page("/segments/new")
    page.get_by_label("Name", exact=True).fill("Wrong")
    name_event(page, "Event", "signed_up")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_role("button", name="Create segment").click()
    conditions = page.get_by_role("group", name="Condition", exact=True)
    expect(conditions).to_have_count(2)
    expect(page.get_by_role("alert")).to_have_text("Choose an event")
    assert conditions.nth(1).get_attribute("data-wrong") == "true"
    name_event(conditions.nth(1), "Event", "no event")
    expect(page.get_by_role("alert")).to_contain_text("Expected an event's name")
    page.get_by_role("button", name="Remove the condition").nth(1).click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Add condition")).to_be_focused()
    expect(preview(page).get_by_role("status")).to_be_visible()


def test_why_somebody_is_in_or_out(open_page: OpenPage) -> None:
    """While it is built: each condition with what the contact has, and the events that count."""
    page = open_page("/segments/new")
    name_event(page, "Event", "video_played")
    page.get_by_label("Times").fill("1000")
    picker = page.get_by_role("combobox", name="Why is this contact in or out?")
    picker.fill("WEI@")
    page.get_by_role("option", name="wei@example.com").click()
    why = page.get_by_role("region", name="Why", exact=True)
    expect(why.get_by_text("Not in", exact=True)).to_be_visible()
    expect(why).to_contain_text("wanted: at least 1000")
    page.get_by_label("Times").fill("1")
    expect(why.get_by_text("In", exact=True)).to_be_visible()
    expect(why.get_by_role("link", name="Event at position").first).to_be_visible()


def test_a_contact_leads_to_why(open_page: OpenPage) -> None:
    """A contact's page has its segments, each of which says why; an event, who uses it."""
    page = open_page("/catalogue/video_played")
    page.get_by_role("region", name="Used by segments").get_by_role("link").first.wait_for()
    expect(page.get_by_text("used by").first).to_be_visible()
    page.get_by_role("link", name="Keen viewers").click()
    page.get_by_role("region", name="All members").get_by_role("link").first.click()
    page.get_by_role("link", name="Why in Keen viewers").click()
    why = page.get_by_role("region", name="Why", exact=True)
    expect(why.get_by_text("Holds", exact=True)).to_be_visible()
    expect(why.get_by_role("link", name="Event at position").first).to_be_visible()
