"""The list of contacts where there are a million of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.contacts import Contact, ContactId
from footfall.instants import SECOND
from footfall.ports import Changes
from footfall.records import Position
from tests.running import Footfall
from tests.web.account import OWN_PAGE, PASSWORD, PERSON, set_up
from tests.web.conftest import PATIENCE, watched

MANY: Final = 1_000_000
AT_ONCE: Final = 50_000
BEGIN: Final = 1_700_000_000 * SECOND
NOTHING_HAPPENED: Final = Position(0)


def fill(data: Path) -> None:
    """The directory with that many contacts, each created a second after the one before."""
    data.mkdir(parents=True)
    directory = SqliteDirectory(data / "directory.db")
    for first in range(1, MANY + 1, AT_ONCE):
        contacts = [
            Contact(
                id=ContactId(number),
                created_at=BEGIN + number * SECOND,
                modified_at=BEGIN + number * SECOND,
                identifiers={"email_id": f"p{number}@example.com"},
            )
            for number in range(first, first + AT_ONCE)
        ]
        changes = Changes(
            position=NOTHING_HAPPENED,
            received_at=BEGIN,
            next_contact_id=first + AT_ONCE,
            next_folder_id=2,
            next_list_id=2,
            contacts=contacts,
        )
        directory.apply(changes)
    directory.close()


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    """A server with a million contacts."""
    data = tmp_path_factory.mktemp("crowded") / "data"
    fill(data)
    with Footfall(data) as server:
        set_up(server)
        yield server


@pytest.fixture
def contacts(browser: Browser, crowded: Footfall) -> Iterator[Page]:
    """The list's page there."""
    context = browser.new_context(base_url=crowded.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    person = {"name": PERSON, "password": PASSWORD}
    signed = context.request.post("/footfall/v1/session", data=person, headers=OWN_PAGE)
    assert signed.status == 201
    with watched(context, crowded.url) as page:
        page.goto("/contacts")
        yield page
    context.close()


def scroll(page: Page, part: float) -> Locator:
    """Move to that part of the list's height at once; the table."""
    table = page.get_by_role("table", name="Contacts")
    table.evaluate(
        "(frame, part) => frame.scrollTo(0, part * (frame.scrollHeight - frame.clientHeight))", part
    )
    return table


@pytest.mark.slow
def test_a_million_contacts_scroll_to_any_depth(contacts: Page) -> None:
    """The last and the middle of a million are there after one move, each row once and in order."""
    expect(contacts.get_by_text(re.compile("1,000,00. contacts"))).to_be_visible()
    for part in (1.0, 0.5, 0.25, 0.0):
        table = scroll(contacts, part)
        index = round(part * (MANY - 1))
        expect(table.locator(f"[data-index='{index}']")).to_have_text(re.compile("@example.com"))
        assert_in_order(table.locator("[data-index]").all_inner_texts())
    table.locator("[data-index='0']").focus()
    for step in range(1, 31):
        contacts.keyboard.press("ArrowDown")
        expect(table.locator(f"[data-index='{step}']")).to_be_focused()


@pytest.mark.slow
def test_the_list_stands_still_while_contacts_come(contacts: Page, crowded: Footfall) -> None:
    """A new contact moves no row, not even of pages loaded later; it is offered, and then shown."""
    table = scroll(contacts, 0)
    newest = table.locator("[data-index='0']")
    before = number_of(newest.inner_text())
    with crowded.client() as client:
        answer = client.post("/v3/contacts", json={"email": f"p{MANY + 1}@example.com"})
        assert answer.status_code == 201
    middle = scroll(contacts, 0.5).locator(f"[data-index='{MANY // 2}']")
    expect(middle).to_have_text(f"p{before - MANY // 2}@example.com")
    contacts.get_by_role("button", name="Show 1 more").click()
    expect(newest).to_have_text(f"p{before + 1}@example.com")


def assert_in_order(texts: list[str]) -> None:
    """Contacts without a gap, the latest first, and no more than fit on a screen or three."""
    numbers = list(map(number_of, texts))
    assert 10 < len(numbers) < 80
    assert numbers == list(range(numbers[0], numbers[0] - len(numbers), -1))


def number_of(text: str) -> int:
    """The number in a contact's address."""
    match = re.search(r"\d+", text)
    assert match is not None
    return int(match[0])
