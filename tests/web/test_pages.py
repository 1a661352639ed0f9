"""Each page's main job, as a person does it, in the browser."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.running import Footfall
from tests.web.account import post
from tests.web.conftest import OpenPage


def rows(page: Page) -> list[str]:
    """The names of the events in sight."""
    return page.locator("[role=table] a[data-index]").all_inner_texts()


def find(page: Page, text: str, suggested: str = "") -> None:
    """Type into the box and take the first suggestion, once that one is there."""
    page.get_by_label("Find events").fill(text)
    page.get_by_role("option").filter(has_text=suggested).first.wait_for()
    page.keyboard.press("Enter")


def counted(page: Page, count: int) -> None:
    """Wait until so many are found; a busy server may say that it has not looked at 1970 yet."""
    text = re.compile(f"^{count} events( since .*; not looked further back yet)?$")
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def test_events_are_narrowed_by_name_and_contact(open_page: OpenPage) -> None:
    """Only events of the chosen name and contact stay, and the address says which."""
    page = open_page("/events", width=1440)
    expect(page.get_by_role("button", name="order_placed")).to_be_visible()
    find(page, "order_pl", "order_placed")
    find(page, "ADA@example.com")
    expect(page).to_have_url(re.compile(r"name=order_placed&contact=ADA%40example\.com"))
    expect(page.get_by_role("cell", name="page_viewed")).to_have_count(0)
    expect(page.get_by_role("cell", name="ada@example.com").first).to_be_visible()
    assert set(rows(page)) == {"order_placed"}
    page.reload()
    expect(page.get_by_role("cell", name="order_placed").first).to_be_visible()
    page.get_by_role("button", name="Remove ADA@example.com").click()
    expect(page).to_have_url(re.compile(r"/events\?name=order_placed$"))
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page).to_have_url(re.compile(r"/events$"))
    expect(page.get_by_role("cell", name="signed_up").first).to_be_visible()


def test_events_are_found_by_any_value(open_page: OpenPage) -> None:
    """A property is suggested, then its values; a word is looked for everywhere."""
    page = open_page("/events", width=1440)
    expect(page.get_by_role("button", name="/shoes/running")).to_be_visible()
    page.get_by_label("Find events").fill("pat")
    page.get_by_role("option", name="Property path · text").click()
    page.get_by_role("option", name="path = /shoes/running").click()
    counted(page, 75)
    assert set(rows(page)) == {"page_viewed"}
    page.get_by_role("button", name="Clear", exact=True).click()
    find(page, "started")
    expect(page).to_have_url(re.compile(r"/events\?text=started$"))
    counted(page, 75)
    assert set(rows(page)) == {"video_played"}
    find(page, "seconds>12")
    counted(page, 0)
    whole = page.get_by_text("No event matches")
    expect(whole.or_(page.get_by_role("button", name="Look further back"))).to_be_visible()


def test_a_request_id_opens_its_event(open_page: OpenPage, account: Footfall) -> None:
    """The box takes what an answer said in x-request-id; an unknown one is told."""
    with account.client() as client:
        request_id = post(client, {"event_name": "asked_for", "identifiers": {"ext_id": "x"}})
    page = open_page("/events")
    find(page, request_id)
    expect(page.get_by_role("complementary", name="Event asked_for")).to_be_visible()
    find(page, request_id.replace("-8", "-9", 1).replace("-9", "-8", 1)[:-4] + "0000")
    expect(page.get_by_text("No accepted request has that id")).to_be_visible()


def test_a_range_is_brushed_and_values_narrow(open_page: OpenPage) -> None:
    """Dragging over the bars narrows to their time; a value beside the list to its events."""
    page = open_page("/events?from=2026-05-04&to=2026-05-04", width=1440)
    chart = page.get_by_role("img", name="Events over time by name")
    over = chart.locator(".u-over")
    over.wait_for()
    box = over.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 20, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=2026-05-0\dT.*to=2026-05-0\dT"))
    expect(page.get_by_text("450 events", exact=True)).to_have_count(0)
    narrow = page.get_by_role("complementary", name="Narrow down")
    narrow.get_by_role("button", name="signed_up").click()
    expect(page).to_have_url(re.compile(r"name=signed_up"))
    expect(narrow.get_by_role("button", name="signed_up")).to_have_attribute("aria-pressed", "true")


def test_what_is_shown_is_exported(open_page: OpenPage) -> None:
    """As CSV, with exactly the events that the filter leaves."""
    page = open_page("/events?name=coupon_used")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as downloading:
        page.get_by_role("menuitem", name="CSV").click()
    lines = downloading.value.path().read_text().splitlines()
    assert lines[0].startswith("position,date,")
    assert len(lines) == 4
    assert all("coupon_used,1,ada@example.com" in line for line in lines[1:])


def test_an_event_is_sent_again(open_page: OpenPage) -> None:
    """Changed by the person, it becomes an event of its own, and the page shows it."""
    page = open_page("/events?name=signed_up&to=2026-05-04")
    page.get_by_role("link", name="signed_up").first.click()
    page.get_by_role("tab", name="Send again").click()
    text = page.get_by_label("Event", exact=True)
    changed = text.input_value().replace("signed_up", "sent_again")
    text.fill(changed.replace("2026-05-04T", "2026-05-02T"))
    page.get_by_role("button", name="Send", exact=True).click()
    panel = page.get_by_role("complementary", name="Event sent_again")
    expect(panel.get_by_text("Applied", exact=True)).to_be_visible()
    panel.get_by_role("tab", name="Receipt").click()
    expect(panel.get_by_text("none: sent by a person")).to_be_visible()


def test_events_are_narrowed_by_days_of_the_reader(open_page: OpenPage) -> None:
    """A day begins and ends where the reader is: in Berlin at 22:00 UTC of the day before."""
    page = open_page("/events?from=2026-05-05&to=2026-05-05")
    expect(page.get_by_text("0 events", exact=True)).to_be_visible()
    page = open_page("/events?from=2026-05-04&to=2026-05-04")
    expect(page.get_by_text("450 events", exact=True)).to_be_visible()


def test_an_unknown_contact_is_told(open_page: OpenPage) -> None:
    """A contact that nobody is known by is named, instead of a list of everything."""
    page = open_page("/events?contact=nobody@example.com")
    expect(page.get_by_role("alert")).to_contain_text("Nobody is known as nobody@example.com")
    assert rows(page) == []


def test_the_list_goes_to_its_end(open_page: OpenPage) -> None:
    """Scrolling loads page after page, and only the rows in sight are in the document."""
    page = open_page("/events?from=2026-05-04&to=2026-05-04")
    table = page.get_by_role("table", name="Events")
    expect(table.get_by_role("row").nth(1)).to_be_visible()
    frame = table.locator("> [role=rowgroup]").nth(1)
    oldest = table.locator("[data-index='449']")
    page.wait_for_function(
        "frame => { frame.scrollTo(0, frame.scrollHeight);"
        " return document.querySelector('[data-index=\"449\"]') }",
        arg=frame.element_handle(),
    )
    expect(oldest).to_be_visible()
    assert len(rows(page)) < 80


def test_an_event_opens_with_everything_known_of_it(open_page: OpenPage) -> None:
    """The row opens the event: properties, text as received, receipt, copies of the call."""
    page = open_page("/events?contact=ada@example.com")
    page.get_by_role("link", name="order_placed").first.click()
    panel = page.get_by_role("complementary", name="Event order_placed")
    expect(panel.get_by_text("Applied", exact=True)).to_be_visible()
    expect(panel.get_by_text("Applied, with remarks")).to_be_visible()
    expect(panel.get_by_text("AGE", exact=True).first).to_be_visible()
    expect(panel.get_by_text("118.4", exact=True)).to_be_visible()
    panel.get_by_role("tab", name="Raw").click()
    panel.get_by_text("As received").click()
    expect(panel.get_by_role("textbox")).to_contain_text('{"event_name": "order_placed"')
    panel.get_by_role("tab", name="Receipt").click()
    expect(panel.get_by_text("shop/1.4")).to_be_visible()
    panel.get_by_role("tab", name="Caused").click()
    expect(panel.get_by_text("Identifier ext_id customer-7")).to_be_visible()
    panel.get_by_role("tab", name="Copy as").click()
    for language in ("curl", "Python", "Node"):
        panel.get_by_text(language, exact=True).click()
        call = panel.get_by_role("region", name=f"{language} call")
        expect(call).to_contain_text("/v3/events")
        expect(call).to_contain_text("10482")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "properties"),
    [("exact", '{"big": 12345678901234567890, "one": 1.0, "10": 1, "9": {"deep": [null]}}')],
)
def test_numbers_and_order_are_shown_as_sent(
    open_page: OpenPage, account: Footfall, name: str, properties: str
) -> None:
    """The tree shows long numbers whole, 1.0 as 1.0, and fields in the order of the text."""
    with account.client() as client:
        answer = client.post(
            "/v3/events",
            content=f'{{"event_name":"{name}","identifiers":{{"ext_id":"x"}},'
            f'"event_properties":{properties}}}',
            headers={"content-type": "application/json"},
        )
    assert answer.status_code == 204
    page = open_page(f"/events?name={name}")
    page.get_by_role("link", name=name).first.click()
    tree = page.get_by_role("group", name="Properties of the event")
    expect(tree).to_have_text(re.compile(r"big12345678901234567890one1\.010191 field"))


def test_a_value_leads_to_the_events_that_have_it(open_page: OpenPage) -> None:
    """From a value deep in the opened event, in one click, to all that say the same there."""
    page = open_page("/events/6")
    tree = page.get_by_role("group", name="Properties of the event")
    tree.get_by_role("link", name="A-12").click()
    expect(page).to_have_url(re.compile(r"/events\?where=items%5B%5D.sku%3DA-12$"))
    expect(page.get_by_role("cell", name="cart_updated").first).to_be_visible()
    expect(page.get_by_role("cell", name="page_viewed")).to_have_count(0)


def test_what_was_set_aside_says_why(open_page: OpenPage, account: Footfall) -> None:
    """An event that was set aside is opened by its position, with the reason."""
    with account.client() as client:
        request_id = post(client, {"event_name": "late", "identifiers": {"contact_id": 8_888_888}})
        receipt = client.get(f"/footfall/v1/receipts/{request_id}").json()
    page = open_page(f"/events/{receipt['events'][0]['position']}")
    panel = page.get_by_role("complementary", name="Event late")
    expect(panel.get_by_text("Set aside, not lost")).to_be_visible()
    expect(panel.get_by_text("8888888").first).to_be_visible()


def test_what_was_set_aside_is_listed_and_applied_anew(
    open_page: OpenPage, account: Footfall
) -> None:
    """From the figure at the start to each with its reason, and to what came of a new attempt."""
    with account.client() as client:
        post(client, {"event_name": "to_nobody", "identifiers": {"contact_id": 6_666_666}})
    page = open_page("/")
    figure = page.get_by_role("definition").filter(has_text=re.compile(r"%.*events?$"))
    figure.get_by_role("link").click()
    row = page.get_by_role("row").filter(has_text="to_nobody").first
    expect(row).to_contain_text("6666666")
    page.get_by_role("button", name="Apply all anew").click()
    page.get_by_role("dialog").get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("set aside again")
    row.get_by_role("link", name="to_nobody").click()
    panel = page.get_by_role("complementary", name="Event to_nobody")
    panel.get_by_role("link", name="All that were set aside").click()
    expect(page.get_by_role("heading", name="Set aside")).to_be_visible()


def test_new_events_are_offered(open_page: OpenPage, account: Footfall) -> None:
    """What arrives while the list is open is offered, and shown on request."""
    page = open_page("/events?name=while_open")
    expect(page.get_by_text("0 events", exact=True)).to_be_visible()
    with account.client() as client:
        post(client, {"event_name": "while_open", "identifiers": {"ext_id": "x"}})
    page.get_by_role("button", name="Show 1 new event").click()
    expect(page.get_by_role("link", name="while_open")).to_be_visible()


def test_the_keyboard_is_enough_for_events(open_page: OpenPage) -> None:
    """Arrow keys go from row to row, Enter opens, Escape closes and returns to the row."""
    page = open_page("/events?name=signed_up")
    page.get_by_role("link", name="signed_up").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-index='1']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Event signed_up")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-index='1']")).to_be_focused()


@pytest.mark.parametrize("identifier", ["ada@example.com", "customer-7", "+33 6 12 34 56 78"])
def test_a_contact_opens_by_any_identifier(open_page: OpenPage, identifier: str) -> None:
    """E-mail address, own id and phone number lead to the same contact, with all it has."""
    page = open_page("/contacts")
    page.get_by_role("combobox", name="Open a contact").fill(identifier)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="ada@example.com")).to_be_visible()
    facts = page.get_by_role("region", name="Identifiers")
    for known in ("ada@example.com", "customer-7", "+33612345678"):
        expect(facts.get_by_text(known, exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Attributes").get_by_text("Lyon")).to_be_visible()
    expect(page.get_by_role("link", name="order_placed").first).to_be_visible()


def test_a_timeline_links_changes_to_their_causes(open_page: OpenPage) -> None:
    """A change leads to the event that caused it, and that leads back to the contact."""
    page = open_page("/contacts/1")
    timeline = page.get_by_role("region", name="Timeline")
    change = timeline.get_by_role("listitem").filter(has_text="Identifier ext_id customer-7")
    change.get_by_role("link", name="the event at position 454").click()
    panel = page.get_by_role("complementary", name="Event order_placed")
    panel.get_by_role("tab", name="Caused").click()
    expect(panel.get_by_text("Identifier ext_id customer-7")).to_be_visible()
    panel.get_by_role("link", name="All that happened to").click()
    expect(timeline).to_be_visible()


def test_an_attribute_has_its_history(open_page: OpenPage, account: Footfall) -> None:
    """Beside its value: what it was and is, each with its cause; as deep as the address says."""
    with account.client() as client:
        for seats in (2, 4):
            changed = {"event_name": "booked", "contact_properties": {"SEATS": seats}}
            post(client, changed | {"identifiers": {"email_id": "booker@example.com"}})
        number = client.get("/v3/contacts/booker@example.com").json()["id"]
    page = open_page(f"/contacts/{number}")
    page.get_by_role("link", name="History of SEATS").click()
    expect(page).to_have_url(re.compile(r"\?view=changes&of=SEATS$"))
    changes = page.get_by_role("region", name="Changes").get_by_role("listitem")
    expect(changes).to_have_count(2)
    expect(changes.first).to_contain_text("Attribute SEATS 2 → 4")
    expect(changes.first.get_by_role("link", name="the event at position")).to_be_visible()
    page.reload()
    expect(changes.last).to_contain_text("Attribute SEATS 2")
    page.get_by_label("Everything").click()
    expect(changes.last).to_contain_text("Identifier email_id booker@example.com")
    page.get_by_role("tab", name="Events").click()
    expect(page.get_by_text("2 events", exact=True)).to_be_visible()


def test_contacts_are_listed_with_columns_of_choice(open_page: OpenPage, account: Footfall) -> None:
    """Those of a list alone, as the address says, with the attributes that the reader chose."""
    with account.client() as client:
        made = client.post("/v3/contacts/lists", json={"name": "Readers", "folderId": 1}).json()
        client.post(f"/v3/contacts/lists/{made['id']}/contacts/add", json={"ids": [2, 3]})
    page = open_page("/contacts")
    columns = page.get_by_role("columnheader")
    third = re.compile("^[A-Z]+$")  # Other tests may have brought attributes.
    expect(columns).to_have_text(["Contact", "AGE", "CITY", third, "Created"])
    page.get_by_role("combobox", name="Columns").fill("AGE")
    page.get_by_role("option", name="AGE").click()
    expect(columns).to_have_text(["Contact", "CITY", third, "Created"])
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="On a list or in a segment").click()
    page.get_by_role("option", name="Readers").click()
    expect(page.get_by_text("2 contacts", exact=True)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="grace@example.com")).to_contain_text("Lyon")
    expect(page).to_have_url(re.compile(rf"/contacts\?list={made['id']}$"))
    page.get_by_role("link", name="grace@example.com").click()
    expect(page.get_by_role("region", name="Lists").get_by_role("link")).to_have_text("Readers")
    page.go_back()
    expect(page.get_by_text("2 contacts", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 contacts", exact=True)).to_be_visible()
    expect(columns).to_have_text(["Contact", "CITY", third, "Created"])


def test_a_contact_is_erased_after_a_question(open_page: OpenPage, account: Footfall) -> None:
    """The page says what goes; afterwards nobody is known by that."""
    with account.client() as client:
        body = {"email": "leaving@example.com", "attributes": {"CITY": "Nice"}}
        number = client.post("/v3/contacts", json=body).json()["id"]
        post(client, {"event_name": "left", "identifiers": {"contact_id": number}})
    page = open_page(f"/contacts/{number}")
    page.get_by_role("button", name="Erase").click()
    dialog = page.get_by_role("dialog", name="Erase leaving@example.com?")
    expect(dialog).to_contain_text("identifiers, attributes, lists, segments and history")
    expect(dialog).to_contain_text("with its 1 event, in every store")
    dialog.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("heading", name="Contacts")).to_be_visible()
    with account.client() as client:
        assert client.get("/v3/contacts/leaving@example.com").status_code == 404


def test_a_contact_is_found_by_the_beginning_of_an_identifier(open_page: OpenPage) -> None:
    """In the list of contacts and in the box of events: what begins so is offered."""
    page = open_page("/contacts")
    page.get_by_role("combobox", name="Open a contact").fill("customer-")
    page.get_by_role("option", name="ada@example.com").click()
    expect(page.get_by_role("heading", name="ada@example.com")).to_be_visible()
    page.goto("/events?name=signed_up")
    find(page, "customer-", "Contactada@example.com")
    expect(page).to_have_url(re.compile(r"name=signed_up&contact=ada%40example\.com$"))


def test_going_back_leads_to_the_same_rows(open_page: OpenPage) -> None:
    """From a contact that an event named, back to where the list of events was scrolled to."""
    page = open_page("/events?from=2026-05-04&to=2026-05-04")
    table = page.get_by_role("table", name="Events")
    expect(table).to_have_attribute("aria-rowcount", re.compile(r"^[2-9]\d\d$"))  # All are counted.
    table.locator("> [role=rowgroup]").nth(1).evaluate("frame => frame.scrollTo(0, 6000)")
    page.locator("[data-index='152']").click()
    page.get_by_role("complementary").get_by_role("link", name="@example.com").click()
    expect(page.get_by_role("region", name="Identifiers")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.locator("[data-index='152']")).to_be_in_viewport()
    page.reload()
    expect(page.locator("[data-index='152']")).to_be_in_viewport()


def test_moments_are_exact_for_who_points_at_them(open_page: OpenPage) -> None:
    """Shown where the reader is; the exact moment in UTC stands behind it, in every list."""
    for path in ("/events", "/live", "/contacts", "/contacts/1", "/segments/1", "/settings/keys"):
        page = open_page(path)
        moment = page.get_by_role("main").locator("time").first
        expect(moment).to_have_attribute("title", re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+Z$"))


def test_an_unknown_identifier_is_told(open_page: OpenPage) -> None:
    """Nobody is opened, and the field says so."""
    page = open_page("/contacts")
    page.get_by_role("combobox", name="Open a contact").fill("nobody@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody is known by that.")).to_be_visible()


def test_the_catalogue_tells_what_drifts_and_keeps_what_is_noted(
    open_page: OpenPage, account: Footfall
) -> None:
    """From the list to the event, its property that turned, and a note that is found again."""
    with account.client() as client:
        for total in (20, 21.5, "22,00"):
            given = {"event_name": "voucher_given", "event_properties": {"total": total}}
            post(client, given | {"identifiers": {"ext_id": "x"}})
    page = open_page("/catalogue")
    listed = page.get_by_role("row").filter(has_text="voucher_given")
    expect(listed).to_contain_text("1 drifts")
    listed.get_by_role("link").click()
    row = page.get_by_role("row").filter(has_text="total")
    expect(row).to_contain_text("Was number, became text")
    expect(row).to_contain_text("number 67 % · text 33 %")
    page.get_by_role("button", name="Describe total").click()
    page.get_by_label("Description").fill("What was saved")
    page.get_by_role("combobox", name="Expected type").click()
    page.get_by_role("option", name="number").click()
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Expected number, came as text")
    page.get_by_role("button", name="Describe", exact=True).click()
    page.get_by_label("Owner").fill("the till's people")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("the till's people")).to_be_visible()
    page.get_by_role("link", name="Catalogue").first.click()
    page.get_by_label("Search the catalogue").fill("till voucher")
    expect(page.get_by_role("link", name="voucher_given")).to_be_visible()
    expect(page.get_by_role("link", name="page_viewed")).to_have_count(0)


def test_a_key_is_created_shown_once_and_revoked(open_page: OpenPage, account: Footfall) -> None:
    """The new key works at once, is not shown again, and no longer works once it is revoked."""
    page = open_page("/settings/keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_label("Name").fill("till")
    page.get_by_role("checkbox", name="events:read").check()
    page.get_by_role("button", name="Create key").click()
    secret = page.get_by_text(re.compile("^ff_")).inner_text()
    with account.client(key=secret) as client:
        assert client.get("/v3/events").status_code == 200
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_text(secret)).to_have_count(0)
        page.get_by_role("button", name="Revoke till").click()
        page.get_by_role("button", name="Revoke", exact=True).click()
        row = page.get_by_role("row").filter(has_text="till")
        expect(row.get_by_text("Revoked")).to_be_visible()
        assert client.get("/v3/events").status_code == 401


def test_an_attribute_is_created_and_removed(open_page: OpenPage, account: Footfall) -> None:
    """It is there for contacts at once; removed, it is gone, after a question."""
    page = open_page("/settings/attributes")
    page.get_by_role("button", name="New attribute").click()
    page.get_by_label("Name").fill("shoe_size")
    page.get_by_role("combobox", name="Type").click()
    page.get_by_role("option", name="float").click()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("row").filter(has_text="SHOE_SIZE")).to_contain_text("float")
    with account.client() as client:
        known = client.get("/v3/contacts/attributes").json()["attributes"]
    assert {"name": "SHOE_SIZE", "category": "normal", "type": "float"} in known
    page.get_by_role("button", name="Remove SHOE_SIZE").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("cell", name="SHOE_SIZE")).to_have_count(0)


def test_old_events_are_counted_before_anybody_forgets_them(open_page: OpenPage) -> None:
    """The page says how many there are and what to run for that age; for no age it says why not."""
    page = open_page("/settings/data")
    expect(page.get_by_text("No event was received before")).to_be_visible()
    expect(page.get_by_text("footfall forget --older-than 730 ")).to_be_visible()
    days = page.get_by_label("Days to keep events")
    days.fill("90")
    expect(page.get_by_text("footfall forget --older-than 90 ")).to_be_visible()
    expect(page.get_by_text("No event was received before")).to_be_visible()
    days.fill("0")
    expect(page.get_by_text("A whole number from 1 to")).to_be_visible()
    expect(page.get_by_text("footfall forget")).to_have_count(0)


def test_a_person_is_added_sees_and_is_removed(open_page: OpenPage, account: Footfall) -> None:
    """A viewer signs in and sees no settings; removed, the viewer is out; the log has it."""
    page = open_page("/settings/people")
    page.get_by_role("button", name="Add person").click()
    page.get_by_label("Name").fill("guest")
    page.get_by_label("First password").fill("just to have a look")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("cell", name="guest", exact=True)).to_be_visible()

    guest = open_page("/", anonymous=True)
    guest.get_by_label("Name").fill("guest")
    guest.get_by_label("Password", exact=True).fill("just to have a look")
    guest.get_by_role("button", name="Sign in").click()
    expect(guest.get_by_role("heading", name="Events are coming in")).to_be_visible()
    guest.get_by_role("link", name="Settings").click()
    expect(guest.get_by_text("Only administrators")).to_be_visible()
    guest.get_by_role("button", name="Account of guest").click()
    guest.get_by_role("button", name="Change password").click()
    guest.get_by_label("Password to date").fill("just to have a look")
    guest.get_by_label("New password").fill("just to look once more")
    guest.get_by_role("button", name="Change", exact=True).click()
    expect(guest.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("button", name="Remove guest").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("cell", name="guest", exact=True)).to_have_count(0)
    guest.get_by_role("link", name="Events").click()
    expect(guest.get_by_role("button", name="Sign in")).to_be_visible()
    page.get_by_role("tab", name="Changes").click()
    expect(page.get_by_role("row").filter(has_text="user removed").first).to_contain_text("guest")


def test_the_theme_is_chosen_and_kept(open_page: OpenPage) -> None:
    """The system decides until somebody does; the choice outlives a reload."""
    page = open_page("/")
    scheme = page.locator("html")
    expect(scheme).to_have_attribute("data-mantine-color-scheme", "light")
    page.get_by_role("button", name="Account of admin").click()
    page.get_by_text("Dark", exact=True).click()
    page.reload()
    expect(scheme).to_have_attribute("data-mantine-color-scheme", "dark")


def test_a_session_that_ended_asks_to_sign_in_and_leads_back(
    open_page: OpenPage, account: Footfall
) -> None:
    """Signing in again shows the very page that was asked for."""
    page = open_page("/events?name=signed_up")
    expect(page.get_by_role("link", name="signed_up").first).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password", exact=True).fill("a long first password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()


def test_the_first_page_is_small(open_page: OpenPage) -> None:
    """What the first page loads is 450 kB at the most, compressed as it is sent."""
    page = open_page("/")
    expect(page.get_by_role("heading", name="Events are coming in")).to_be_visible()
    sizes = page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(entry => entry.name.includes('/assets/')).map(entry => entry.encodedBodySize)"
    )
    assert len(sizes) > 3
    assert sum(sizes) <= 450_000, json.dumps(sizes)
