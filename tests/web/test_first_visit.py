"""The first minutes: from an empty account to the first own event on the screen."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.running import Footfall
from tests.web.account import PASSWORD
from tests.web.conftest import PATIENCE, watched
from tests.web.test_looks import PICTURES


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Footfall]:
    """A server that nobody has visited."""
    with Footfall(tmp_path / "data") as running:
        yield running


@pytest.fixture
def page(browser: Browser, fresh: Footfall) -> Iterator[Page]:
    """A browser on the server's machine."""
    context = browser.new_context(base_url=fresh.url, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    with watched(context, fresh.url) as opened:
        yield opened
    context.close()


def begin(page: Page) -> None:
    """Choose the administrator's password, and create a key."""
    page.goto("/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "set-up-light.png")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Waiting for the first event")).to_be_visible()
    page.get_by_role("button", name="Create key").click()
    expect(page.get_by_text(re.compile("^ff_"))).to_be_visible()


def call(page: Page, language: str) -> str:
    """The call in that language, as it would be copied."""
    page.get_by_role("tab", name=language).click()
    return page.get_by_role("region", name=f"{language} call").inner_text()


def run(language: str, text: str, folder: Path) -> str:
    """Run the call as a person would who pasted it; what it printed."""
    node = shutil.which("node")
    if language == "curl":
        command = ["bash", "-c", text]
    elif language == "Python":
        command = [sys.executable, "-c", text]
    elif node is not None:
        script = folder / "call.mjs"
        script.write_text(text)
        command = [node, str(script)]
    else:
        pytest.skip("needs Node")
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_first_event_turns_the_page_green(page: Page, fresh: Footfall, tmp_path: Path) -> None:
    """Password, key, and each copied call works as it is; the page turns green by itself."""
    begin(page)
    assert "204" in run("curl", call(page, "curl"), tmp_path)
    expect(page.get_by_text("The first event is here")).to_be_visible()
    page.screenshot(path=PICTURES / "first-event-light.png", full_page=True)
    for language in ("Python", "Node"):
        assert "204" in run(language, call(page, language), tmp_path)
    expect(page.get_by_text("3 events received")).to_be_visible()
    page.get_by_role("link", name="video_played").first.click()
    expect(page.get_by_role("complementary", name="Event video_played")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Events are coming in")).to_be_visible()
    assert "YOUR_KEY" in call(page, "curl")


def test_a_refused_first_call_is_explained(page: Page, fresh: Footfall, tmp_path: Path) -> None:
    """Whoever waits for the first event reads what is wrong with the one that was sent."""
    begin(page)
    wrong = call(page, "curl").replace("video_played", "video played")
    assert "400" in run("curl", wrong, tmp_path)
    why = page.get_by_role("status").filter(has_text="A request was refused: 400")
    expect(why).to_contain_text("event_name")
    expect(why).to_contain_text("my first client")
    page.screenshot(path=PICTURES / "first-event-refused-light.png", full_page=True)
    assert "204" in run("curl", call(page, "curl"), tmp_path)
    expect(page.get_by_text("The first event is here")).to_be_visible()
    expect(why).to_have_count(0)


def test_the_official_client_takes_the_call(page: Page, fresh: Footfall) -> None:
    """The call with the official Python client is accepted as it stands."""
    begin(page)
    page.get_by_role("tab", name="Python").click()
    page.get_by_text("Official client", exact=True).click()
    text = page.get_by_role("region", name="Python call").inner_text()
    subprocess.run([sys.executable, "-c", text], check=True, capture_output=True)
    expect(page.get_by_text("The first event is here")).to_be_visible()


def test_the_link_from_the_terminal_sets_up(page: Page, fresh: Footfall) -> None:
    """The printed link leads to the same, and its token does not stay in the address."""
    link = next(line for line in fresh.log().splitlines() if "/set-up#" in line)
    page.goto(link)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Send your first event")).to_be_visible()
    assert page.url == f"{fresh.url}/"
