"""A browser against a whole server with a few hundred events, and what must hold on every page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    StorageStateCookie,
    expect,
    sync_playwright,
)
from tools import build_web

from tests.running import Footfall
from tests.web.account import OWN_PAGE, PASSWORD, PERSON, define, fill, set_up

PATIENCE: Final = 60_000
"""Milliseconds; costs nothing where a page comes to what is expected of it."""
ROOT: Final = Path(__file__).resolve().parents[2]
FLAGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    """The server serves the interface that web/ says."""
    build_web.build(ROOT)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for this folder: other tests have event loops of their own."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    """A server with people and events in it.

    Tests may add, and must not count on the count; what they change is of their own making.
    """
    outgoing = {"FOOTFALL_OUTGOING_PRIVATE_ADDRESSES": "allow"}  # Webhooks call this machine.
    with Footfall(tmp_path_factory.mktemp("web") / "data", outgoing) as running:
        set_up(running)
        fill(running)
        define(running)
        yield running


@contextmanager
def watched(context: BrowserContext, url: str) -> Iterator[Page]:
    """A page that keeps to its server and has nothing to complain of, from first to last."""
    page = context.new_page()
    complaints: list[str] = []
    elsewhere: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type in ("error", "warning")
            # The browser notes every refusal, also those that a test provokes.
            and "Failed to load resource" not in message.text
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            elsewhere.append(request.url)
            if urlsplit(request.url).netloc != urlsplit(url).netloc
            and not request.url.startswith("data:")
            else None
        ),
    )
    yield page
    assert complaints == []
    assert elsewhere == []


@pytest.fixture(scope="package")
def signed_in(account: Footfall) -> StorageState:
    """The cookie of the administrator's session. Who signs out takes a session of their own."""
    answer = httpx.post(
        f"{account.url}/footfall/v1/session",
        json={"name": PERSON, "password": PASSWORD},
        headers=OWN_PAGE,
    )
    assert answer.status_code == 201, answer.text
    cookie: StorageStateCookie = {
        "name": "footfall_session",
        "value": answer.cookies["footfall_session"],
        "domain": "127.0.0.1",
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Strict",
    }
    return {"cookies": [cookie]}


@pytest.fixture
def open_page(browser: Browser, account: Footfall, signed_in: StorageState) -> Iterator[OpenPage]:
    """Opens a path of the account, as the administrator where nothing else is said."""
    contexts = []

    def open_(
        path: str,
        *,
        scheme: str = "light",
        width: int = 1280,
        height: int = 800,
        anonymous: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=account.url,
            storage_state=None if anonymous else signed_in,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": height},
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        watching = watched(context, account.url)
        page = watching.__enter__()
        contexts.append((context, watching))
        page.goto(path)
        return page

    yield open_
    for context, watching in contexts:
        watching.__exit__(None, None, None)
        context.close()
